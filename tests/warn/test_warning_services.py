"""A warning from draft to its end; two persons; nothing of an exercise goes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from lxml import etree
from shapely import MultiPolygon, Point, box

from anlan.core.jobs.registry import routine_of
from anlan.core.models import JournalEntry
from anlan.warn.cap import parse_cap
from anlan.warn.choices import WarningStatus
from anlan.warn.models import PublicWarning
from anlan.warn.rules import TooLongError
from anlan.warn.selectors import (
    cap_message,
    exchange_file,
    feed_entries,
    public_feed,
    warnings_in_force,
    warnings_visible_to,
)
from anlan.warn.services import (
    WarningStepError,
    warning_approve,
    warning_cancel,
    warning_draft,
    warning_edit,
    warning_issue,
    warning_update,
    warning_withdraw,
    warnings_expire,
)
from anlan.warn.types import WarningText

if TYPE_CHECKING:
    from anlan.core.jobs.registry import JobRun
    from kit.people import People, Places

NOW = datetime(2026, 8, 11, 2, 30, 7, tzinfo=UTC)
AREA = MultiPolygon([box(117.3, 36.5, 117.5, 36.7)])
LATER = NOW + timedelta(minutes=20)


def draft(places: Places, people: People, /, **changes: Any) -> PublicWarning:
    given = {
        "division": places.jinan,
        "event_code": "12A04",
        "colour": "orange",
        "places": [(places.zhangqiu.code, "章丘区")],
        "area": AREA,
        "what": "章丘区某化工园区液氨泄漏，下风向约2公里内有明显刺激性气味",
        "effective": NOW,
        "expires": NOW + timedelta(hours=4),
        "issuer": "济南市应急管理局",
        "by": people.lin_lan,
        "now": NOW,
        "reasons": ["AEGL-2 范围内 4300 人"],
        **changes,
    }
    return warning_draft(**given)


def issued(places: Places, people: People, **changes: Any) -> PublicWarning:
    row = draft(places, people, **changes)
    warning_approve(warning=row, by=people.gao_feng, now=NOW)
    return warning_issue(warning=row, by=people.lin_lan, now=NOW)


def test_a_draft_is_worded_from_its_facts(places: Places, people: People) -> None:
    row = draft(places, people)
    assert row.status == WarningStatus.DRAFT
    assert row.headline == "济南市应急管理局发布危险化学品事故橙色预警"
    assert "侧上风" in row.instruction
    assert "章丘区" in row.short_text
    assert row.identifier is None
    assert feed_entries(NOW) == []


def test_ready_words_of_a_package_are_kept_and_marked_in_an_exercise(
    places: Places, people: People
) -> None:
    words = WarningText(headline="标题", description="正文", instruction="指引", short="短信")
    assert draft(places, people, text=words).description == "正文"
    row = draft(places, people, text=words, lane="ex-1")
    assert (row.headline, row.short_text) == ("【演练】标题", "【演练】短信")
    with pytest.raises(TooLongError):
        draft(places, people, text=replace(words, short="字" * 211))
    with pytest.raises(ValueError, match="不能为空"):
        draft(places, people, text=replace(words, instruction=""))


def test_who_drafted_or_edited_does_not_approve(places: Places, people: People) -> None:
    row = draft(places, people)
    with pytest.raises(WarningStepError, match="另一人"):
        warning_approve(warning=row, by=people.lin_lan, now=NOW)
    warning_edit(warning=row, by=people.gao_feng, now=NOW, instruction="请向东南方向撤离。")
    with pytest.raises(WarningStepError, match="另一人"):
        warning_approve(warning=row, by=people.gao_feng, now=NOW)
    warning_approve(warning=row, by=people.lin_lan, now=NOW)
    assert row.instruction == "请向东南方向撤离。"


def test_who_takes_over_the_words_of_another_may_approve_them(
    places: Places, people: People
) -> None:
    row = draft(places, people, by=people.gao_feng, drafted_by=people.lin_lan)
    with pytest.raises(WarningStepError, match="另一人"):
        warning_approve(warning=row, by=people.lin_lan, now=NOW)
    warning_approve(warning=row, by=people.gao_feng, now=NOW)
    entry = JournalEntry.objects.get(verb="warning.drafted")
    assert entry.actor == people.gao_feng
    assert "林岚" in entry.payload


def test_the_database_holds_the_two_persons_too(places: Places, people: People) -> None:
    row = draft(places, people)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicWarning.objects.filter(pk=row.pk).update(approved_by=people.lin_lan)


def test_an_issued_warning_is_a_lawful_public_message(places: Places, people: People) -> None:
    row = issued(places, people)
    assert row.identifier == "37010000000000_20260811103007_0"
    xml = cap_message(row.identifier)
    assert xml is not None
    alert = parse_cap(xml)
    assert (alert.status, alert.msg_type) == ("Actual", "Alert")
    assert alert.infos[0].severity == "Severe"
    assert alert.infos[0].areas[0].geocodes == (("GB/T 2260", places.zhangqiu.code),)
    assert alert.infos[0].areas[0].polygons
    assert list(warnings_in_force(NOW)) == [row]
    feed = public_feed(NOW, title="济南预警", address="https://x.test/cap")
    assert row.identifier.encode() in feed
    file = exchange_file(row.identifier)
    assert file is not None
    assert file[0] == "37010000000000_20260811103007_12A04_ORANGE_ALERT.xml"
    assert b"http://com.icss.amp" in file[1]


def test_each_step_is_in_the_journal_with_its_person(places: Places, people: People) -> None:
    row = issued(places, people, incident_id=7)
    entries = JournalEntry.objects.filter(subject_id=str(row.pk)).order_by("seq")
    assert [(e.verb, e.actor) for e in entries] == [
        ("warning.drafted", people.lin_lan),
        ("warning.approved", people.gao_feng),
        ("warning.issued", people.lin_lan),
    ]
    assert {e.incident_id for e in entries} == {7}
    assert "4300" in entries[0].reasons


def test_nothing_is_issued_without_approval_or_twice(places: Places, people: People) -> None:
    row = draft(places, people)
    with pytest.raises(WarningStepError, match="待审批"):
        warning_issue(warning=row, by=people.lin_lan, now=NOW)
    warning_approve(warning=row, by=people.gao_feng, now=NOW)
    warning_issue(warning=row, by=people.lin_lan, now=NOW)
    with pytest.raises(WarningStepError, match="已发布"):
        warning_issue(warning=row, by=people.lin_lan, now=NOW)
    with pytest.raises(WarningStepError):
        warning_edit(warning=row, by=people.lin_lan, now=NOW, headline="改")


def test_what_is_over_is_not_approved_or_issued(places: Places, people: People) -> None:
    row = draft(places, people)
    late = NOW + timedelta(hours=5)
    with pytest.raises(WarningStepError, match="已过"):
        warning_approve(warning=row, by=people.gao_feng, now=late)
    warning_approve(warning=row, by=people.gao_feng, now=NOW)
    with pytest.raises(WarningStepError, match="已过"):
        warning_issue(warning=row, by=people.lin_lan, now=late)


def test_an_update_refers_to_all_before_it_and_ends_them(places: Places, people: People) -> None:
    first = issued(places, people)
    second = warning_update(
        warning=first, by=people.lin_lan, now=LATER, reason="泄漏量减小", what="泄漏得到控制",
        colour="yellow",
    )  # fmt: skip
    first.refresh_from_db()
    assert first.status == WarningStatus.ISSUED
    warning_approve(warning=second, by=people.gao_feng, now=LATER)
    warning_issue(warning=second, by=people.lin_lan, now=LATER)
    first.refresh_from_db()
    assert (first.status, first.ended_at) == (WarningStatus.UPDATED, LATER)
    third = warning_cancel(warning=second, by=people.lin_lan, now=LATER, reason="险情已排除")
    warning_approve(warning=third, by=people.gao_feng, now=LATER)
    warning_issue(warning=third, by=people.lin_lan, now=LATER)
    second.refresh_from_db()
    assert second.status == WarningStatus.CANCELLED
    alert = parse_cap(third.cap_xml.encode())
    assert alert.msg_type == "Cancel"
    assert alert.note == "险情已排除"
    assert [r.identifier for r in alert.references] == [first.identifier, second.identifier]
    assert alert.infos[0].response_types == ("AllClear",)
    assert list(warnings_in_force(LATER)) == []
    assert len(feed_entries(LATER)) == 3


def test_a_second_update_waits_for_the_first(places: Places, people: People) -> None:
    row = issued(places, people)
    follow = warning_cancel(warning=row, by=people.lin_lan, now=LATER, reason="险情已排除")
    with pytest.raises(WarningStepError, match="待处理"):
        warning_update(warning=row, by=people.lin_lan, now=LATER, reason="x", what="y")
    warning_withdraw(warning=follow, by=people.lin_lan, now=LATER, reason="未排除")
    warning_update(warning=row, by=people.lin_lan, now=LATER, reason="扩大", what="范围扩大")


def test_a_cancellation_or_withdrawal_needs_a_reason(places: Places, people: People) -> None:
    row = issued(places, people)
    with pytest.raises(WarningStepError, match="原因"):
        warning_cancel(warning=row, by=people.lin_lan, now=LATER, reason=" ")
    with pytest.raises(WarningStepError, match="已发布"):
        warning_withdraw(warning=row, by=people.lin_lan, now=LATER, reason="撤")
    other = draft(places, people)
    with pytest.raises(WarningStepError, match="待审批"):
        warning_cancel(warning=other, by=people.lin_lan, now=LATER, reason="x")


def test_an_exercise_takes_the_same_steps_and_never_goes_out(
    places: Places, people: People
) -> None:
    row = issued(places, people, lane="ex-1")
    alert = parse_cap(row.cap_xml.encode())
    assert alert.status == "Exercise"
    assert alert.infos[0].headline.startswith("【演练】")
    assert alert.infos[0].description.startswith("【演练】")
    assert row.identifier is not None
    assert cap_message(row.identifier) is None
    assert exchange_file(row.identifier) is None
    assert feed_entries(NOW) == []
    assert list(warnings_in_force(NOW)) == []
    assert list(warnings_in_force(NOW, lane="ex-1")) == [row]
    assert set(JournalEntry.objects.values_list("lane", flat=True)) == {"ex-1"}


def test_the_mark_of_an_exercise_cannot_be_edited_away(places: Places, people: People) -> None:
    row = draft(places, people, lane="ex-1")
    with pytest.raises(ValueError, match="演练"):
        warning_edit(warning=row, by=people.lin_lan, now=NOW, headline="发布预警")


def test_what_is_over_expires(places: Places, people: People) -> None:
    row = issued(places, people)
    assert warnings_expire(now=NOW + timedelta(hours=3)) == 0
    assert warnings_expire(now=NOW + timedelta(hours=4)) == 1
    row.refresh_from_db()
    assert row.status == WarningStatus.EXPIRED
    assert warnings_expire(now=NOW + timedelta(hours=5)) == 0


def test_a_number_taken_in_the_same_moment_is_said_not_crashed(
    places: Places, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = issued(places, people)
    second = draft(places, people)
    warning_approve(warning=second, by=people.gao_feng, now=NOW)
    monkeypatch.setattr("anlan.warn.services.issuing._free_identifier", lambda *_: first.identifier)
    with pytest.raises(WarningStepError, match="再发布一次"):
        warning_issue(warning=second, by=people.lin_lan, now=NOW)
    second.refresh_from_db()
    assert second.status == WarningStatus.APPROVED


def test_the_background_work_ends_what_is_over(places: Places, people: People) -> None:
    row = issued(places, people)
    PublicWarning.objects.filter(pk=row.pk).update(
        effective=timezone.now() - timedelta(hours=2), expires=timezone.now() - timedelta(hours=1)
    )
    assert routine_of("warn.expire").function({}, cast("JobRun", None)) == {"expired": 1}


def test_messages_of_one_second_have_their_own_numbers(places: Places, people: People) -> None:
    names = [issued(places, people).identifier for _ in range(12)]
    assert len(set(names)) == 12
    assert names[9] == "37010000000000_20260811103007_9"
    assert names[10] == "37010000000000_20260811103006_0"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"event_code": "99Z99"}, LookupError),
        ({"places": []}, ValueError),
        ({"expires": NOW}, ValueError),
        ({"colour": "green"}, ValueError),
        ({"area": Point(117, 36)}, ValueError),
        ({"what": "很长" * 200}, TooLongError),
    ],
)
def test_a_draft_with_wrong_facts_is_refused(
    places: Places, people: People, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        draft(places, people, **changes)
    assert not PublicWarning.objects.exists()


def test_a_warning_of_the_city_is_not_seen_by_another_city(places: Places, people: People) -> None:
    row = draft(places, people)
    assert list(warnings_visible_to(people.lin_lan)) == [row]
    assert not warnings_visible_to(people.sun_yuan).exists()
    assert not warnings_visible_to(people.wang_guilan).exists()


def test_the_feed_of_a_quiet_city_is_still_a_feed(places: Places) -> None:
    root = etree.fromstring(public_feed(NOW, title="济南预警", address="https://x.test/cap"))
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
