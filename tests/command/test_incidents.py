from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from shapely import Point

from anlan.command.models import CasualtyUpdate, Incident
from anlan.command.rules.tasks import TaskDraft
from anlan.command.services import (
    casualties_update,
    clock_meet,
    incident_close,
    incident_regrade,
    report_verify,
    response_end,
    response_start,
    task_cancel,
    tasks_create,
)
from anlan.command.types import ConflictError, RefusedError
from anlan.core.dictionaries import table
from anlan.core.dictionaries.services import row_override
from anlan.core.models import JournalEntry
from anlan.register.models import ResponseUnit
from kit.leak import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from anlan.command.models import Report, Task
    from anlan.core.models import Division
    from kit.people import People, Places

LATER = NOW + timedelta(minutes=20)


def update(incident: Incident, people: People, **figures: int | None) -> CasualtyUpdate:
    return casualties_update(
        incident_id=incident.pk, figures=figures, source="市立五院", by=people.lin_lan, now=LATER
    )


def test_new_figures_move_the_proposal_and_not_the_decision(leak: Incident, people: People) -> None:
    incident_regrade(incident_id=leak.pk, grade=4, reason="", by=people.lin_lan, now=NOW)
    update(leak, people, deaths=3)
    leak.refresh_from_db()
    assert (leak.grade, leak.grade_proposed, leak.response_level) == (4, 3, None)
    assert leak.deaths == 3
    assert "死亡 3 人，3人以上10人以下为较大" in leak.grade_reasons[0]["text"]


def test_a_decrease_without_a_reason_changes_nothing(leak: Incident, people: People) -> None:
    with pytest.raises(RefusedError, match="受伤由 2 人变为 1 人，减少必须写明理由"):
        update(leak, people, injured=1)
    leak.refresh_from_db()
    assert leak.injured == 2
    assert CasualtyUpdate.objects.filter(incident=leak).count() == 1


def test_a_decrease_with_a_reason_keeps_both_numbers(leak: Incident, people: People) -> None:
    casualties_update(
        incident_id=leak.pk,
        figures={"injured": 1},
        source="市立五院",
        decrease_reason="一人经检查排除中毒",
        by=people.lin_lan,
        now=LATER,
    )
    stated = CasualtyUpdate.objects.filter(incident=leak).last()
    assert stated is not None
    assert (stated.previous, stated.figures) == ({"injured": 2}, {"injured": 1})
    entry = JournalEntry.objects.get(verb="incident.casualties_updated")
    assert "一人经检查排除中毒" in entry.reasons


def test_figures_of_the_future_are_refused(leak: Incident, people: People) -> None:
    with pytest.raises(RefusedError, match="统计时点：不能晚于现在"):
        casualties_update(
            incident_id=leak.pk,
            figures={"deaths": 1},
            source="市立五院",
            at=LATER + timedelta(hours=1),
            by=people.lin_lan,
            now=LATER,
        )


