"""The pages of the audit administrator."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction

from anlan.command.verbs import SENTENCES
from anlan.console.selectors.journal_words import AREAS, WORDS
from anlan.core.jobs.models import Job
from anlan.core.jobs.worker import run_next
from anlan.core.journal import checking, record
from anlan.core.models import JournalEntry
from kit.source import SRC, python_files

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from kit.people import People, Places

NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
ROWS = re.compile(r'<tr><td class="figure">')
LINK = {
    "later": re.compile(r'rel="prev" href="([^"]+)"'),
    "earlier": re.compile(r'rel="next" href="([^"]+)"'),
}


def write(places: Places, people: People, count: int, **given: object) -> None:
    with transaction.atomic():
        for number in range(count):
            record(
                **{  # type: ignore[arg-type]
                    "verb": "plan.imported",
                    "subject": places.lixia,
                    "by": people.lin_lan,
                    "now": NOW + timedelta(minutes=number),
                    "payload": {"plan_id": f"p{number}"},
                    **given,
                }
            )


def page_of(client: Client, query: str = "") -> str:
    answer = client.get(f"/journal/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def follow(page: str, way: str) -> str:
    found = LINK[way].search(page)
    assert found is not None
    return found[1].replace("&amp;", "&")


def test_every_verb_that_is_written_has_words_and_an_area() -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for path in python_files() if SRC in path.parents
    )
    written = {*re.findall(r'verb="([a-z_]+\.[a-z_]+)"', source)}
    known = {*SENTENCES, *WORDS, "account.changed"}
    assert len(written) > 30
    assert written - known == set()
    assert {verb.partition(".")[0] for verb in known} <= set(AREAS)


def test_pages_go_back_and_forth_without_losing_an_entry(
    client: Client, people: People, places: Places
) -> None:
    write(places, people, 120)
    client.force_login(people.auditor)
    first = page_of(client)
    assert len(ROWS.findall(first)) == 50
    assert "共 120 条" in first
    assert 'rel="prev"' not in first
    second = page_of(client, follow(first, "earlier"))
    third = page_of(client, follow(second, "earlier"))
    assert len(ROWS.findall(third)) == 20
    assert 'rel="next"' not in third
    numbers = [re.findall(r'quiet">(\d+)</td></tr>', page) for page in (first, second, third)]
    assert [int(n) for page in numbers for n in page] == list(range(120, 0, -1))
    back = page_of(client, follow(third, "later"))
    assert re.findall(r'quiet">(\d+)</td></tr>', back) == numbers[1]
    again = page_of(client, follow(back, "later"))
    assert re.findall(r'quiet">(\d+)</td></tr>', again) == numbers[0]
    assert 'rel="prev"' not in again


def test_a_page_costs_the_same_however_long_the_journal_is(
    client: Client,
    people: People,
    places: Places,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    write(places, people, 120)
    client.force_login(people.auditor)
    with django_assert_max_num_queries(8):
        page_of(client)


def test_a_node_may_have_any_name(client: Client, people: People, places: Places) -> None:
    write(places, people, 60)
    JournalEntry.objects.update(node="济南 & 市.1")
    client.force_login(people.auditor)
    second = page_of(client, follow(page_of(client), "earlier"))
    assert len(ROWS.findall(second)) == 10


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?who=lin_lan", 3),
        ("?who=林岚", 3),
        ("?who=gao_feng", 1),
        ("?verb=plan", 4),
        ("?verb=account.opened", 1),
        ("?verb=account", 1),
        ("?lane=exercise", 1),
        ("?lane=actual", 4),
        ("?subject_type=core.user", 1),
        ("?since=2026-03-01T11:01&until=2026-03-01T11:02", 1),
        ("?since=2027-01-01T00:00", 0),
    ],
)
def test_the_filter_finds_by_time_person_verb_subject_and_lane(
    client: Client, people: People, places: Places, query: str, count: int
) -> None:
    write(places, people, 3)
    write(places, people, 1, by=people.gao_feng, lane="ex-1")
    write(places, people, 1, by=None, verb="account.opened", subject=people.lin_lan)
    client.force_login(people.auditor)
    page = page_of(client, query)
    assert len(ROWS.findall(page)) == count
    if count == 0:
        assert "没有符合条件的记录" in page


def test_a_wrong_span_is_told(client: Client, people: People) -> None:
    client.force_login(people.auditor)
    answer = client.get("/journal/?since=2026-03-02T00:00&until=2026-03-01T00:00")
    assert answer.status_code == 400
    assert "结束时间应晚于开始时间" in answer.content.decode()
    assert client.get("/journal/?before=nonsense").status_code == 200


def test_entries_of_other_places_are_not_shown(
    client: Client, people: People, places: Places
) -> None:
    write(places, people, 1)
    write(places, people, 1, subject=places.dongchangfu, payload={"plan_id": "other"})
    with transaction.atomic():
        JournalEntry.objects.filter(seq=1).update(division_code=places.lixia.code)
        JournalEntry.objects.filter(seq=2).update(division_code=places.dongchangfu.code)
    client.force_login(people.auditor)
    page = page_of(client)
    assert "p0" in page
    assert "other" not in page
    client.force_login(people.sun_yuan)  # a district: nothing that belongs to no place either
    assert "p0" not in page_of(client)


def test_telephone_numbers_are_masked_for_the_auditor(
    client: Client, people: People, places: Places
) -> None:
    write(places, people, 1, payload={"plan_id": "p", "phone": "13800138000"})
    client.force_login(people.auditor)
    page = page_of(client)
    assert "13800138000" not in page
    assert "138******00" in page
    client.force_login(people.lin_lan)
    assert "13800138000" in page_of(client)


def test_the_chain_is_checked_and_the_check_is_an_entry(
    client: Client, people: People, places: Places
) -> None:
    write(places, people, 3)
    client.force_login(people.auditor)
    assert "还没有校验过" in page_of(client)
    client.post("/journal/verify/")
    assert "日志完整：3 条" in page_of(client)
    JournalEntry.objects.filter(seq=2).update(payload='{"plan_id": "别的"}')
    client.post("/journal/verify/")
    page = page_of(client)
    assert "日志被动过" in page
    assert "第 2 条" in page
    assert JournalEntry.objects.filter(verb="journal.verified", actor=people.auditor).count() == 2


@pytest.mark.usefixtures("transactional_db")
def test_a_long_journal_is_checked_in_the_background(
    client: Client, people: People, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "AT_ONCE", 2)
    write(places, people, 3)
    client.force_login(people.auditor)
    client.post("/journal/verify/")
    client.post("/journal/verify/")  # pressed twice: one job
    assert Job.objects.filter(kind=checking.JOB).count() == 1
    page = page_of(client)
    assert "正在逐条校验" in page
    assert 'hx-trigger="every 1s"' in page
    assert run_next(owner="test")
    assert "日志完整：3 条" in page_of(client)


def test_an_export_holds_what_is_shown_and_is_an_entry(
    client: Client, people: People, places: Places
) -> None:
    write(places, people, 2, payload={"plan_id": "=1+1"}, reasons=["会议纪要"])
    write(places, people, 1, verb="account.opened", subject=people.lin_lan)
    client.force_login(people.auditor)
    answer = client.get("/journal/export.csv?verb=plan")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["动作代码"] for row in rows] == ["plan.imported"] * 2
    assert rows[0]["理由"] == "会议纪要"
    assert all(row["哈希"].startswith("sha256:") for row in rows)
    entry = JournalEntry.objects.order_by("seq").last()
    assert entry is not None
    assert (entry.verb, entry.actor) == ("journal.exported", people.auditor)
    assert '"rows": 2' in entry.payload
    client.force_login(people.lin_lan)
    assert client.get("/journal/export.csv").status_code == 403


def test_an_export_is_read_in_pieces_and_ends_where_it_was_asked_for(
    client: Client, people: People, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anlan.console.selectors.journal_export.READ_AT_ONCE", 2)
    monkeypatch.setattr("anlan.core.records.tables.LINES_AT_ONCE", 2)
    write(places, people, 5)
    JournalEntry.objects.filter(seq__gt=3).update(node="other.1")
    client.force_login(people.auditor)
    answer = client.get("/journal/export.csv?verb=plan")
    parts = iter(answer.streaming_content)  # type: ignore[attr-defined]
    text = next(parts) + next(parts)
    write(places, people, 1)
    text += b"".join(parts)
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    found = [(row["节点"], row["序号"]) for row in rows]
    assert found == [
        ("other.1", "4"),
        ("other.1", "5"),
        ("test.1", "1"),
        ("test.1", "2"),
        ("test.1", "3"),
    ]


def test_too_much_for_a_file_is_refused_in_words(
    client: Client, people: People, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anlan.console.views.journal.EXPORTED", 2)
    write(places, people, 3)
    client.force_login(people.auditor)
    answer = client.get("/journal/export.csv?who=lin_lan", follow=True)
    target = urlsplit(answer.redirect_chain[-1][0])
    assert (target.path, parse_qs(target.query)) == ("/journal/", {"who": ["lin_lan"]})
    assert "请缩小时间范围" in answer.content.decode()
