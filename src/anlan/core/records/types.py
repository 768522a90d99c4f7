"""What a declaration of a record type says, and what can be derived from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop

from anlan.core.geometry.fields import GeometryField
from anlan.core.permissions import may

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Field, Model

    from anlan.core.models.account import User

__all__ = ["AREAS", "Group", "RecordType"]

AREAS = ("register", "contact", "supplies")
"""Areas of permission: `<area>.view`, `.change`, `.import`, `.export`, `.confirm`."""

KEEPING = ("source", "source_note", "observed_at")
"""Fields every record has and people fill in, shown after those of the type."""


class Group(StrEnum):
    """Headings of the list of record types, in the order in which types are loaded.

    A type that refers to another stands in a later group, or later in the same file.
    """

    PEOPLE = gettext_noop("组织与人员")
    MEDICAL = gettext_noop("医疗卫生")
    FORCES = gettext_noop("救援力量")
    SHELTER = gettext_noop("避险与安置")
    SUPPLIES = gettext_noop("物资与产能")
    TRAFFIC = gettext_noop("交通与通信")
    DANGER = gettext_noop("危险源与企业")
    WATER = gettext_noop("水利与地质")
    EXPOSED = gettext_noop("重点保护对象")
    SENSING = gettext_noop("监测与巡查")
    LIFELINE = gettext_noop("生命线工程")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """One type of record. Everything but `key` and `model` has a sensible default.

    Parameters
    ----------
    key
        Name in addresses, files and city packs: lower case with underscores.
    model
        The Django model, a `Record` (or one with a `division`).
    group
        Heading under which the type is listed.
    area
        Area of permission, one of `AREAS`.
    list_columns
        Fields shown in the list after the name and the division.
    filters
        Fields by which the list can be narrowed.
    search
        Text fields in which the search looks.
    natural_key
        Fields that together tell two records apart: an import updates by them.
    symbol
        Symbol on maps.
    half_life
        After this long without confirmation a fact counts half.
    sensitive
        Fields masked for accounts without `contact.view`.
    read_only
        Seen and exported, but changed only by loading a city pack.
    """

    key: str
    model: type[Model]
    group: Group
    area: str = "register"
    list_columns: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ("name",)
    natural_key: tuple[str, ...] = ("division", "name")
    symbol: str = "dot"
    half_life: timedelta = timedelta(days=180)
    sensitive: tuple[str, ...] = ()
    read_only: bool = False

    def __post_init__(self) -> None:
        """Refuse a declaration that names what does not exist."""
        if self.area not in AREAS:
            raise ValueError(f"{self.key}: area must be one of {AREAS}, got {self.area!r}")
        known = {field.name for field in self.model._meta.concrete_fields}
        for rule, names in self._named().items():
            unknown = [name for name in names if name not in known]
            if unknown:
                raise ValueError(f"{self.key}: {rule} must name fields of the model, got {unknown}")

    def _named(self) -> Mapping[str, tuple[str, ...]]:
        return {
            "list_columns": self.list_columns,
            "filters": self.filters,
            "search": self.search,
            "natural_key": self.natural_key,
            "sensitive": self.sensitive,
        }

    @property
    def label(self) -> str:
        """Return the Chinese name of the type."""
        return str(self.model._meta.verbose_name)

    @property
    def geometry(self) -> GeometryField | None:
        """Return the field that places a record on the map: the first geometry of the model."""
        fields = (f for f in self.model._meta.concrete_fields if isinstance(f, GeometryField))
        return next(fields, None)

    @property
    def has_division(self) -> bool:
        """Tell whether records belong to a division; the divisions themselves do not."""
        return any(f.name == "division" for f in self.model._meta.concrete_fields)

    def action(self, verb: str) -> str:
        """Return the permission for `verb`: view, change, import, export or confirm."""
        return f"{self.area}.{verb}"

    def fields(self, *, for_api: bool = False) -> tuple[Field[Any, Any], ...]:
        """Return the fields people fill in, in the order of forms and files.

        With `for_api`, also those the platform keeps: identity, confirmation and times.
        """
        own = [f for f in self.model._meta.concrete_fields if f.editable and not f.primary_key]
        last = [f for f in own if f.name in KEEPING]
        geometry = [f for f in own if isinstance(f, GeometryField)]
        first = [f for f in own if f not in last and f not in geometry]
        asked = (*first, *geometry, *last)
        if not for_api:
            return asked
        kept = [f for f in self.model._meta.concrete_fields if f not in asked]
        return (
            *(f for f in kept if f.primary_key),
            *asked,
            *(f for f in kept if not f.primary_key),
        )

    def field(self, name: str) -> Field[Any, Any]:
        """Return one field of the model."""
        found: Field[Any, Any] = self.model._meta.get_field(name)  # type: ignore[assignment]
        return found

    def masked_for(self, user: User) -> frozenset[str]:
        """Return the fields that `user` sees only in part."""
        return frozenset() if may(user, "contact.view") else frozenset(self.sensitive)
