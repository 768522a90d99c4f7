from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from anlan.command.models import Incident, OfficialReport, OutboxMessage, Report
from anlan.command.services import (
    casualties_update,
    incident_close,
    official_report_draft,
    official_report_edit,
    official_report_send,
    official_report_sign,
    report_verify,
)
from anlan.command.services.official_reports import EditedDraftError
from anlan.command.types import ConflictError, Fact, RefusedError
from kit.leak import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.people import People

LATER = NOW + timedelta(minutes=20)


def draft(incident: Incident, people: People, kind: str = "initial", **more: Any) -> OfficialReport:
    return official_report_draft(
        incident_id=incident.pk, kind=kind, by=people.lin_lan, now=LATER, **more
    )


def sign_and_send(report: OfficialReport, people: People) -> OfficialReport:
    official_report_sign(report_id=report.pk, by=people.gao_feng, now=LATER)
    return official_report_send(report_id=report.pk, by=people.gao_feng, now=LATER)


def test_the_first_report_tells_what_is_known_with_sources(leak: Incident, people: People) -> None:
    report = draft(leak, people)
    assert report.title == "关于章丘区齐鲁化工园区危险化学品事故的信息报告（初报）"
    assert report.text.startswith(
        "【电话】2026年3月1日10时08分，据园区管委会报告，3月1日10时00分，章丘区齐鲁化工园区"
        "（东经117.5200°，北纬36.8000°）发生危险化学品事故。"
    )
    assert "受伤2人（待核实，来源：园区管委会电话报告，3月1日10时08分）" in report.text
    assert "死亡人数" in report.missing
    assert all(fact["source"] for fact in report.facts)


def test_drafting_again_replaces_the_draft(leak: Incident, people: People) -> None:
    first = draft(leak, people)
    assert draft(leak, people).pk == first.pk
    assert OfficialReport.objects.count() == 1


def test_facts_of_the_package_join_with_their_sources(leak: Incident, people: People) -> None:
    zone = Fact(
        key="zone_people", label="AEGL-2 区内人口", value=1830, unit="人", source="人口网格"
    )
    report = draft(leak, people, extra_facts=[zone])
    assert "AEGL-2 区内人口：1830人（来源：人口网格）" in report.text


def test_a_text_whose_numbers_differ_from_the_record_is_refused(
    leak: Incident, people: People
) -> None:
    report = draft(leak, people)
    with pytest.raises(RefusedError, match="正文中的受伤人数必须与登记的数字一致（登记：2 人）"):
        official_report_edit(
            report_id=report.pk,
            text=report.text.replace("受伤2人", "受伤1人"),
            by=people.lin_lan,
            now=LATER,
        )
    edited = official_report_edit(
        report_id=report.pk, text=report.text + "\n请求支援。", by=people.lin_lan, now=LATER
    )
    assert edited.text.endswith("请求支援。")


def test_signing_after_the_figures_changed_asks_for_a_new_draft(
    leak: Incident, people: People
) -> None:
    report = draft(leak, people)
    casualties_update(
        incident_id=leak.pk, figures={"injured": 3}, source="市立五院", by=people.lin_lan, now=LATER
    )
    with pytest.raises(RefusedError, match="登记：3 人"):
        official_report_sign(report_id=report.pk, by=people.gao_feng, now=LATER)


def test_sending_meets_the_clocks_and_fills_the_outbox(leak: Incident, people: People) -> None:
    running = leak.clocks.filter(met_at=None, kind__in=("deadline", "immediate")).count()
    assert running > 0
    report = sign_and_send(draft(leak, people, recipient="省政府安委会办公室"), people)
    assert report.status == "sent"
    assert not leak.clocks.filter(met_at=None, kind__in=("deadline", "immediate")).exists()
    assert OutboxMessage.objects.get().recipient == "省政府安委会办公室"


def test_a_signed_report_is_frozen(leak: Incident, people: People) -> None:
    report = draft(leak, people)
    with pytest.raises(ConflictError, match="只有已签发的报告可以报出"):
        official_report_send(report_id=report.pk, by=people.gao_feng, now=LATER)
    official_report_sign(report_id=report.pk, by=people.gao_feng, now=LATER)
    with pytest.raises(ConflictError, match="已签发，不能再修改"):
        official_report_edit(report_id=report.pk, text="改", by=people.lin_lan, now=LATER)
    with pytest.raises(ConflictError, match="已由他人签发"):
        official_report_sign(report_id=report.pk, by=people.lin_lan, now=LATER)