def test_figures_that_somebody_else_changed_meanwhile_are_not_overwritten(
    leak: Incident, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = Incident.objects.get(pk=leak.pk)
    update(leak, people, injured=4)
    monkeypatch.setattr("anlan.command.services.incidents._open_incident", lambda _pk: stale)
    with pytest.raises(ConflictError, match="刚刚被他人更新"):
        update(leak, people, injured=3)


def test_a_grade_other_than_proposed_needs_a_reason(leak: Incident, people: People) -> None:
    with pytest.raises(RefusedError, match="与建议等级（一般）不同时必须写明理由"):
        incident_regrade(incident_id=leak.pk, grade=2, reason="", by=people.gao_feng, now=NOW)
    with pytest.raises(RefusedError, match="应为 1（特别重大）至 4（一般），收到 5"):
        incident_regrade(incident_id=leak.pk, grade=5, reason="x", by=people.gao_feng, now=NOW)


def test_the_clocks_follow_the_grade_up_and_down(leak: Incident, people: People) -> None:
    def written() -> int:
        return leak.clocks.filter(mode_zh="书面", withdrawn_at=None, domain="生产安全事故").count()

    assert written() == 0
    incident_regrade(incident_id=leak.pk, grade=3, reason="临近学校", by=people.gao_feng, now=NOW)
    assert written() == 1
    incident_regrade(incident_id=leak.pk, grade=4, reason="", by=people.gao_feng, now=LATER)
    assert written() == 0
    incident_regrade(incident_id=leak.pk, grade=3, reason="扩大", by=people.gao_feng, now=LATER)
    assert written() == 1
    assert leak.clocks.filter(mode_zh="书面", domain="生产安全事故").count() == 1


def test_a_clock_follows_the_rule_of_the_place(
    leak: Incident, people: People, land: Places
) -> None:
    row = next(
        r
        for r in table("report_deadlines")
        if r["domain"] == "突发事件(通用)" and r["mode_zh"] == "电话"
    )
    row_override(
        table="report_deadlines",
        row_key=row.key,
        division_code=land.jinan.code,
        values={"minutes": "20"},
        document="济政办字〔2025〕3号",
        by=people.xu_jing,
        now=NOW,
    )
    incident_regrade(incident_id=leak.pk, grade=3, reason="扩大", by=people.gao_feng, now=NOW)
    clock = leak.clocks.get(rule_key=row.key)
    assert clock.due_at == leak.occurred_at + timedelta(minutes=20)
    assert (clock.basis, clock.to_confirm) == ("济政办字〔2025〕3号", False)


def test_a_telephone_report_meets_its_clock_once(leak: Incident, people: People) -> None:
    clock = leak.clocks.get(mode_zh="直报")
    with pytest.raises(RefusedError, match="必须写明以何种方式"):
        clock_meet(clock_id=clock.pk, note="", by=people.lin_lan, now=LATER)
    clock_meet(clock_id=clock.pk, note="电话报省安委会值班室", by=people.lin_lan, now=LATER)
    clock.refresh_from_db()
    assert (clock.met_at, clock.met_by) == (LATER, people.lin_lan)
    with pytest.raises(ConflictError, match="已完成或已撤销"):
        clock_meet(clock_id=clock.pk, note="再报一次", by=people.lin_lan, now=LATER)


def test_a_response_states_its_four_elements(leak: Incident, people: People) -> None:
    with pytest.raises(RefusedError) as refused:
        response_start(
            incident_id=leak.pk,
            level=9,
            matter="",
            expected_until=NOW,
            measures=" ",
            by=people.gao_feng,
            now=NOW,
        )
    fields = {problem.field for problem in refused.value.problems}
    assert fields == {"level", "matter", "measures", "expected_until"}


def test_a_response_does_not_move_the_grade(leak: Incident, people: People) -> None:
    response_start(
        incident_id=leak.pk,
        level=3,
        matter="液氨泄漏",
        expected_until=NOW + timedelta(hours=6),
        measures="疏散下风向群众",
        by=people.gao_feng,
        now=NOW,
    )
    leak.refresh_from_db()
    assert (leak.response_level, leak.grade) == (3, None)
    response_end(incident_id=leak.pk, reason="险情排除", by=people.gao_feng, now=LATER)
    leak.refresh_from_db()
    assert leak.response_level is None
    with pytest.raises(ConflictError, match="没有正在进行的应急响应"):
        response_end(incident_id=leak.pk, reason="再次", by=people.gao_feng, now=LATER)


def test_closing_names_the_tasks_that_are_out(leak: Incident, people: People) -> None:
    tasks_create(
        incident_id=leak.pk,
        drafts=[TaskDraft(key="a", title="疏散下风向村庄")],
        by=people.lin_lan,
        now=NOW,
    )
    with pytest.raises(RefusedError, match="还有 1 项任务未完成（疏散下风向村庄）"):
        incident_close(incident_id=leak.pk, reason="处置完毕", by=people.gao_feng, now=LATER)
    incident_close(
        incident_id=leak.pk,
        reason="处置完毕",
        by=people.gao_feng,
        now=LATER,
        cancel_open_tasks=True,
    )
    leak.refresh_from_db()
    assert (leak.status, leak.closed_at) == ("closed", LATER)
    assert leak.tasks.get().status == "cancelled"


def test_a_closed_incident_does_not_change(leak: Incident, people: People) -> None:
    incident_close(incident_id=leak.pk, reason="处置完毕", by=people.gao_feng, now=LATER)
    with pytest.raises(ConflictError, match="已结束，不能再更改"):
        update(leak, people, deaths=1)
    with pytest.raises(ConflictError, match="已结束，不能再定级"):
        incident_regrade(incident_id=leak.pk, grade=4, reason="", by=people.gao_feng, now=LATER)
    with pytest.raises(ConflictError):
        incident_close(incident_id=leak.pk, reason="再次", by=people.gao_feng, now=LATER)


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("", "结束理由：必须写明，收到 空值"),
        ("长" * 301, "结束理由：最多 300 字，收到 301 字"),
        ("a\x00", "结束理由：不能含有不可显示的字符"),
        ("\ud800", "结束理由：不能含有不可显示的字符"),
    ],
)
def test_words_that_no_database_takes_are_refused(
    leak: Incident, people: People, reason: str, message: str
) -> None:
    with pytest.raises(RefusedError, match=message):
        incident_close(incident_id=leak.pk, reason=reason, by=people.gao_feng, now=LATER)


