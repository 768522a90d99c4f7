"""A model field for "several of these": codes out of a list of choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper

    CharField = models.CharField[Any, Any]
    Lookup = models.Lookup[Any]
else:
    CharField, Lookup = models.CharField, models.Lookup

__all__ = ["CodesField"]


class CodesField(CharField):
    """A tuple of codes, stored as `,a,b,`: `filter(capabilities__has="a")` works everywhere.

    Parameters
    ----------
    codes
        The `TextChoices` class that the codes come from.
    """

    description = "codes out of a list of choices"

    def __init__(self, *args: Any, codes: type[models.TextChoices] | None = None, **options: Any):
        self.codes = codes
        options.setdefault("max_length", 400)
        options.setdefault("blank", True)
        options.setdefault("default", tuple)
        super().__init__(*args, **options)

    def from_db_value(self, value: str | None, *_args: object) -> tuple[str, ...]:
        return self._split(value)

    def to_python(self, value: Any) -> tuple[str, ...]:
        return self._split(value)

    def get_prep_value(self, value: Any) -> str:
        codes = self._split(value)
        return f",{','.join(codes)}," if codes else ""

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(self.get_prep_value(value), model_instance)
        known = () if self.codes is None else self.codes.values
        unknown = [code for code in self._split(value) if code not in known]
        if unknown:
            message = _("不是可选的代码：%(value)s")
            raise ValidationError(message, code="invalid_choice", params={"value": unknown[0]})

    def run_validators(self, value: Any) -> None:
        super().run_validators(self.get_prep_value(value))

    def labels(self) -> dict[str, str]:
        """Return code and label of every choice."""
        return {} if self.codes is None else {c.value: str(c.label) for c in self.codes}

    def words(self, value: Iterable[str]) -> str:
        """Return the labels of the codes, as people write them: `化学处置、洗消`."""
        labels = self.labels()
        return "、".join(labels.get(code, code) for code in value)

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def formfield(self, **options: Any) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=list(self.labels().items()),
            required=not self.blank,
            label=str(self.verbose_name).capitalize(),
            help_text=str(self.help_text),
            initial=options.get("initial"),
            widget=forms.CheckboxSelectMultiple,
        )

    @staticmethod
    def _split(value: Any) -> tuple[str, ...]:
        if not value:
            return ()
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(str(part) for part in parts if part)


@CodesField.register_lookup
class Has(Lookup):
    """`field__has="a"`: the code is among them."""

    lookup_name = "has"
    prepare_rhs = False

    def as_sql(
        self, compiler: Any, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} LIKE %s ESCAPE '\\'", (*params, f"%,{_literal(str(self.rhs))},%")


def _literal(code: str) -> str:
    return code.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
