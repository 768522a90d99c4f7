"""The form with which a place puts its own value for a row of a norm table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from anlan.console.forms.fields import DivisionByCodeField
from anlan.core.dictionaries.labels import COLUMN_LABELS
from anlan.core.dictionaries.tables import adjustable
from anlan.core.models import Division
from anlan.core.permissions import restrict
from anlan.warn.rules.expressions import BadExpressionError, variables
from anlan.warn.rules.signals import VARIABLES

if TYPE_CHECKING:
    from anlan.core.dictionaries import Row
    from anlan.core.models import User

__all__ = ["NormForm"]

TEXTS = {"machine_rule", "threshold_zh"}


class NormForm(forms.Form):
    """The columns that may be changed, for which place, by which document."""

    division = DivisionByCodeField(
        label=_("适用地区"),
        queryset=Division.objects.none(),
        to_field_name="code",
        help_text=_("这里及以下；更近的地方另有规定的，以更近的为准"),
    )
    document = forms.CharField(
        label=_("依据文件"), max_length=200, help_text=_("文件名和文号，如 济政办字〔2025〕3号")
    )

    def __init__(self, *args: Any, row: Row, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["division"]
        if isinstance(place, forms.ModelChoiceField):
            own = restrict(
                Division.objects.filter(level__in=("province", "city", "county", "township")),
                by,
                "norm.change",
                field="code",
            )
            place.queryset = own.only("pk", "code", "name").order_by("code")
            place.initial = by.division_id
        self.columns = adjustable(row)
        for column in self.columns:
            widget = (
                forms.Textarea({"rows": 2})
                if column in TEXTS
                else forms.TextInput({"inputmode": "decimal"})
            )
            self.fields[column] = forms.CharField(
                label=COLUMN_LABELS[column], required=False, max_length=300, widget=widget,
                initial="" if row[column] is None else row[column],
            )  # fmt: skip
        self.order_fields([*self.columns, "division", "document"])

    def clean_machine_rule(self) -> str:
        """Refuse what the platform could not judge a signal by."""
        written: str = self.cleaned_data["machine_rule"]
        try:
            unknown = [name for name in variables(written) if name not in VARIABLES]
        except BadExpressionError as error:
            raise forms.ValidationError(_now("算式读不懂：%(why)s") % {"why": error}) from error
        if unknown:
            words = _now("不认识的要素：%(names)s")
            raise forms.ValidationError(words % {"names": "、".join(unknown)})
        return written

    def values(self) -> dict[str, str]:
        """Return what was put for each column."""
        return {column: self.cleaned_data[column] for column in self.columns}
