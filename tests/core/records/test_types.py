"""Contracts that every declared type keeps, and what a declaration refuses."""

from __future__ import annotations

import io
import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import models
from django.utils import timezone

from anlan.core.geometry import GeometryField
from anlan.core.models import Division
from anlan.core.records.fields import CodesField
from anlan.core.records.filters import filter_for, sortable
from anlan.core.records.forms import form_for
from anlan.core.records.registry import declare, record_type, record_types
from anlan.core.records.resources import resource_for
from anlan.core.records.services import records_load
from anlan.core.records.tables import export_table
from anlan.core.records.types import Group, RecordType
from anlan.register.models import Hospital
from kit.files import send

if TYPE_CHECKING:
    from kit.people import People

ALL = record_types()
WRITTEN = [declared for declared in ALL if not declared.read_only]


def value_for(field: models.Field[Any, Any], rng: random.Random, number: int) -> Any:
    """Return a plausible value, as a program would hand it over."""
    if isinstance(field, models.ForeignKey):
        return "370114" if field.related_model is Division else None
    if isinstance(field, CodesField):
        return tuple(sorted(rng.sample(sorted(field.labels()), 2)))
    if isinstance(field, GeometryField):
        x, y = 117.5 + rng.random() / 10, 36.7
        return {
            "Point": (x, y),
            "LineString": f"LINESTRING({x} {y}, {x + 0.01} {y})",
            "MultiPolygon": f"MULTIPOLYGON((({x} {y},{x + 0.1} {y},{x} {y + 0.1},{x} {y})))",
        }[field.geom_type]
    if field.choices:
        return rng.choice([code for code, _label in field.flatchoices])
    by_class: dict[type[models.Field[Any, Any]], Any] = {
        models.BooleanField: True,
        models.DateTimeField: timezone.now() - timedelta(hours=3),
        models.DateField: timezone.localdate(),
        models.IntegerField: 0,
        models.FloatField: 1.5,
        models.EmailField: "a@b.cn",
        models.CharField: f"=甲{number}"[: field.max_length],
    }
    return next(v for kind, v in by_class.items() if isinstance(field, kind))


def sample(declared: RecordType, count: int = 3) -> list[dict[str, Any]]:
    """Return rows of a type; types that must refer to another get one."""
    rng = random.Random(declared.key)  # noqa: S311 - test data
    rows = []
    for number in range(count):
        row = {f.name: value_for(f, rng, number) for f in declared.fields()}
        for field in declared.fields():
            if isinstance(field, models.ForeignKey) and row[field.name] is None and not field.null:
                target = next(t for t in ALL if t.model is field.related_model)
                name = f"母体{target.key}"
                records_load(
                    target.key,
                    [{**sample(target, 1)[0], "name": name}],
                    by=None,
                    now=timezone.now(),
                )
                row[field.name] = name
        rows.append(row)
    return rows


def exported(declared: RecordType, form: str, user: Any, names: list[str]) -> bytes:
    target = io.BytesIO()
    rows = declared.model._default_manager.filter(name__in=names).order_by("name")
    export_table(target, form=form, resource=resource_for(declared), records=rows, user=user)
    return target.getvalue()


@pytest.mark.parametrize("form", ["xlsx", "csv", "geojson"])
@pytest.mark.parametrize("declared", WRITTEN, ids=lambda t: t.key)
def test_what_is_exported_can_be_imported_and_says_the_same(
    people: People, declared: RecordType, form: str
) -> None:
    rows = sample(declared)
    run = records_load(declared.key, rows, by=None, now=timezone.now())
    assert run.created == 3
    names = [row["name"] for row in rows]
    first = exported(declared, form, people.xu_jing, names)
    said = exported(declared, "csv", people.xu_jing, names)
    declared.model._default_manager.filter(name__in=names).delete()

    again = send(first, by=people.xu_jing, key=declared.key, name=f"a.{form}")

    assert (again.message, again.created) == ("", 3)
    assert exported(declared, "csv", people.xu_jing, names) == said


def test_at_least_twenty_five_types_are_declared() -> None:
    assert len(ALL) >= 25


@pytest.mark.parametrize("declared", ALL, ids=lambda t: t.key)
def test_headers_are_chinese_and_each_stands_once(declared: RecordType) -> None:
    headers = [field.column_name for field in resource_for(declared).get_export_fields()]
    assert len(headers) == len(set(headers))
    assert [h for h in headers if not any("\u4e00" <= c <= "\u9fff" for c in h)] == []


@pytest.mark.parametrize("declared", ALL, ids=lambda t: t.key)
def test_form_filter_and_order_exist_for_every_type(declared: RecordType, db: None) -> None:
    assert set(filter_for(declared).base_filters) >= set(declared.filters)
    assert "name" in sortable(declared)
    assert "name" in form_for(declared).base_fields


@pytest.mark.parametrize("declared", ALL, ids=lambda t: t.key)
def test_telephone_numbers_of_people_are_declared_sensitive(declared: RecordType) -> None:
    personal = {"contact_phone", "worker_phone", "phone"} & {f.name for f in declared.fields()}
    assert personal <= set(declared.sensitive)


def test_a_declaration_that_names_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValueError, match=r"list_columns must name fields .*'bedz'"):
        RecordType(key="x", model=Hospital, group=Group.MEDICAL, list_columns=("bedz",))


def test_a_key_belongs_to_one_model() -> None:
    with pytest.raises(ValueError, match="'hospital' a second time"):
        declare(key="hospital", model=Division, group=Group.PEOPLE)


def test_a_role_without_contact_rights_exports_masked_numbers(people: People) -> None:
    row = {**sample(record_type("hospital"), 1)[0], "contact_phone": "13812345678"}
    records_load("hospital", [row], by=None, now=timezone.now())
    names = [row["name"]]

    seen = exported(record_type("hospital"), "csv", people.xu_jing, names).decode()
    masked = exported(record_type("hospital"), "csv", people.zhou_heng, names).decode()

    assert "13812345678" in seen
    assert "138******78" in masked
    assert "13812345678" not in masked
