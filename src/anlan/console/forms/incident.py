"""Forms of the incident page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.command.choices import IncidentGrade, ResponseLevel
from anlan.command.rules.elements import ELEMENTS_STATED, LARGEST_LOSS
from anlan.command.types import FIGURE_LABELS
from anlan.console.forms.numbers import NumberField, WholeNumberField

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CasualtyForm",
    "CloseForm",
    "CorrectionForm",
    "ElementsForm",
    "EndResponseForm",
    "GradeForm",
    "ResponseForm",
]

ELEMENTS = {
    "unit_name": _("单位名称"),
    "unit_outline": _("事故单位概况"),
    "trend": _("发展态势"),
    "actions": _("处置情况"),
    "affected": _("影响范围"),
    "direct_loss": _("直接经济损失初步评估（万元）"),
    "result": _("处置结果"),
    "cause": _("原因初判"),
    "verified_loss": _("损失核定（万元）"),
    "assessment": _("评估"),
}
"""What the elements of `ELEMENTS_STATED` are called on the page."""

NARROW = forms.Textarea(attrs={"rows": 2})


class CasualtyForm(forms.Form):
    """New figures of people. Empty fields stay as they are."""

    deaths = WholeNumberField(label=_("死亡"), required=False)
    missing = WholeNumberField(label=_("失踪"), required=False)
    serious = WholeNumberField(label=_("重伤"), required=False)
    injured = WholeNumberField(label=_("受伤"), required=False)
    trapped = WholeNumberField(label=_("被困"), required=False)
    evacuated = WholeNumberField(label=_("转移"), required=False)
    source = forms.CharField(label=_("数字来源"), max_length=200)
    confirmed = forms.BooleanField(label=_("已确认"), required=False)
    decrease_reason = forms.CharField(
        label=_("减少的理由"),
        max_length=300,
        required=False,
        help_text=_("任何一项比原来少，都必须写明理由。"),
    )

    field_order = (*FIGURE_LABELS, "source", "confirmed", "decrease_reason")


class GradeForm(forms.Form):
    """The grade that a person decides."""

    grade = forms.TypedChoiceField(label=_("事件等级"), choices=IncidentGrade.choices, coerce=int)
    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        required=False,
        help_text=_("与建议等级不同的，必须写明理由。"),
    )


class ResponseForm(forms.Form):
    """The four things that a declaration states (突发事件应对法 2024, 72)."""

    level = forms.TypedChoiceField(label=_("响应级别"), choices=ResponseLevel.choices, coerce=int)
    matter = forms.CharField(label=_("事由"), max_length=300)
    expected_until = forms.DateTimeField(
        label=_("预计持续到"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    measures = forms.CharField(label=_("主要措施"), max_length=1000, widget=NARROW)
    reason = forms.CharField(label=_("调整理由"), max_length=300, required=False)


class CloseForm(forms.Form):
    """Why the incident is over."""

    reason = forms.CharField(label=_("办结理由"), max_length=300, widget=NARROW)
    cancel_open_tasks = forms.BooleanField(label=_("取消尚未完成的任务"), required=False)


class EndResponseForm(forms.Form):
    """Why the emergency response ends, while the incident goes on."""

    reason = forms.CharField(label=_("终止理由"), max_length=300, widget=NARROW)


class ElementsForm(forms.Form):
    """What reports upwards must say: result, cause, loss, trend. Only what was changed is stated."""

    source = forms.CharField(
        label=_("来源"), max_length=200, help_text=_("谁说的、怎么得知的，例如：现场指挥部电话。")
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, held: Mapping[str, Any]) -> None:
        shown = {key: held[key] for key in ELEMENTS_STATED if key in held}
        super().__init__(data, initial=shown, prefix="element")
        for key, label in ELEMENTS.items():
            shared: dict[str, Any] = {"label": label, "required": False}
            if ELEMENTS_STATED[key].unit:
                field: forms.Field = NumberField(
                    min_value=0, max_value=LARGEST_LOSS, show_hidden_initial=True, **shared
                )
            else:
                wide = forms.Textarea(attrs={"rows": 2})
                field = forms.CharField(
                    max_length=1000, widget=wide, show_hidden_initial=True, **shared
                )
            self.fields[key] = field
        self.order_fields((*ELEMENTS_STATED, "source"))

    def stated(self) -> dict[str, str | float | None]:
        """Return what was changed; an emptied element is None."""
        changed = [key for key in ELEMENTS_STATED if key in self.changed_data]
        return {key: None if (v := self.cleaned_data[key]) == "" else v for key in changed}

    def seen(self) -> dict[str, str | float | None]:
        """Return what the page showed of the changed elements when it was opened."""
        found: dict[str, str | float | None] = {}
        for key in self.stated():
            shown = self.data.get(self.add_initial_prefix(key), "")
            try:
                value = self.fields[key].to_python(shown)
            except forms.ValidationError:
                value = None
            found[key] = value if value != "" else None
        return found


class CorrectionForm(forms.Form):
    """Why scenario and weather are corrected, and what the officer saw before."""

    reason = forms.CharField(
        label=_("更正理由"),
        max_length=300,
        widget=NARROW,
        help_text=_("例如：现场侦检确认、企业核实、气象台实测。"),
    )
    seen = forms.CharField(max_length=16, widget=forms.HiddenInput)