def unit_out(place: Division, name: str) -> ResponseUnit:
    return ResponseUnit.objects.create(
        name=name,
        kind="pumper",
        status="dispatched",
        division=place,
        location=Point(117.0, 36.7),
    )


def sent_out(unit: ResponseUnit, incident: Incident, people: People) -> Task:
    drafts = [TaskDraft(key=f"unit-{unit.pk}", title=f"出动：{unit.name}")]
    return tasks_create(incident_id=incident.pk, drafts=drafts, by=people.lin_lan, now=NOW)[0]


def test_units_are_free_again_when_their_task_or_the_incident_ends(
    leak: Incident, people: People, land: Places
) -> None:
    first, second = unit_out(land.jinan, "一号车"), unit_out(land.jinan, "二号车")
    task = sent_out(first, leak, people)
    sent_out(second, leak, people)
    task_cancel(task_id=task.pk, reason="风向改变", by=people.gao_feng, now=LATER)
    assert set(ResponseUnit.objects.values_list("name", "status")) == {
        ("一号车", "available"),
        ("二号车", "dispatched"),
    }
    incident_close(
        incident_id=leak.pk,
        reason="处置完毕",
        by=people.gao_feng,
        now=LATER,
        cancel_open_tasks=True,
    )
    second.refresh_from_db()
    assert second.status == "available"
    assert "二号车" in JournalEntry.objects.get(verb="incident.closed").payload


def test_an_exercise_gives_no_real_unit_back(
    receive: Callable[..., Report], people: People, land: Places
) -> None:
    unit = unit_out(land.jinan, "一号车")
    drill = report_verify(report_id=receive(lane="ex-1").pk, by=people.lin_lan, now=NOW)
    task = sent_out(unit, drill, people)
    task_cancel(task_id=task.pk, reason="演练结束", by=people.gao_feng, now=LATER)
    unit.refresh_from_db()
    assert unit.status == "dispatched"


def test_closing_leaves_a_unit_that_went_to_another_incident(
    leak: Incident, people: People, land: Places
) -> None:
    unit = unit_out(land.jinan, "一号车")
    task = sent_out(unit, leak, people)
    task_cancel(task_id=task.pk, reason="改派", by=people.gao_feng, now=LATER)
    ResponseUnit.objects.update(status="dispatched")  # by another incident
    incident_close(incident_id=leak.pk, reason="处置完毕", by=people.gao_feng, now=LATER)
    unit.refresh_from_db()
    assert unit.status == "dispatched"
