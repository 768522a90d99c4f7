from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from anlan.command.choices import ReportStatus
from anlan.command.models import CasualtyUpdate, Incident, Report
from anlan.command.selectors.duplicates import duplicates_of_report
from anlan.command.services import (
    report_attach,
    report_mark_duplicate,
    report_receive,
    report_reject,
    report_verify,
)
from anlan.command.types import ConflictError, RefusedError
from anlan.core.journal import verify
from anlan.core.models import JournalEntry
from kit.leak import LEAK, NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.people import People, Places


def test_a_report_knows_its_division(receive: Callable[..., Report], land: Places) -> None:
    report = receive()
    assert report.division == land.zhangqiu
    assert report.status == ReportStatus.NEW
    assert JournalEntry.objects.get(verb="report.received").division_code == land.zhangqiu.code


def test_a_point_outside_the_officers_division_is_refused(people: People, land: Places) -> None:
    with pytest.raises(RefusedError, match="不在您的辖区东昌府区内") as refused:
        report_receive(entered=LEAK, by=people.sun_yuan, now=NOW)
    assert refused.value.problems[0].field == "location"
    assert not Report.objects.exists()


def test_a_point_outside_every_division_is_refused(people: People, land: Places) -> None:
    with pytest.raises(RefusedError, match="不在本平台的任何行政区划内"):
        report_receive(entered=replace(LEAK, longitude=121.5), by=people.lin_lan, now=NOW)


def test_an_account_without_a_division_reports_nothing(people: People, land: Places) -> None:
    with pytest.raises(RefusedError, match="未设置"):
        report_receive(entered=LEAK, by=people.newcomer, now=NOW)


def test_the_same_form_sent_twice_is_one_report(receive: Callable[..., Report]) -> None:
    first = receive(client_key="k1")
    assert receive(client_key="k1").pk == first.pk
    assert Report.objects.count() == 1
    assert receive(client_key="k1", lane="ex-1").pk != first.pk


@pytest.mark.parametrize(
    "changed",
    [{"text": "市中区仓库起火"}, {"figures": {"injured": 3}}, {"longitude": 117.53}],
)
def test_another_call_typed_into_the_same_form_is_not_lost(
    receive: Callable[..., Report], changed: dict[str, Any]
) -> None:
    first = receive(client_key="k1")
    second = receive(client_key="k1", **changed)
    assert second.pk != first.pk
    assert receive(client_key="k1", **changed).pk == second.pk
    assert receive(client_key="k1").pk == first.pk


def test_likely_duplicates_are_offered_and_nothing_is_merged(
    receive: Callable[..., Report], people: People
) -> None:
    first = receive()
    second = receive(longitude=117.522, reporter_phone="13900000000", client_key="b")
    offered = duplicates_of_report(second)
    assert [(c.kind, c.pk) for c in offered] == [("report", first.pk)]
    assert offered[0].likeness.word == "很可能重复"
    assert second.status == ReportStatus.NEW
    incident = report_verify(report_id=first.pk, by=people.lin_lan, now=NOW)
    assert [(c.kind, c.pk) for c in duplicates_of_report(second)] == [("incident", incident.pk)]


def test_a_duplicate_in_an_exercise_is_not_offered_to_the_real_desk(
    receive: Callable[..., Report],
) -> None:
    receive(lane="ex-1")
    assert duplicates_of_report(receive()) == ()


def test_verifying_opens_an_incident_with_proposal_and_clocks(leak: Incident) -> None:
    assert leak.number == "370114-20260301-0001"
    assert leak.title == "章丘区齐鲁化工园区危险化学品事故"
    assert leak.grade is None
    assert leak.get_grade_proposed_display() == "一般"
    assert any("急性工业中毒" in reason["text"] for reason in leak.grade_reasons)
    assert leak.response_level is None
    direct = leak.clocks.get(mode_zh="直报")
    assert direct.due_at == leak.reported_at + timedelta(minutes=30)
    assert direct.basis == "山东省安全生产条例(2021)第65条"
    assert not direct.to_confirm


def test_the_first_figures_keep_their_source(leak: Incident) -> None:
    update = CasualtyUpdate.objects.get(incident=leak)
    assert update.figures == {"injured": 2}
    assert update.source == "园区管委会电话报告，3月1日10时08分"


