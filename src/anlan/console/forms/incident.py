"""Forms of the incident page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.command.choices import IncidentGrade, ResponseLevel
from anlan.command.models import FIGURES
from anlan.console.forms.numbers import WholeNumberField

__all__ = [
    "CasualtyForm",
    "CloseForm",
    "CorrectionForm",
    "EndResponseForm",
    "GradeForm",
    "ResponseForm",
]

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

    field_order = (*FIGURES, "source", "confirmed", "decrease_reason")


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


class CorrectionForm(forms.Form):
    """Why scenario and weather are corrected, and what the officer saw before."""

    reason = forms.CharField(
        label=_("更正理由"),
        max_length=300,
        widget=NARROW,
        help_text=_("例如：现场侦检确认、企业核实、气象台实测。"),
    )
    seen = forms.CharField(max_length=16, widget=forms.HiddenInput)
