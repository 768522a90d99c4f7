from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from anlan.command.models import Incident, Package, PackagePart, Report
from anlan.command.rules.tasks import TaskDraft
from anlan.command.selectors import desk, replay_frames, timeline
from anlan.command.services import (
    casualties_update,
    clock_meet,
    incident_close,
    incident_regrade,
    official_report_draft,
    official_report_send,
    official_report_sign,
    order_send_all,
    report_attach,
    report_verify,
    task_advance,
    tasks_create,
)
from anlan.command.verbs import SENTENCES, sentence_of
from anlan.core.journal import record, verify
from anlan.core.models import JournalEntry, Person, Unit
from anlan.warn.models import PublicWarning

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import DjangoAssertNumQueries

    from kit.people import People, Places

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from shapely import MultiPolygon, Point, box

from kit.leak import NOW

LATER = NOW + timedelta(minutes=20)
ZONE = {
    "type": "Polygon",
    "coordinates": [[[117.52, 36.8], [117.54, 36.8], [117.54, 36.81], [117.52, 36.8]]],
}


@pytest.fixture
def told(leak: Incident, receive: Callable[..., Report], people: People) -> Incident:
    """The leak, with a night's work behind it."""
    second = receive(text="又一来电")
    report_attach(report_id=second.pk, incident_id=leak.pk, by=people.lin_lan, now=NOW)
    incident_regrade(incident_id=leak.pk, grade=3, reason="临近学校", by=people.gao_feng, now=NOW)
    drafts = [TaskDraft(key="a", title="疏散群众", owner_label="章丘区政府")]
    task = tasks_create(incident_id=leak.pk, drafts=drafts, by=people.lin_lan, now=NOW)[0]
    order_send_all(incident_id=leak.pk, by=people.gao_feng, now=NOW)
    task_advance(task_id=task.pk, to="done", by=people.lin_lan, now=LATER, by_name="赵强")
    casualties_update(
        incident_id=leak.pk, figures={"deaths": 1}, source="市立五院", by=people.lin_lan, now=LATER
    )
    report = official_report_draft(
        incident_id=leak.pk, kind="initial", by=people.lin_lan, now=LATER
    )
    official_report_sign(report_id=report.pk, by=people.gao_feng, now=LATER)
    official_report_send(report_id=report.pk, by=people.gao_feng, now=LATER)
    incident_close(incident_id=leak.pk, reason="处置完毕", by=people.gao_feng, now=LATER)
    return leak


def test_the_timeline_tells_the_night_in_order(told: Incident) -> None:
    lines = [f"{entry.actor}：{entry.sentence}" for entry in timeline(told)]
    assert lines[0].startswith("林岚：电话接报：齐鲁化工园区危险化学品事故，受伤2人")
    assert lines[1].startswith("林岚：报告核实，立为事件 370114-20260301-0001")
    assert "高峰：事件等级定为较大（平台建议一般）" in lines
    assert "高峰：下达 1 项任务给章丘区政府" in lines
    assert "林岚：赵强完成任务“疏散群众”" in lines
    assert "林岚：伤亡更新：死亡由 未知变为 1 人（来源：市立五院）" in lines
    assert any(line.startswith("高峰：完成") and "超时" not in line[:4] for line in lines)
    assert lines[-1] == "高峰：事件结束"
    assert verify() is None


def test_every_verb_of_the_night_has_a_sentence(told: Incident) -> None:
    verbs = {entry.verb for entry in timeline(told)}
    assert verbs <= set(SENTENCES)
    assert len(verbs) > 10


def test_reasons_travel_with_the_entry(told: Incident) -> None:
    graded = next(e for e in timeline(told) if e.verb == "incident.graded")
    assert graded.reasons == ("临近学校",)


def test_a_sentence_survives_an_empty_payload() -> None:
    for verb in SENTENCES:
        assert sentence_of(verb, {}) != ""
    assert sentence_of("x.y", {}) == "其他操作（x.y）"


def test_replay_shows_more_as_time_goes(told: Incident, people: People) -> None:
    frames = replay_frames(told)
    json.dumps(frames)
    ids = [[f["id"] for f in frame["features"]] for frame in frames]
    assert ids[0] == [f"report-{told.reports.order_by('pk')[0].pk}"]
    assert "incident" in ids[1]
    assert len(ids[-1]) == 3
    incident = next(f for f in frames[-1]["features"] if f["id"] == "incident")
    assert incident["properties"]["grade"] == "较大"
    assert incident["properties"]["figures"].startswith("死亡1人")
    assert incident["properties"]["closed"] is True
    times = [frame["time"] for frame in frames]
    assert times == sorted(times)


def test_replay_draws_the_package_and_drops_what_was_rejected(
    leak: Incident, people: People
) -> None:
    package = Package.objects.create(incident=leak, version=1, created_at=NOW)
    PackagePart.objects.create(
        package=package,
        kind="forecast",
        position=1,
        content={"zones": [{"key": "aegl2", "label": "AEGL-2", "polygon": ZONE}]},
    )
    units = PackagePart.objects.create(
        package=package,
        kind="units",
        position=2,
        content={
            "units": [{"id": 7, "name": "危化救援队", "base": "一站", "lon": 117.5, "lat": 36.7}]
        },
    )
    with transaction.atomic():
        record(
            verb="package.built", subject=package, by=people.lin_lan, now=NOW, incident_id=leak.pk
        )
        record(
            verb="package.rejected",
            subject=units,
            by=people.gao_feng,
            now=LATER,
            incident_id=leak.pk,
        )
    built, rejected = replay_frames(leak)[-2:]
    layers = {f["id"]: f["properties"]["layer"] for f in built["features"]}
    assert layers["package-forecast-aegl2"] == "zone"
    assert layers["package-units-7"] == "units"
    assert "package-units-7" not in [f["id"] for f in rejected["features"]]