def test_the_grade_may_be_decided_while_verifying(
    receive: Callable[..., Report], people: People
) -> None:
    incident = report_verify(
        report_id=receive().pk, by=people.lin_lan, now=NOW, grade=3, grade_reason="临近学校"
    )
    assert incident.grade == 3
    assert incident.grade_proposed == 4
    assert incident.clocks.filter(mode_zh="书面", to_zh="省政府安委会办公室").exists()


def test_of_two_officers_one_wins_and_the_other_is_told(
    receive: Callable[..., Report], people: People
) -> None:
    report = receive()
    report_verify(report_id=report.pk, by=people.lin_lan, now=NOW)
    with pytest.raises(ConflictError, match="已由林岚于3月1日10时10分处理为“已核实”"):
        report_verify(report_id=report.pk, by=people.gao_feng, now=NOW)
    with pytest.raises(ConflictError):
        report_reject(report_id=report.pk, reason="误报", by=people.gao_feng, now=NOW)
    assert Incident.objects.count() == 1


def test_the_guard_holds_when_both_have_read_the_report(
    receive: Callable[..., Report], people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading and writing the other officer was faster: the update finds no row."""
    report = receive()
    stale = Report.objects.select_related("division").get(pk=report.pk)
    report_reject(report_id=report.pk, reason="误报", by=people.gao_feng, now=NOW)
    monkeypatch.setattr("anlan.command.services.reports._undecided", lambda _pk: stale)
    with pytest.raises(ConflictError, match="高峰"):
        report_verify(report_id=report.pk, by=people.lin_lan, now=NOW)
    assert not Incident.objects.exists()


def test_numbers_count_up_and_exercises_have_their_own(
    receive: Callable[..., Report], people: People
) -> None:
    def number(**changes: str) -> str:
        report = receive(**changes)
        return report_verify(report_id=report.pk, by=people.lin_lan, now=NOW).number

    assert number() == "370114-20260301-0001"
    assert number(text="另一起") == "370114-20260301-0002"
    assert number(lane="ex-7") == "EX-7-370114-20260301-0001"


def test_attaching_keeps_both_sets_of_figures(
    receive: Callable[..., Report], leak: Incident, people: People
) -> None:
    second = receive(figures={"injured": 5}, text="又有人来电")
    report_attach(report_id=second.pk, incident_id=leak.pk, by=people.lin_lan, now=NOW)
    leak.refresh_from_db()
    second.refresh_from_db()
    assert (leak.injured, second.injured) == (2, 5)
    assert second.status == ReportStatus.MERGED
    assert leak.reports.count() == 2


def test_a_report_of_an_exercise_never_joins_a_real_incident(
    receive: Callable[..., Report], leak: Incident, people: People
) -> None:
    drill = receive(lane="ex-1")
    with pytest.raises(RefusedError, match="演练与实战不能互相并入"):
        report_attach(report_id=drill.pk, incident_id=leak.pk, by=people.lin_lan, now=NOW)


def test_a_duplicate_follows_the_first_report_into_its_incident(
    receive: Callable[..., Report], leak: Incident, people: People
) -> None:
    first = leak.reports.get()
    second = receive(text="同一件事")
    report_mark_duplicate(report_id=second.pk, of_report_id=first.pk, by=people.lin_lan, now=NOW)
    second.refresh_from_db()
    assert (second.status, second.duplicate_of, second.incident) == ("duplicate", first, leak)
    with pytest.raises(ConflictError, match="处理为“重复”"):
        report_mark_duplicate(
            report_id=second.pk, of_report_id=first.pk, by=people.lin_lan, now=NOW
        )


def test_rejecting_needs_a_reason(receive: Callable[..., Report], people: People) -> None:
    report = receive()
    with pytest.raises(RefusedError, match="不属实理由：必须写明核实经过，收到 空值"):
        report_reject(report_id=report.pk, reason=" ", by=people.lin_lan, now=NOW)
    report_reject(report_id=report.pk, reason="现场核实为水汽", by=people.lin_lan, now=NOW)
    report.refresh_from_db()
    assert report.status_reason == "现场核实为水汽"


def test_the_journal_is_whole_after_all_this(
    receive: Callable[..., Report], leak: Incident, people: People
) -> None:
    report_reject(report_id=receive().pk, reason="误报", by=people.lin_lan, now=NOW)
    assert verify() is None
    verbs = set(JournalEntry.objects.values_list("verb", flat=True))
    assert verbs >= {"report.received", "incident.opened", "clock.started", "report.rejected"}
