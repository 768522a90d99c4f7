"""The report form: who says what happened where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.command.choices import ReportChannel
from anlan.command.rules.intake import ReportInput
from anlan.command.types import CASUALTY_FIELDS
from anlan.console.forms.numbers import NumberField, WholeNumberField

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DecisionForm", "ReportForm", "add_problems"]


NO_PLACE = _("没有坐标。请在“地点”中搜索选择、输入坐标，或点地图。")


class ReportForm(forms.Form):
    """A report as it is spoken: first the words, then place, time, kind, people."""

    text = forms.CharField(label=_("报告内容"), max_length=5000, widget=forms.Textarea)
    event_code = forms.CharField(label=_("事件类型"), max_length=5)
    event_name = forms.CharField(required=False)
    place = forms.CharField(label=_("地点"), max_length=200, required=False)
    longitude = NumberField(
        label=_("经度"), min_value=-180, max_value=180, error_messages={"required": NO_PLACE}
    )
    latitude = NumberField(label=_("纬度"), min_value=-90, max_value=90)
    occurred_at = forms.DateTimeField(label=_("发生时间"))
    channel = forms.ChoiceField(
        label=_("接报方式"), choices=ReportChannel.choices, initial=ReportChannel.PHONE
    )
    reporter_name = forms.CharField(label=_("报告人"), max_length=50, required=False)
    reporter_unit = forms.CharField(label=_("报告单位"), max_length=100, required=False)
    reporter_phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)
    deaths = WholeNumberField(label=_("死亡"), required=False)
    missing = WholeNumberField(label=_("失踪"), required=False)
    serious = WholeNumberField(label=_("重伤"), required=False)
    injured = WholeNumberField(label=_("受伤"), required=False)
    trapped = WholeNumberField(label=_("被困"), required=False)
    client_key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def entered(self, details: Mapping[str, Any]) -> ReportInput:
        """Return what was entered, for the service."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "event_name"}
        figures = {name: values.pop(name) for name in CASUALTY_FIELDS}
        return ReportInput(**values, figures=figures, details=details)


class DecisionForm(forms.Form):
    """A decision that needs a reason."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("必须写明理由。")},
    )


def add_problems(form: forms.Form, problems: Any) -> None:
    """Show each problem at the field it names; what names no field of the form stands on top."""
    for problem in problems:
        field = problem.field if problem.field in form.fields else None
        form.add_error(field, str(problem))
