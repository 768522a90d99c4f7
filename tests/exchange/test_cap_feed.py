"""The public warning feed: open to everybody, with nothing of an exercise in it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from lxml import etree

from anlan.warn.cap import parse_cap
from anlan.warn.services import warning_approve, warning_draft, warning_issue

if TYPE_CHECKING:
    from django.test import Client

    from anlan.warn.models import PublicWarning
    from kit.people import People, Places

ATOM = "{http://www.w3.org/2005/Atom}"


def issued(places: Places, people: People, *, lane: str = "actual") -> PublicWarning:
    now = timezone.now()
    row = warning_draft(
        division=places.jinan,
        event_code="11B03",
        colour="orange",
        places=[(places.zhangqiu.code, "章丘区")],
        area=None,
        what="未来3小时雨量将达50毫米以上",
        effective=now,
        expires=now + timedelta(hours=3),
        issuer="济南市防汛抗旱指挥部",
        by=people.lin_lan,
        now=now,
        lane=lane,
    )
    warning_approve(warning=row, by=people.gao_feng, now=now)
    return warning_issue(warning=row, by=people.gao_feng, now=now)


def test_a_stranger_reads_the_feed_and_the_message(
    client: Client, places: Places, people: People
) -> None:
    row = issued(places, people)
    answer = client.get("/cap/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert "public" in answer["Cache-Control"]
    (entry,) = etree.fromstring(answer.content).findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == row.headline
    link = entry.find(f"{ATOM}link")
    assert link is not None
    file = client.get(str(link.get("href")))
    assert file["Content-Type"] == "application/cap+xml"
    assert parse_cap(file.content).identifier == row.identifier


def test_an_unchanged_feed_is_not_sent_again(
    client: Client, places: Places, people: People
) -> None:
    issued(places, people)
    tag = client.get("/cap/")["ETag"]
    assert client.get("/cap/", headers={"If-None-Match": tag}).status_code == 304
    issued(places, people)
    assert client.get("/cap/", headers={"If-None-Match": tag}).status_code == 200


def test_an_exercise_is_not_there_for_anybody(
    client: Client, places: Places, people: People
) -> None:
    row = issued(places, people, lane="ex-1")
    client.force_login(people.gao_feng)
    assert str(row.identifier) not in client.get("/cap/").content.decode()
    assert client.get(f"/cap/{row.identifier}.xml").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["none", "37010000000000_20260811103007_0", "a" * 300])
def test_an_unknown_message_is_not_found(client: Client, name: str) -> None:
    assert client.get(f"/cap/{name}.xml").status_code == 404


@pytest.mark.django_db
def test_the_feed_only_answers_reading(client: Client) -> None:
    assert client.post("/cap/").status_code == 405
    assert client.get("/cap/").status_code == 200
