"""What a study asks besides the inputs of its model: where, when, how often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.console.forms.model_fields import unit_label
from anlan.console.forms.numbers import NumberField, WholeNumberField
from anlan.forecast.services import MOST_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ScoreForm", "StudyForm"]


class StudyForm(forms.Form):
    """Place, time and the number of members."""

    place = forms.CharField(label=_("地点名称"), max_length=100, required=False)
    longitude = NumberField(label=_("经度"), min_value=-180, max_value=180)
    latitude = NumberField(label=_("纬度"), min_value=-90, max_value=90)
    moment = forms.DateTimeField(label=_("起算时间"))
    members = WholeNumberField(
        label=_("集合次数"),
        min_value=0,
        max_value=MOST_MEMBERS,
        help_text=_("在不确定的输入范围内重复计算，给出概率和区间；0 为只算一次"),
    )
    seed = WholeNumberField(
        label=_("随机种子"), min_value=1, max_value=2**31 - 1, required=False, initial=1
    )

    def clean_seed(self) -> Any:
        """Take the first seed where none is named."""
        return self.cleaned_data["seed"] or 1


class ScoreForm(forms.Form):
    """What happened: the area that was hit, and the figures that were measured."""

    source = forms.CharField(label=_("来源"), max_length=200)
    area = forms.CharField(
        label=_("实际影响范围（GeoJSON 或 经度,纬度 每行一点）"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=500_000,
        required=False,
    )

    def __init__(self, figures: Mapping[str, Mapping[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = [t for t, row in figures.items() if isinstance(row["value"], int | float)]
        self.titles = {f"figure{number}": title for number, title in enumerate(numbers)}
        for name, title in self.titles.items():
            unit = figures[title].get("unit", "")
            self.fields[name] = NumberField(label=unit_label(title, unit), required=False)

    def measured(self) -> dict[str, float]:
        """Return the figures that were filled in, by title."""
        given = {title: self.cleaned_data[name] for name, title in self.titles.items()}
        return {title: value for title, value in given.items() if value is not None}
