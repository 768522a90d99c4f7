"""Every record type with a geometry is a layer; this module reads its rows as features."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely
from django.core.exceptions import FieldError, ValidationError
from django.db.models import DateField

from anlan.core.geometry import GeometryField
from anlan.core.permissions import may
from anlan.core.records.registry import UnknownRecordTypeError, record_type, record_types
from anlan.core.records.selectors import records_visible_to
from anlan.core.rules import whole_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import Model, QuerySet

    from anlan.core.models import User
    from anlan.core.records.types import RecordType

__all__ = ["BadParameter", "Layer", "Page", "layer", "layers", "read_page"]

PAGE = 1000
PAGE_MOST = 10_000
CORNERS = {4: (0, 1, 2, 3), 6: (0, 1, 3, 4)}
"""Where west, south, east and north stand in a bbox of four or six numbers."""


class BadParameter(ValueError):
    """A query parameter breaks a rule; the message names it, the rule and the value."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A record type seen as a map layer."""

    kind: RecordType
    geometry: str
    account: User

    @property
    def names(self) -> tuple[str, ...]:
        """Return the attributes that travel with each feature; masked ones stay at home."""
        left_out = {self.geometry, *self.kind.masked_for(self.account)}
        return tuple(
            f.attname
            for f in self.kind.fields(for_api=True)
            if not f.primary_key and not isinstance(f, GeometryField) and f.name not in left_out
        )

    def rows(self) -> QuerySet[Model]:
        """Return the rows that the account may see."""
        return records_visible_to(self.kind, self.account).order_by("pk")


def layers(account: User) -> list[Layer]:
    """Return the layers that the account may see."""
    return [
        Layer(kind, kind.geometry.name, account)
        for kind in record_types()
        if kind.geometry is not None and may(account, kind.action("view"))
    ]


def layer(key: str, account: User) -> Layer | None:
    """Return one layer, or None if there is none that the account may see."""
    try:
        kind = record_type(key)
    except UnknownRecordTypeError:
        return None
    if kind.geometry is None or not may(account, kind.action("view")):
        return None
    return Layer(kind, kind.geometry.name, account)


@dataclass(frozen=True, slots=True)
class Page:
    """Some features of a layer, and where the next ones begin."""

    features: list[str]
    matched: int | None
    after: int | None


def read_page(found: Layer, query: Mapping[str, str]) -> Page:
    """Return one page of features as GeoJSON texts; later pages begin after a key, not a count.

    Raises
    ------
    BadParameter
        If `bbox`, `limit`, `after` or an attribute has a value that breaks its rule.
    """
    limit = min(_whole(query, "limit", PAGE, least=1), PAGE_MOST)
    rows = found.rows()
    if "bbox" in query:
        rows = rows.filter(**{f"{found.geometry}__bbox": _box(query["bbox"])})
    rows = rows.filter(**_attributes(found, query))
    matched = None
    if "after" in query:
        rows = rows.filter(pk__gt=_whole(query, "after", 0, least=0))
    else:
        matched = rows.count()
    try:
        values = list(rows.values_list("pk", found.geometry, *found.names)[:limit])
    except (FieldError, ValidationError, ValueError) as error:
        raise BadParameter(str(error)) from error
    return Page(
        features=[feature(value, found.names) for value in values],
        matched=matched,
        after=values[-1][0] if len(values) == limit else None,
    )


def feature(values: tuple[Any, ...], names: Iterable[str]) -> str:
    """Return one row as a GeoJSON feature."""
    key, geometry, *rest = values
    drawn = "null" if geometry is None else shapely.to_geojson(geometry)
    properties = json.dumps(dict(zip(names, rest, strict=True)), ensure_ascii=False, default=str)
    return f'{{"type":"Feature","id":{key},"geometry":{drawn},"properties":{properties}}}'


def _whole(query: Mapping[str, str], name: str, otherwise: int, *, least: int) -> int:
    text = query.get(name, str(otherwise))
    number = whole_number(text)
    if number is None or number < least:
        raise BadParameter(f"{name} 应为不小于 {least} 的整数，收到 {text[:40]!r}")
    return number


def _box(text: str) -> tuple[float, ...]:
    rule = "bbox 应为 西,南,东,北 四个有限的经纬度，且西不大于东、南不大于北"
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise BadParameter(f"{rule}，收到 {text!r}") from error
    if len(numbers) not in CORNERS or not all(map(math.isfinite, numbers)):
        raise BadParameter(f"{rule}，收到 {text!r}")
    west, south, east, north = (numbers[i] for i in CORNERS[len(numbers)])
    if west > east or south > north:
        raise BadParameter(f"{rule}，收到 {text!r}")
    return west, south, east, north


def _attributes(found: Layer, query: Mapping[str, str]) -> dict[str, Any]:
    wanted = {}
    for name in found.names:
        if name not in query:
            continue
        field = found.kind.field(name.removesuffix("_id"))
        try:
            value = query[name] if name.endswith("_id") else field.to_python(query[name])
        except ValidationError as error:
            raise BadParameter(f"{name}：{'；'.join(error.messages)}") from error
        if isinstance(field, DateField) and value is None:
            raise BadParameter(f"{name} 应为日期，收到 {query[name]!r}")
        wanted[name] = value
    return wanted
