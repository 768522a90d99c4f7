"""Forms of warnings."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.core.choices import Grade

__all__ = ["UpdateForm", "WarningForm", "WordsForm"]

CLOCK = {"type": "datetime-local"}


class WarningForm(forms.Form):
    """A warning that does not come from a package: what, where, how bad, how long."""

    event_code = forms.CharField(
        label=_("事件类型"), max_length=5, error_messages={"required": _("请从列表中选择。")}
    )
    event_name = forms.CharField(required=False)
    colour = forms.ChoiceField(label=_("预警颜色"), choices=Grade.choices)
    places = forms.MultipleChoiceField(
        label=_("影响的行政区划"), widget=forms.CheckboxSelectMultiple
    )
    effective = forms.DateTimeField(label=_("开始时间"), widget=forms.DateTimeInput(attrs=CLOCK))
    expires = forms.DateTimeField(label=_("结束时间"), widget=forms.DateTimeInput(attrs=CLOCK))
    what = forms.CharField(
        label=_("情况"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    instruction = forms.CharField(
        label=_("防御指引（空白时用标准用语）"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: object, places: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["places"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = places


class UpdateForm(WarningForm):
    """What an issued warning says from now on. Its kind of event and its start stay."""

    reason = forms.CharField(label=_("更新理由"), max_length=300)
    field_order = ("reason", "colour", "places", "expires", "what", "instruction")

    def __init__(self, *args: object, places: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, places=places, **kwargs)
        for name in ("event_code", "event_name", "effective"):
            del self.fields[name]


class WordsForm(forms.Form):
    """The words of a draft."""

    headline = forms.CharField(label=_("标题"), max_length=60)
    description = forms.CharField(
        label=_("正文"), max_length=500, widget=forms.Textarea(attrs={"rows": 5})
    )
    instruction = forms.CharField(
        label=_("防御指引"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    short = forms.CharField(
        label=_("短信"), max_length=210, widget=forms.Textarea(attrs={"rows": 3})
    )
