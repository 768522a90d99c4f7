"""Packages in the database: versions, decisions, what follows from them, who was faster."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from shapely import Point

from anlan.command.models import Incident, Package, PackagePart, Task
from anlan.command.services import package_build, package_part_decide, report_verify
from anlan.command.types import ConflictError, RefusedError
from anlan.core.models import JournalEntry
from anlan.forecast.models import ModelRun
from anlan.forecast.plain import plain
from anlan.forecast.selectors import repeated, runs_visible_to
from anlan.plans.selectors import example_texts
from anlan.plans.services import plan_approve, plan_import
from anlan.register.models import Hospital, ResponseUnit, Stock, Warehouse
from anlan.warn.models import PublicWarning
from kit.leak import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kit.people import People, Places

LATER = NOW + timedelta(minutes=3)
SCENARIO = {"kind": "gas_release", "substance": "液氨", "hole_diameter_m": 0.05}
WEATHER = {"wind_speed": 2.0, "wind_from_deg": 0, "is_day": True, "temperature_c": 10}


@pytest.fixture(autouse=True)
def city(settings: Any, tmp_path: Path) -> None:
    """No city pack: these tests are about rows and decisions."""
    settings.ANLAN_CITY = tmp_path / "city"


@pytest.fixture
def known(people: People, land: Places) -> None:
    """A plan in force, crews, a hospital and a store near the scene."""
    version = plan_import(
        text=example_texts()["hazardous_chemicals.toml"],
        division=land.jinan,
        by=people.xu_jing,
        now=NOW,
    )
    plan_approve(version=version, by=people.gao_feng, now=NOW, reason="测试批准")
    here = {"division": land.zhangqiu, "observed_at": NOW}
    for number in range(3):
        ResponseUnit.objects.create(
            name=f"危化{number}组",
            kind="hazmat_crew",
            location=Point(117.55, 36.84 + number / 100),
            **here,
        )
    ward: dict[str, Any] = {"specialties": ["toxicology"], "beds_total": 500, "beds_free": 40}
    Hospital.objects.create(
        name="章丘人民医院", grade="3a", location=Point(117.53, 36.71), **ward, **here
    )
    store = Warehouse.objects.create(name="章丘库", location=Point(117.5, 36.95), **here)
    for item in ("chemical_suit", "scba"):
        Stock.objects.create(
            name=f"章丘库·{item}", warehouse=store, item=item, quantity=30, measure="套", **here
        )


@pytest.fixture
def ready(leak: Incident, known: None) -> Incident:
    """The leak with what was entered about it."""
    leak.scenario, leak.weather = SCENARIO, WEATHER
    leak.save()
    return leak


def build(incident: Incident, people: People) -> Package:
    return package_build(incident_id=incident.pk, by=people.lin_lan, now=LATER)


def decide(package: Package, kind: str, people: People, **changes: Any) -> PackagePart:
    values = {"decision": "approved", "by": people.gao_feng, "now": LATER, **changes}
    return package_part_decide(part_id=package.parts.get(kind=kind).pk, **values)


def test_a_package_has_all_parts_a_run_and_a_journal_entry(ready: Incident, people: People) -> None:
    package = build(ready, people)
    assert package.version == 1
    assert package.parts.count() == 11
    assert package.timings["total"] > 0
    run = ModelRun.objects.get()
    assert run.scenario["substance"] == "液氨"
    assert run.weather["wind_speed"] == 2.0
    entry = JournalEntry.objects.get(verb="package.built")
    assert entry.incident_id == ready.pk


def test_a_kept_run_can_be_repeated_and_gives_the_same(ready: Incident, people: People) -> None:
    package = build(ready, people)
    run = ModelRun.objects.get()
    again = repeated(run)
    assert plain(dict(again.figures)) == run.result["figures"]
    zones = package.parts.get(kind="forecast").content["zones"]
    assert [plain(f.area) for f in again.footprints] == [z["polygon"] for z in zones]
    assert runs_visible_to(people.lin_lan).count() == 1
    assert runs_visible_to(people.sun_yuan).count() == 0


def test_a_new_build_takes_the_place_of_the_undecided_one(ready: Incident, people: People) -> None:
    first, second = build(ready, people), build(ready, people)
    first.refresh_from_db()
    assert (first.status, second.status, second.version) == ("superseded", "proposed", 2)
    with pytest.raises(ConflictError, match="已被新版取代"):
        decide(first, "level", people)


def test_the_same_inputs_give_the_same_package(ready: Incident, people: People) -> None:
    first, second = build(ready, people), build(ready, people)
    for part in first.parts.all():
        assert second.parts.get(kind=part.kind).content == part.content


def test_rejecting_needs_a_reason_and_editing_needs_content(
    ready: Incident, people: People
) -> None:
    package = build(ready, people)
    with pytest.raises(RefusedError, match="必须写明理由"):
        decide(package, "units", people, decision="rejected", reason=" ")
    with pytest.raises(RefusedError, match="修改后内容"):
        decide(package, "units", people, decision="edited")
    with pytest.raises(RefusedError, match="决定"):
        decide(package, "units", people, decision="maybe")
    part = decide(package, "units", people, decision="rejected", reason="等待专家意见")
    assert (part.status, part.decision_reason, part.effects) == ("rejected", "等待专家意见", [])
    assert ResponseUnit.objects.filter(status="dispatched").count() == 0


def test_a_part_is_decided_once(ready: Incident, people: People) -> None:
    package = build(ready, people)
    decide(package, "forecast", people)
    with pytest.raises(ConflictError, match="高峰"):
        decide(package, "forecast", people, decision="rejected", reason="晚了")


def test_approving_the_level_starts_the_response(ready: Incident, people: People) -> None:
    package = build(ready, people)
    part = decide(package, "level", people)
    ready.refresh_from_db()
    assert ready.response_level == part.content["level"]
    assert ready.details["response"]["measures"]
    assert "启动" in part.effects[0]


def test_an_edit_keeps_both_what_was_proposed_and_what_was_decided(
    ready: Incident, people: People
) -> None:
    package = build(ready, people)
    proposed = package.parts.get(kind="level").content
    part = decide(
        package, "level", people, decision="edited", edited_content={**proposed, "level": 2}
    )
    ready.refresh_from_db()
    assert part.content["level"] == proposed["level"]
    assert part.edited_content is not None
    assert part.edited_content["level"] == ready.response_level == 2


def test_an_edit_of_another_shape_is_refused_and_changes_nothing(
    ready: Incident, people: People
) -> None:
    package = build(ready, people)
    with pytest.raises(RefusedError, match="格式不符"):
        decide(package, "tasks", people, decision="edited", edited_content={"tasks": [{}]})
    assert package.parts.get(kind="tasks").status == "proposed"


def test_approving_the_tasks_makes_them(ready: Incident, people: People) -> None:
    package = build(ready, people)
    decide(package, "tasks", people)
    made = Task.objects.filter(incident=ready)
    assert made.count() == len(package.parts.get(kind="tasks").content["tasks"])
    assert made.filter(status="ready").exists()
    assert made.filter(status="waiting").exists()


def test_approved_units_are_taken_and_another_incident_cannot_have_them(
    ready: Incident, people: People, receive: Callable[..., Any]
) -> None:
    other = report_verify(
        report_id=receive(client_key="b", place="另一处").pk, by=people.lin_lan, now=NOW
    )
    other.scenario, other.weather = SCENARIO, WEATHER
    other.save()
    first, second = build(ready, people), build(other, people)
    assert len(first.parts.get(kind="units").content["units"]) > 0
    decide(first, "units", people)
    part = decide(second, "units", people)
    assert any("已被其他事件调用" in effect for effect in part.effects)
    assert not Task.objects.filter(incident=other, key__startswith="unit-").exists()
    third = build(other, people)
    busy = third.parts.get(kind="units").content["alternatives"]
    assert any("出动" in row["reason"] for row in busy)


def test_approved_supplies_are_reserved_but_never_beyond_what_is_held(
    ready: Incident, people: People
) -> None:
    package = build(ready, people)
    rows = package.parts.get(kind="supplies").content["consignments"]
    assert rows
    Stock.objects.filter(item="scba").update(reserved=29)
    part = decide(package, "supplies", people)
    suits = Stock.objects.get(item="chemical_suit")
    assert suits.reserved == sum(
        r["quantity"]["value"] for r in rows if r["item"] == "chemical_suit"
    )
    assert Stock.objects.get(item="scba").reserved == 29
    assert any("scba" in e or "呼吸器" in e for e in part.effects)


def test_an_exercise_takes_no_unit_and_no_stock(
    known: None, people: People, receive: Callable[..., Any]
) -> None:
    drill = report_verify(report_id=receive(lane="ex-1").pk, by=people.lin_lan, now=NOW)
    drill.scenario, drill.weather = SCENARIO, WEATHER
    drill.save()
    package = build(drill, people)
    assert package.lane == "ex-1"
    decide(package, "units", people)
    decide(package, "supplies", people)
    assert Task.objects.filter(incident=drill, lane="ex-1").exists()
    assert not ResponseUnit.objects.exclude(status="available").exists()
    assert not Stock.objects.filter(reserved__gt=0).exists()


def test_approving_warning_and_report_drafts_them(ready: Incident, people: People) -> None:
    package = build(ready, people)
    decide(package, "warning", people)
    decide(package, "report", people)
    warning = PublicWarning.objects.get()
    assert warning.status == "draft"
    assert warning.incident_id == ready.pk
    assert warning.colour == package.parts.get(kind="warning").content["colour"]
    assert warning.drafted_by == people.lin_lan  # so the commander may approve it
    report = ready.official_reports.get()
    assert report.status == "draft"
    assert "AEGL" in report.text or report.facts


def test_a_package_is_decided_when_its_last_part_is(ready: Incident, people: People) -> None:
    package = build(ready, people)
    for part in package.parts.all():
        decide(package, part.kind, people)
    package.refresh_from_db()
    assert package.status == "decided"
    verbs = list(
        JournalEntry.objects.filter(verb__startswith="package.").values_list("verb", flat=True)
    )
    assert verbs.count("package.approved") == 11
    assert verbs.count("package.decided") == 1


def test_a_report_that_names_only_a_substance_still_gets_a_forecast(
    leak: Incident, known: None, people: People
) -> None:
    package = build(leak, people)
    forecast = package.parts.get(kind="forecast").content
    assert forecast["model"] == "gas_release"
    assert len(forecast["assumptions"]) > 4


def test_a_closed_incident_takes_no_package(ready: Incident, people: People) -> None:
    package = build(ready, people)
    Incident.objects.filter(pk=ready.pk).update(status="closed")
    with pytest.raises(ConflictError, match="已结束"):
        build(ready, people)
    with pytest.raises(ConflictError, match="已结束"):
        decide(package, "level", people)