def test_a_follow_up_shows_old_new_and_both_sources(leak: Incident, people: People) -> None:
    sign_and_send(draft(leak, people), people)
    casualties_update(
        incident_id=leak.pk,
        figures={"injured": 1, "deaths": 1},
        source="市立五院",
        decrease_reason="一人抢救无效死亡",
        by=people.lin_lan,
        now=LATER,
    )
    report = draft(leak, people, "follow_up")
    assert report.title.endswith("（续报一）")
    changes = {change["key"]: change for change in report.diff}
    assert (changes["injured"]["old"], changes["injured"]["new"]) == (2, 1)
    assert changes["injured"]["reason"] == "一人抢救无效死亡"
    assert changes["deaths"]["new_source"] == "市立五院"
    assert changes["injured"]["old_source"] == "园区管委会电话报告，3月1日10时08分"
    assert "受伤由2人变为1人（来源：市立五院，减少原因：一人抢救无效死亡）" in report.text
    sign_and_send(report, people)
    assert draft(leak, people, "follow_up").title.endswith("（续报二）")


def test_the_chain_is_first_follow_up_final(leak: Incident, people: People) -> None:
    with pytest.raises(ConflictError, match="还没有签发初报"):
        draft(leak, people, "follow_up")
    with pytest.raises(RefusedError, match="收到 monthly"):
        draft(leak, people, "monthly")
    sign_and_send(draft(leak, people), people)
    with pytest.raises(ConflictError, match="初报已经签发"):
        draft(leak, people)
    final = draft(leak, people, "final")
    assert set(final.missing) >= {"处置结果", "原因初判"}
    sign_and_send(final, people)
    with pytest.raises(ConflictError, match="终报已经签发"):
        draft(leak, people, "follow_up")


def test_a_report_of_an_exercise_is_held(receive: Callable[..., Report], people: People) -> None:
    incident = report_verify(report_id=receive(lane="ex-1").pk, by=people.lin_lan, now=NOW)
    sign_and_send(draft(incident, people), people)
    message = OutboxMessage.objects.get()
    assert (message.status, message.lane) == ("held_exercise", "ex-1")


def test_the_daily_report_starts_the_next_day(
    receive: Callable[..., Report], people: People
) -> None:
    flood = receive(event_code="11A02", details={})
    incident = report_verify(report_id=flood.pk, by=people.lin_lan, now=NOW)
    sign_and_send(draft(incident, people), people)
    daily = incident.clocks.get(kind="interval")
    assert (daily.met_at, daily.due_at) == (None, incident.reported_at + timedelta(days=1))
    sign_and_send(draft(incident, people, "follow_up"), people)
    daily.refresh_from_db()
    assert daily.met_at == LATER
    following = incident.clocks.get(kind="interval", met_at=None)
    assert (following.starts_at, following.due_at) == (LATER, LATER + timedelta(days=1))
    incident_close(incident_id=incident.pk, reason="雨停水退", by=people.gao_feng, now=LATER)
    following.refresh_from_db()
    assert following.withdrawn_at == LATER


def test_a_figure_that_no_words_name_still_asks_for_a_new_draft(
    leak: Incident, people: People
) -> None:
    report = draft(leak, people)
    casualties_update(
        incident_id=leak.pk, figures={"deaths": 1}, source="市立五院", by=people.lin_lan, now=LATER
    )
    with pytest.raises(RefusedError, match="死亡人数：起草后有更新（起草时未知，登记：1 人）"):
        official_report_sign(report_id=report.pk, by=people.gao_feng, now=LATER)
    official_report_sign(report_id=draft(leak, people).pk, by=people.gao_feng, now=LATER)


def test_words_of_ones_own_are_not_lost_by_drafting_again(leak: Incident, people: People) -> None:
    report = draft(leak, people)
    official_report_edit(
        report_id=report.pk,
        text=f"{report.text}\n请求支援。",
        recipient="省应急管理厅",
        by=people.lin_lan,
        now=LATER,
    )
    with pytest.raises(EditedDraftError, match="没有重新起草"):
        draft(leak, people)
    anew = draft(leak, people, anew=True)
    assert (anew.pk, anew.recipient) == (report.pk, "省应急管理厅")
    assert "请求支援" not in anew.text
    sign_and_send(anew, people)
    assert draft(leak, people, "follow_up").recipient == "省应急管理厅"
