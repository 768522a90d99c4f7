"""What a plan counts on and a city lacks; and the check on the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from anlan.core.models import Person, Post, Unit
from anlan.plans.rules import (
    PostState,
    load_plan,
    plan_gaps,
    shared_claims,
    shipped_vocabulary,
)
from anlan.plans.selectors import claims_shared, example_texts, plan_readiness
from anlan.plans.services import plan_approve, plan_import
from anlan.register.models import ResponseUnit, Stock, Warehouse

if TYPE_CHECKING:
    from pathlib import Path

    from kit.people import People, Places

NOW = datetime(2026, 8, 11, tzinfo=UTC)
TEXTS = example_texts()
PLANS = {
    name: load_plan(text, file=name, vocabulary=shipped_vocabulary())
    for name, text in TEXTS.items()
}
HAZMAT = PLANS["hazardous_chemicals.toml"]
FULL = {code: PostState(people=2, reachable=2) for code in shipped_vocabulary().posts}
PLENTY = dict.fromkeys(shipped_vocabulary().resource_kinds, 1e9)


def test_a_city_that_has_everything_has_no_gaps() -> None:
    for plan in PLANS.values():
        assert plan_gaps(plan, posts=FULL, held=PLENTY) == ()


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (None, "post"),
        (PostState(people=0, reachable=0), "person"),
        (PostState(people=2, reachable=0), "phone"),
        (PostState(people=1, reachable=1), "successor"),
    ],
)
def test_a_post_that_cannot_answer_is_named_with_its_line(
    state: PostState | None, kind: str
) -> None:
    posts = {**FULL}
    if state is None:
        del posts["city_commander"]
    else:
        posts["city_commander"] = state
    (gap,) = plan_gaps(HAZMAT, posts=posts, held=PLENTY)
    assert (gap.kind, gap.subject, gap.line) == (kind, "city_commander", HAZMAT.levels[0].line)
    assert "市指挥部总指挥" in gap.message


def test_a_resource_below_the_need_names_the_levels() -> None:
    (gap,) = plan_gaps(HAZMAT, posts=FULL, held={**PLENTY, "hazmat_crew": 2})
    assert gap.message == "“危化处置编队”现有2，不足：一级需6、二级需3"
    gaps = plan_gaps(HAZMAT, posts=FULL, held={**PLENTY, "folding_bed": 0})
    assert ["没有库存" in g.message for g in gaps] == [True]


def test_entries_that_nobody_confirmed_for_long_are_named() -> None:
    people = FULL["city_commander"].people
    posts = FULL | {"city_commander": PostState(people=people, reachable=people, fresh=0)}
    (gap,) = plan_gaps(HAZMAT, posts=posts, held=PLENTY)
    assert (gap.kind, gap.subject) == ("stale_person", "city_commander")
    fresh = {**PLENTY, "hazmat_crew": 1.0}
    (gap,) = plan_gaps(HAZMAT, posts=FULL, held=PLENTY, fresh=fresh)
    assert (gap.kind, gap.subject) == ("stale_resource", "hazmat_crew")
    assert "资料过期" in gap.message
    assert plan_gaps(HAZMAT, posts=FULL, held=PLENTY, fresh=PLENTY) == ()


def test_what_was_confirmed_lately_counts_and_what_was_not_is_stale(
    places: Places, people: People
) -> None:
    text = TEXTS["hazardous_chemicals.toml"]
    version = plan_import(text=text, division=places.jinan, by=people.xu_jing, now=NOW)
    unit = Unit.objects.create(name="市局", division=places.jinan, location="POINT (117 36.6)")
    post = Post.objects.create(
        name="值班员", code="city_duty_officer", division=places.jinan, unit=unit
    )
    person = Person.objects.create(
        name="甲", division=places.jinan, unit=unit, post=post, phone="12345678901",
        observed_at=NOW - timedelta(days=800),
    )  # fmt: skip
    ResponseUnit.objects.bulk_create(
        ResponseUnit(
            name=f"编队{number}", division=places.zhangqiu, location="POINT (117.5 36.7)",
            kind="hazmat_crew", status="available", observed_at=NOW - timedelta(days=30),
        )
        for number in range(8)
    )  # fmt: skip
    kinds = {g.subject: g.kind for g in plan_readiness(version, now=NOW)}
    assert kinds["city_duty_officer"] == "stale_person"
    assert kinds["hazmat_crew"] == "stale_resource"
    Person.objects.filter(pk=person.pk).update(confirmed_at=NOW)
    ResponseUnit.objects.update(confirmed_at=NOW)
    kinds = {g.subject: g.kind for g in plan_readiness(version, now=NOW)}
    assert kinds.get("city_duty_officer") != "stale_person"
    assert "hazmat_crew" not in kinds


def test_two_plans_that_promise_the_same_team_are_named() -> None:
    names = ("earthquake.toml", "flood_typhoon.toml", "hazardous_chemicals.toml")
    plans = [PLANS[name] for name in names]
    held = {**PLENTY, "fire_crew": 25.0}
    (gap,) = shared_claims(plans, level=2, held=held)
    assert (gap.kind, gap.subject) == ("claim", "fire_crew")
    assert "共需36" in gap.message
    assert shared_claims(plans[:1], level=2, held={}) == ()


def test_readiness_counts_people_units_and_free_stock(places: Places, people: People) -> None:
    text = TEXTS["hazardous_chemicals.toml"]
    version = plan_import(text=text, division=places.jinan, by=people.xu_jing, now=NOW)
    unit = Unit.objects.create(name="市局", division=places.jinan, location="POINT (117 36.6)")
    post = Post.objects.create(
        name="值班员", code="city_duty_officer", division=places.jinan, unit=unit
    )
    Person.objects.create(
        name="甲", division=places.jinan, unit=unit, post=post, phone="12345678901"
    )
    for number in range(6):
        ResponseUnit.objects.create(
            name=f"编队{number}",
            division=places.zhangqiu,
            location="POINT (117.5 36.7)",
            kind="hazmat_crew",
            status="available" if number else "out_of_service",
        )
    store = Warehouse.objects.create(name="库", division=places.jinan, location="POINT (117 36.6)")
    Stock.objects.create(
        name="防化服", division=places.jinan, warehouse=store, item="chemical_suit",
        quantity=50, reserved=15,
    )  # fmt: skip
    gaps = {(g.kind, g.subject): g.message for g in plan_readiness(version, now=NOW)}
    assert ("person", "city_duty_officer") not in gaps
    assert ("post", "fire_brigade") in gaps
    assert "现有5" in gaps["resource", "hazmat_crew"]
    assert "现有35" in gaps["resource", "chemical_suit"]


def test_claims_of_plans_in_force_are_joined(places: Places, people: People) -> None:
    for name, text in TEXTS.items():
        version = plan_import(
            text=text, division=places.jinan, by=people.xu_jing, now=NOW, file_name=name
        )
        plan_approve(version=version, by=people.gao_feng, now=NOW, reason="试用")
    kinds = {gap.subject for gap in claims_shared(places.jinan.code, level=2)}
    assert {"fire_crew", "ambulance", "uav_team"} <= kinds
    assert "neutraliser" not in kinds


def test_the_command_lists_every_mistake_and_says_no(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    text = TEXTS["earthquake.toml"]
    good.write_text(text, encoding="utf-8")
    bad.write_text(text.replace('owner = "seismology"', 'owner = "oracle"'), encoding="utf-8")
    out = StringIO()
    call_command("check_plan", str(good), stdout=out)
    assert "通过。《地震应急预案（示例）》" in out.getvalue()
    with pytest.raises(CommandError, match="未通过"):
        call_command("check_plan", str(good), str(bad), stdout=out)
    line = text.splitlines().index('owner = "seismology"') + 1
    assert f"错误 {bad}:{line}: tasks[1].owner: 岗位代码不存在" in out.getvalue()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_plan", str(bad), "--json", stdout=out)
    (row,) = json.loads(out.getvalue())
    assert (row["passed"], row["findings"][0]["line"]) == (False, line)


def test_the_command_says_what_it_cannot_read(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="读不了"):
        call_command("check_plan", str(tmp_path / "none.toml"))
    (tmp_path / "gbk.toml").write_bytes("title = '预案'".encode("gbk"))
    with pytest.raises(CommandError, match="读不了"):
        call_command("check_plan", str(tmp_path / "gbk.toml"))
