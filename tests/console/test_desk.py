"""The desk: what waits for whom, and how the duty was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.utils import timezone
from shapely import MultiPolygon, Point, box

from anlan.command.services import report_receive, report_verify
from anlan.console.selectors.desk import desk_of
from anlan.console.templatetags.console import duration_words
from anlan.core.choices import ACTUAL
from anlan.core.records.registry import record_type
from anlan.core.records.selectors import age_of
from anlan.plans.selectors import example_texts
from anlan.plans.services import plan_import
from anlan.register.models import Warehouse
from kit.leak import LEAK

if TYPE_CHECKING:
    from django.test import Client

    from kit.people import People, Places


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "—"), (0.0, "0 秒"), (119.0, "119 秒"), (120.0, "2 分钟"), (7200.0, "2.0 小时")],
)
def test_a_duration_is_written_in_the_unit_people_say(seconds: float | None, words: str) -> None:
    assert duration_words(seconds) == words


def test_the_desk_counts_the_duty_of_a_day_and_a_week(
    client: Client, people: People, places: Places
) -> None:
    places.zhangqiu.boundary = MultiPolygon([box(117.4, 36.5, 117.7, 37.0)])
    places.zhangqiu.save()
    now = timezone.now()
    before = now - timedelta(days=3)
    early = replace(LEAK, occurred_at=None, received_at=before)
    late = replace(LEAK, occurred_at=None, received_at=now - timedelta(minutes=10))
    report_receive(entered=early, by=people.lin_lan, now=before)
    report = report_receive(entered=late, by=people.lin_lan, now=now - timedelta(minutes=10))
    report_verify(report_id=report.pk, by=people.lin_lan, now=now - timedelta(minutes=6))
    client.force_login(people.gao_feng)
    page = client.get("/").content.decode()
    figures = page[page.index('id="statistics"') :].split("</section>")[0]
    assert "1（1）" in figures
    assert "2（1）" in figures
    assert "4 分钟" in figures


def test_a_draft_waits_on_the_desk_of_whoever_may_approve_it(
    client: Client, people: People, places: Places
) -> None:
    text = example_texts()["earthquake.toml"]
    plan_import(text=text, division=places.jinan, by=people.xu_jing, now=timezone.now())
    for who, waits in ((people.gao_feng, True), (people.xu_jing, False), (people.lin_lan, False)):
        client.force_login(who)
        assert ("待批准的预案" in client.get("/").content.decode()) is waits


def test_an_administrator_finds_his_work_on_the_desk(client: Client, people: People) -> None:
    expected = {
        "sysadmin": ("/norms/", "行未确认"),
        "secadmin": ("/accounts/", "账号超过 90 天没有登录"),
        "auditor": ("/journal/", "还没有校验过"),
    }
    for who, (address, words) in expected.items():
        client.force_login(getattr(people, who))
        page = client.get("/").content.decode()
        assert f'class="button go" href="{address}"' in page
        assert words in page


def test_the_desk_promises_nothing_that_its_reader_may_not_do(
    client: Client, people: People
) -> None:
    client.force_login(people.lin_lan)
    officer = client.get("/").content.decode()
    client.force_login(people.zhou_heng)
    manager = client.get("/").content.decode()
    for words in ("来电请按 n 登记", "没有登记当班人员"):
        assert words in officer
        assert words not in manager


def test_a_viewer_of_a_district_learns_what_it_covers_and_is_offered_nothing_to_change(
    client: Client, people: People, places: Places
) -> None:
    places.zhangqiu.boundary = MultiPolygon([box(117.4, 36.5, 117.7, 37.0)])
    places.zhangqiu.save()
    report_receive(entered=LEAK, by=people.lin_lan, now=timezone.now())
    client.force_login(people.qin_yue)
    pages = {
        address: client.get(address).content.decode()
        for address in ("/", "/reports/", "/studies/", "/warnings/", "/plans/", "/records/")
    }
    assert "您看得到历下区及以下的记录。" in pages["/"]
    assert "发现险情先打 119、120、110" in pages["/"]
    assert "没有待核实的接报。" in pages["/"], "what happens in Zhangqiu is not theirs"
    assert "值班员登记后出现在这里" in pages["/reports/"]
    assert "值班员或预案管理员算完后出现在这里" in pages["/studies/"]
    assert "由值班员起草、指挥员批准后" in pages["/warnings/"]
    assert "您的区划还没有预案" in pages["/plans/"]
    forbidden = ("/reports/new/", "/studies/new/", "/warnings/new/", "/records/confirmations/")
    for address, page in pages.items():
        assert not [there for there in forbidden if f'href="{there}' in page], address
    client.force_login(people.lin_lan)
    assert "及以下的记录" not in client.get("/").content.decode()


def test_the_desk_counts_as_stale_what_the_record_itself_calls_stale(
    people: People, places: Places
) -> None:
    now = timezone.now()
    old, lately = now - timedelta(days=900), now - timedelta(days=1)
    times = {
        "entered long ago": (old, None, None, True),
        "entered lately": (lately, None, None, False),
        "confirmed long ago": (old, None, old, True),
        "observed lately": (old, lately, old, False),
        "confirmed lately": (old, old, lately, False),
        "observed long ago": (lately, old, None, True),
    }
    declared = record_type("warehouse")
    for name, (created, observed, confirmed, stale) in times.items():
        row = Warehouse.objects.create(
            name=name, division=places.zhangqiu, location=Point(117.5, 36.7)
        )
        Warehouse.objects.filter(pk=row.pk).update(
            created_at=created, observed_at=observed, confirmed_at=confirmed
        )
        row.refresh_from_db()
        age = age_of(declared, row, now=now)
        assert age is not None
        assert age.stale == stale, name
    (counted,) = desk_of(user=people.zhou_heng, lane=ACTUAL, now=now).stale
    assert (counted.stale, counted.total) == (3, 6)