def test_replay_draws_a_warning_from_its_issue_to_its_end(leak: Incident, people: People) -> None:
    warning = PublicWarning.objects.create(
        division=leak.division,
        incident_id=leak.pk,
        event_code="12A04",
        hazard="液氨泄漏",
        colour="orange",
        issuer="章丘区应急管理局",
        area=MultiPolygon([box(117.5, 36.8, 117.55, 36.85)]),
        effective=NOW,
        expires=LATER,
        headline="液氨泄漏橙色预警",
        drafted_at=NOW,
    )
    for verb in ("warning.drafted", "warning.issued", "warning.cancelled"):
        with transaction.atomic():
            record(verb=verb, subject=warning, by=people.gao_feng, now=LATER, incident_id=leak.pk)
    shown = [
        [f["properties"]["layer"] for f in frame["features"]] for frame in replay_frames(leak)[-3:]
    ]
    assert ["warning" in layers for layers in shown] == [False, True, False]
    assert timeline(leak)[-1].topic == "warning"


def test_reading_a_timeline_costs_the_same_however_long(
    told: Incident, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        timeline(told)
    with django_assert_num_queries(5):
        replay_frames(told)


@pytest.fixture
def on_shift(land: Places) -> Person:
    unit = Unit.objects.create(name="市局", division=land.jinan, location=Point(117.0, 36.7))
    return Person.objects.create(name="林岚", unit=unit, division=land.jinan, on_duty=True)


def test_the_desk_shows_what_is_open(
    leak: Incident, receive: Callable[..., Report], people: People, on_shift: Person
) -> None:
    waiting = receive(text="又一来电")
    seen = desk(people.lin_lan, now=NOW)
    assert seen.on_shift == (on_shift,)
    assert seen.reports == (waiting,)
    assert seen.incidents == (leak,)
    direct = next(view for view in seen.clocks if view.clock.mode_zh == "直报")
    assert (direct.remaining_seconds, direct.state, direct.word) == (
        1680,
        "running",
        "还剩 28 分 00 秒",
    )
    assert [view.remaining_seconds for view in seen.clocks] == sorted(
        view.remaining_seconds for view in seen.clocks
    )


def test_a_clock_that_ran_out_says_so(leak: Incident, people: People) -> None:
    views = desk(people.lin_lan, now=NOW + timedelta(minutes=40)).clocks
    direct = next(view for view in views if view.clock.mode_zh == "直报")
    assert (direct.state, direct.word) == ("overdue", "已超时 12 分 00 秒")
    soon = desk(people.lin_lan, now=NOW + timedelta(minutes=22)).clocks
    assert next(view for view in soon if view.clock.mode_zh == "直报").state == "soon"


def test_the_desk_counts_tasks_that_are_late(leak: Incident, people: People) -> None:
    drafts = [TaskDraft(key="a", title="甲", due_offset_min=5), TaskDraft(key="b", title="乙")]
    tasks_create(incident_id=leak.pk, drafts=drafts, by=people.lin_lan, now=NOW)
    order_send_all(incident_id=leak.pk, by=people.gao_feng, now=NOW)
    incident = desk(people.lin_lan, now=LATER).incidents[0]
    assert (incident.tasks_total, incident.tasks_out, incident.tasks_late) == (2, 2, 1)  # type: ignore[attr-defined]


def test_the_desk_of_another_division_is_empty(leak: Incident, people: People) -> None:
    for user in (people.sun_yuan, people.newcomer, people.sysadmin):
        seen = desk(user, now=NOW)
        assert (seen.reports, seen.incidents, seen.clocks) == ((), (), ())


def test_an_exercise_has_a_desk_of_its_own(
    leak: Incident, receive: Callable[..., Report], people: People
) -> None:
    drill = report_verify(report_id=receive(lane="ex-1").pk, by=people.lin_lan, now=NOW)
    assert desk(people.lin_lan, now=NOW).incidents == (leak,)
    assert desk(people.lin_lan, now=NOW, lane="ex-1").incidents == (drill,)


def test_the_desk_costs_the_same_with_one_incident_and_with_twenty(
    leak: Incident, receive: Callable[..., Report], people: People, on_shift: Person
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            desk(people.lin_lan, now=NOW)
        return len(queries)

    with CaptureQueriesContext(connection) as queries:
        desk(people.lin_lan, now=NOW)
    assert [query for query in queries if '"boundary"' in query["sql"]] == []
    first = cost()
    for number in range(5):
        report = receive(text=f"来电 {number}")
        report_verify(report_id=report.pk, by=people.lin_lan, now=NOW)
        receive(text=f"待核实 {number}")
    assert cost() == first <= 5


def test_a_met_clock_leaves_the_desk(leak: Incident, people: People) -> None:
    before = desk(people.lin_lan, now=NOW).clocks
    clock_meet(clock_id=before[0].clock.pk, note="电话报告", by=people.lin_lan, now=NOW)
    assert len(desk(people.lin_lan, now=NOW).clocks) == len(before) - 1
    assert JournalEntry.objects.filter(verb="clock.met").exists()
