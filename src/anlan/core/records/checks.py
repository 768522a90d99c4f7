"""What every row keeps to, whether it comes from a form, a file or a program."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import shapely
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.core.models import Division
from anlan.core.records.constraints import broken_constraints
from anlan.core.rules import code_range
from anlan.core.words import unfit_words

if TYPE_CHECKING:
    from datetime import datetime

    from shapely.geometry.base import BaseGeometry

    from anlan.core.models import User
    from anlan.core.records.types import RecordType

__all__ = ["Checker"]

CLOCKS_DIFFER = timedelta(minutes=5)
"""A time this little ahead is taken for a clock that runs fast. Platform default."""

REQUIRED = gettext_lazy("必须填写")

BORDER_DEG = 0.005
"""A point this far outside a boundary still counts as inside (some 500 m). Platform default:
published boundaries are generalised by as much."""


class Checker:
    """Checks rows of one type for one account.

    Parameters
    ----------
    declared
        The record type.
    user
        Who writes; None for programs of the platform, which may write anywhere.
    now
        The time of the check.
    """

    def __init__(self, declared: RecordType, *, user: User | None, now: datetime) -> None:
        self.declared, self.user, self.now = declared, user, now
        self.geometry = declared.geometry
        self.exact = [f for f in declared.fields() if not isinstance(f, models.ForeignKey)]
        self.references = [f for f in declared.fields() if isinstance(f, models.ForeignKey)]
        self._boundaries: dict[str, tuple[str, BaseGeometry | None]] = {}

    def clean(self, row: models.Model, *, but: frozenset[str] = frozenset()) -> None:
        """Check every field but those in `but`, and what they must be together.

        Raises
        ------
        ValidationError
            With the messages by field.
        """
        errors: dict[str, list[str]] = {}
        for field in self.exact:
            if field.name in but:
                continue
            value = getattr(row, field.attname)
            if value in field.empty_values:
                if not field.blank:
                    errors[field.name] = [str(REQUIRED)]
                continue
            try:
                setattr(row, field.attname, field.clean(value, row))
            except ValidationError as error:
                errors[field.name] = error.messages
        for field in self.references:
            if field.name not in but and not field.null and getattr(row, field.attname) is None:
                errors[field.name] = [str(REQUIRED)]
        bad = frozenset({*errors, *but})
        errors |= {name: [message] for name, message in self.complaints(row, but=bad)}
        if not errors and not but and (broken := broken_constraints(row)):
            errors[NON_FIELD_ERRORS] = broken
        if errors:
            raise ValidationError(errors)

    def complaints(
        self, row: models.Model, *, but: frozenset[str] = frozenset()
    ) -> list[tuple[str, str]]:
        """Return (field, message) of what is wrong with place, time and masked numbers.

        Fields in `but` are known to be wrong already: their values are not looked at.
        """
        found = [] if "division" in but else self._about_place(row, but)
        found += self._about_words(row, but)
        observed = None if "observed_at" in but else getattr(row, "observed_at", None)
        if observed is not None and observed > self.now + CLOCKS_DIFFER:
            found.append(
                (
                    "observed_at",
                    _("数据时间 %(at)s 晚于现在")
                    % {"at": f"{timezone.localtime(observed):%Y-%m-%d %H:%M}"},
                )
            )
        for name in self.declared.sensitive:
            if name not in but and "*" in str(getattr(row, name) or ""):
                found.append((name, _("号码已被隐去，请填写完整号码或留空")))
        return found

    def _about_words(self, row: Any, but: frozenset[str]) -> list[tuple[str, str]]:
        found = []
        for field in self.exact:
            value = None if field.name in but else getattr(row, field.attname)
            unfit = unfit_words(value) if isinstance(value, str) else None
            if unfit is not None:
                rule, shown = unfit
                found.append((field.name, f"{field.verbose_name}{rule}，收到“{shown}”"))
        return found

    def _about_place(self, row: Any, but: frozenset[str]) -> list[tuple[str, str]]:
        code = getattr(row, "division_id", None)
        if not code:
            return []
        home = self.user.division_id if self.user else None
        if home:
            first, last = code_range(home)
            if not first <= code <= last:
                place = self._boundary(home)[0]
                return [
                    (
                        "division",
                        _("行政区划 %(code)s 不在您的管辖范围（%(place)s）内")
                        % {"code": code, "place": place},
                    )
                ]
        if self.geometry is None or self.geometry.name in but:
            return []
        geometry = getattr(row, self.geometry.name)
        if geometry is None or geometry.is_empty:
            return []
        for outer in dict.fromkeys((home, code)):
            name, boundary = self._boundary(outer) if outer else ("", None)
            if boundary is not None and not shapely.intersects(boundary, geometry):
                at = shapely.centroid(geometry)
                where = f"（{at.x:.5f}, {at.y:.5f}）"
                return [
                    (
                        self.geometry.name,
                        _("%(where)s不在%(name)s范围内，请核对经纬度次序和坐标系")
                        % {"where": where, "name": name},
                    )
                ]
        return []

    def _boundary(self, code: str) -> tuple[str, BaseGeometry | None]:
        if code not in self._boundaries:
            place = Division.objects.filter(code=code).only("name", "boundary").first()
            boundary = None
            if place is not None and place.boundary is not None:
                boundary = shapely.buffer(place.boundary, BORDER_DEG, quad_segs=2)
                shapely.prepare(boundary)
            self._boundaries[code] = (place.name if place else code, boundary)
        return self._boundaries[code]
