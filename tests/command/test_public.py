from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from anlan.command.models import Report
from anlan.command.selectors import desk, replay_frames, timeline
from anlan.command.services import public_reports_take, report_verify
from anlan.command.types import RefusedError
from anlan.core.jobs.registry import routine_of
from anlan.core.journal import verify
from anlan.core.live.models import IntakeReport
from anlan.core.models import JournalEntry
from kit.leak import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.people import People, Places


@pytest.fixture
def sent(land: Places) -> Callable[..., IntakeReport]:
    """Put a report into the table of the live lane, as it writes it."""

    def send(**body: Any) -> IntakeReport:
        number = IntakeReport.objects.count()
        given = {"text": "化工园有刺鼻气味，像是氨气", "lon": 117.52, "lat": 36.8, **body}
        return IntakeReport.objects.create(
            key=f"k{number}", digest=b"0", body=given, received_at=NOW - timedelta(minutes=1)
        )

    return send


def take() -> dict[str, int]:
    return public_reports_take(now=NOW)


def test_a_public_report_reaches_the_desk(
    sent: Callable[..., IntakeReport], people: People
) -> None:
    row = sent(place="齐鲁化工园区")
    assert take() == {"taken": 1, "refused": 0}
    report = desk(people.lin_lan, now=NOW).reports[0]
    assert (report.channel, report.event_code, report.division.name) == ("app", "12A04", "章丘区")
    assert report.details == {"event_code_note": "由文字推测，待核实"}
    row.refresh_from_db()
    assert (row.state, row.reference) == ("taken", f"command.report:{report.pk}")
    assert take() == {"taken": 0, "refused": 0}


def test_a_kind_nobody_can_guess_says_so(sent: Callable[..., IntakeReport]) -> None:
    sent(text="快来人")
    take()
    report = Report.objects.get()
    assert (report.event_code, report.details["event_code_note"]) == ("12Z99", "未说明类型，待核实")


def test_the_officer_corrects_the_kind(sent: Callable[..., IntakeReport], people: People) -> None:
    sent(text="快来人")
    take()
    report = Report.objects.get()
    with pytest.raises(RefusedError, match="没有这个编码"):
        report_verify(report_id=report.pk, event_code="99999", by=people.lin_lan, now=NOW)
    incident = report_verify(report_id=report.pk, event_code="12B03", by=people.lin_lan, now=NOW)
    report.refresh_from_db()
    assert (incident.event_code, report.event_code) == ("12B03", "12Z99")


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ({"reporter_phone": "见微信"}, "reporter_phone_as_sent"),
        ({"occurred_at": (NOW + timedelta(hours=3)).isoformat()}, "occurred_at_as_sent"),
        ({"occurred_at": NOW.isoformat()}, "occurred_at_as_sent"),
        ({"event_code": "ZZZZZ"}, "event_code_as_sent"),
    ],
)
def test_what_a_telephone_gets_wrong_is_kept_beside(
    sent: Callable[..., IntakeReport], body: dict[str, Any], kept: str
) -> None:
    sent(**body)
    assert take()["taken"] == 1
    assert kept in Report.objects.get().details


def test_a_report_from_nowhere_is_put_aside_with_the_reason(
    sent: Callable[..., IntakeReport],
) -> None:
    row = sent(lon=100.0)
    sent()
    assert take() == {"taken": 1, "refused": 1}
    row.refresh_from_db()
    assert (row.state, row.reference) == ("refused", "坐标不在本平台的任何行政区划内")


def test_a_flood_is_taken_in_batches_with_one_entry_a_division(
    sent: Callable[..., IntakeReport], people: People, land: Places
) -> None:
    for number in range(30):
        sent(lon=117.52 if number % 2 else 117.1, lat=36.7)
    assert public_reports_take(now=NOW, limit=20) == {"taken": 20, "refused": 0}
    assert take() == {"taken": 10, "refused": 0}
    entries = JournalEntry.objects.filter(verb="report.received_from_public")
    assert entries.count() == 4
    assert {e.division_code for e in entries} == {land.zhangqiu.code, land.lixia.code}
    assert verify() is None


class Run:
    """A job that is neither cancelled nor taken over."""

    attempt = 1

    def progress(self, fraction: float, note: str = "") -> None:
        """Go on."""


def test_the_job_works_until_none_waits(
    sent: Callable[..., IntakeReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    for _number in range(5):
        sent()
    assert routine_of("command.take_public_reports").function({}, Run())["taken"] == 5
    assert routine_of("command.deliver_messages").function({}, Run())["sent"] == 0


def test_characters_that_nobody_sees_are_taken_out_and_the_report_is_kept(
    sent: Callable[..., IntakeReport],
) -> None:
    sent(text="化工园\u202e刺鼻\u200b气味，像是氨气", place="齐鲁\ufeff园区")
    assert take() == {"taken": 1, "refused": 0}
    report = Report.objects.get()
    assert (report.text, report.place) == ("化工园刺鼻气味，像是氨气", "齐鲁园区")
    assert "已去除" in report.details["hidden_characters_note"]


@pytest.mark.parametrize("which", [0, 1, 2])
def test_the_timeline_begins_with_the_receipt_of_the_public_report(
    sent: Callable[..., IntakeReport], people: People, which: int
) -> None:
    for place in ("齐鲁化工园区", "园区东门", "园区西门"):
        sent(place=place)
    assert take() == {"taken": 3, "refused": 0}
    report = Report.objects.order_by("pk")[which]
    incident = report_verify(report_id=report.pk, by=people.lin_lan, now=NOW)
    first, second = timeline(incident)[:2]
    assert first.sentence.startswith(f"公众移动端接报：{report.place}"), first.sentence
    assert (first.at, first.subject_id) == (report.received_at, str(report.pk))
    assert second.verb == "incident.opened"
    assert replay_frames(incident)[0]["features"][0]["id"] == f"report-{report.pk}"
