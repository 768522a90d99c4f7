"""Pages to read: the register, one list, one record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import shapely
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.console.access import account, page
from anlan.console.answers import page_of
from anlan.console.records.access import one_of, rights_on, type_of
from anlan.console.selectors.reservations import promises_on
from anlan.core.models import Division
from anlan.core.permissions import may
from anlan.core.records.filters import filter_for, sortable
from anlan.core.records.selectors import (
    Age,
    age_of,
    display,
    history,
    records_visible_to,
    types_visible_to,
)
from anlan.core.records.tables import FORMATS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from anlan.core.models import User
    from anlan.core.records.types import RecordType

__all__ = ["detail", "index", "listing"]


@page(None)
def index(request: HttpRequest) -> HttpResponse:
    """Show the types of record by group, with how many there are."""
    user = account(request)
    types = [(t, records_visible_to(t, user).count()) for t in types_visible_to(user)]
    groups = [
        (_(group.value), list(members))
        for group, members in groupby(types, key=lambda pair: pair[0].group)
    ]
    may_confirm = any(may(user, kind.action("confirm")) for kind, _count in types)
    context = {"groups": groups, "may_confirm": may_confirm}
    return render(request, "console/records/index.html", context)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list."""

    row: Any
    cells: list[str]
    age: Age | None


@dataclass(frozen=True, slots=True)
class Column:
    """One heading of a list, with the address that puts the list in its order."""

    label: str
    sort: str
    """What `sort` in the address must be for the next click; empty where it cannot be sorted."""
    direction: str
    """`ascending`, `descending` or nothing, for screen readers."""


@page(None)
def listing(request: HttpRequest, key: str) -> HttpResponse:
    """Show the records of one type: searched, filtered, in order, page by page."""
    declared = type_of(request, key, "view")
    user, now = account(request), timezone.now()
    found = filter_for(declared)(
        request.GET, queryset=records_visible_to(declared, user), request=request
    )
    order = request.GET.get("sort", "")
    rows = found.qs
    if order.removeprefix("-") in sortable(declared):
        rows = rows.order_by(order, "pk")
    shown = page_of(request, rows)
    names = (*(("division",) if declared.has_division else ()), *declared.list_columns)
    context = {
        "declared": declared,
        "filter": found,
        "columns": [_column(declared, name, order) for name in ("name", *names)],
        "lines": [
            Line(
                row,
                [display(declared, row, name, user) for name in names],
                age_of(declared, row, now=now),
            )
            for row in shown
        ],
        "page": shown,
        "query": _query_without(request, "page"),
        "sort_query": _query_without(request, "page", "sort"),
        "narrowed": any(value for name, value in request.GET.items() if name != "sort"),
        "formats": [form for form in FORMATS if form != "geojson" or declared.geometry],
        **rights_on(declared, user),
    }
    return render(request, "console/records/list.html", context)


def _column(declared: RecordType, name: str, order: str) -> Column:
    label = str(declared.field(name).verbose_name)
    if name not in sortable(declared):
        return Column(label, "", "")
    if order == name:
        return Column(label, f"-{name}", "ascending")
    return Column(label, name, "descending" if order == f"-{name}" else "")


def _query_without(request: HttpRequest, *names: str) -> str:
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()


@page(None)
def detail(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Show one record: its facts, its place, how fresh it is, and what happened to it."""
    declared = type_of(request, key, "view")
    user, now = account(request), timezone.now()
    row = one_of(declared, request, pk, "view")
    names = [field.name for field in declared.fields() if field.name != "name"]
    context = {
        "declared": declared,
        "row": row,
        "age": age_of(declared, row, now=now),
        "facts": [(declared.field(n).verbose_name, display(declared, row, n, user)) for n in names],
        "shape": _shape(declared, row),
        "extent": _extent(user),
        "promises": promises_on(row, user),
        "history": history(declared, row, user),
        **rights_on(declared, user),
    }
    return render(request, "console/records/detail.html", context)


def _shape(declared: RecordType, row: Any) -> Any:
    geometry = None if declared.geometry is None else getattr(row, declared.geometry.name)
    return None if geometry is None else json.loads(shapely.to_geojson(geometry))


def _extent(user: User) -> list[float] | None:
    home = Division.objects.filter(code=user.division_id).only("boundary").first()
    return None if home is None or home.boundary is None else list(home.boundary.bounds)
