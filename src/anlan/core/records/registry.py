"""Who declared what: the record types of this installation, by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anlan.core.records.types import Group, RecordType

if TYPE_CHECKING:
    from django.db.models import Model

__all__ = ["UnknownRecordTypeError", "declare", "record_type", "record_type_of", "record_types"]

_TYPES: dict[str, RecordType] = {}


class UnknownRecordTypeError(LookupError):
    """Raised for a key that no declaration has."""


def declare(*, key: str, model: type[Model], group: Group, **options: Any) -> RecordType:
    """Declare a record type: the one call that a new type needs. Options: see `RecordType`.

    Raises
    ------
    ValueError
        If the key is taken by another model, or the declaration names unknown fields.
    """
    if key in _TYPES and _TYPES[key].model is not model:
        raise ValueError(f"key must be unique, got {key!r} a second time")
    _TYPES[key] = RecordType(key=key, model=model, group=group, **options)
    return _TYPES[key]


def record_types() -> tuple[RecordType, ...]:
    """Return every declared type: by group, so that a type comes after those it refers to."""
    order = list(Group)
    return tuple(sorted(_TYPES.values(), key=lambda declared: order.index(declared.group)))


def record_type(key: str) -> RecordType:
    """Return the type with this key.

    Raises
    ------
    UnknownRecordTypeError
        If there is none.
    """
    try:
        return _TYPES[key]
    except KeyError:
        raise UnknownRecordTypeError(f"没有记录类型 {key}") from None


def record_type_of(model: type[Model]) -> RecordType:
    """Return the type declared for `model`.

    Raises
    ------
    UnknownRecordTypeError
        If there is none.
    """
    for declared in _TYPES.values():
        if declared.model is model:
            return declared
    raise UnknownRecordTypeError(f"没有为 {model._meta.label} 声明记录类型")
