"""Stock that is promised is written down, and comes back: the register always adds up."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point

from anlan.command.models import Incident, Package, PackagePart, StockReservation
from anlan.command.services import incident_close, report_receive, report_verify, task_cancel
from anlan.command.services.package_effects import effects_of
from anlan.command.services.reservations import StockWish, stock_release, stock_reserve
from anlan.core.journal import verify
from anlan.core.models import JournalEntry
from anlan.register.models import Stock, Warehouse
from kit.leak import LEAK, NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.people import People, Places

HELD = 20


@pytest.fixture
def tents(land: Places) -> Stock:
    here = {"division": land.zhangqiu, "observed_at": NOW}
    store = Warehouse.objects.create(name="章丘库", location=Point(117.5, 36.9), **here)
    return Stock.objects.create(
        name="帐篷", warehouse=store, item="tent", quantity=HELD, measure="顶", **here
    )


def part_of(incident: Incident, content: dict[str, Any] | None = None) -> PackagePart:
    version = incident.packages.count() + 1
    package = Package.objects.create(
        incident=incident, lane=incident.lane, version=version, created_at=NOW
    )
    return PackagePart.objects.create(
        package=package, kind="supplies", position=0, content=content or {}, status="approved"
    )


def tents_to(*places: tuple[str, int], stock: Stock) -> dict[str, Any]:
    """Return the content of a supplies part: so many tents to each place."""
    return {
        "consignments": [
            {
                "item": "tent",
                "name": "帐篷",
                "stock_id": stock.pk,
                "warehouse": "章丘库",
                "place": place,
                "quantity": {"value": number, "unit": "顶"},
            }
            for place, number in places
        ]
    }


def approve(incident: Incident, content: dict[str, Any], people: People) -> list[str]:
    part = part_of(incident, content)
    return effects_of(part, incident=part.package.incident, by=people.gao_feng, now=NOW)


def reserved(stock: Stock) -> int:
    stock.refresh_from_db()
    rows = StockReservation.objects.filter(stock=stock, released_at=None)
    assert stock.reserved == (rows.aggregate(total=Sum("quantity"))["total"] or 0)
    assert 0 <= stock.reserved <= stock.quantity
    return stock.reserved


def test_what_an_approved_part_takes_is_written_down_with_its_incident(
    leak: Incident, tents: Stock, people: People
) -> None:
    approve(leak, tents_to(("一中", 5), ("二中", 3), stock=tents), people)
    assert reserved(tents) == 8
    rows = leak.reservations.order_by("pk")
    assert [(row.place, row.quantity) for row in rows] == [("一中", 5), ("二中", 3)]
    entry = JournalEntry.objects.get(verb="supplies.reserved")
    assert entry.incident_id == leak.pk


def test_closing_the_incident_gives_everything_back(
    leak: Incident, tents: Stock, people: People
) -> None:
    approve(leak, tents_to(("一中", 5), stock=tents), people)
    incident_close(
        incident_id=leak.pk, reason="处置完毕", cancel_open_tasks=True, by=people.gao_feng, now=NOW
    )
    assert reserved(tents) == 0
    row = leak.reservations.get()
    assert row.released_by == people.gao_feng
    assert "结束" in row.release_reason
    assert JournalEntry.objects.filter(verb="supplies.released", incident_id=leak.pk).exists()
    assert verify() is None


def test_cancelling_the_task_gives_its_stock_back(
    leak: Incident, tents: Stock, people: People
) -> None:
    approve(leak, tents_to(("一中", 5), stock=tents), people)
    task = leak.tasks.get(key__startswith="supply-")
    task_cancel(task_id=task.pk, reason="不需要了", by=people.gao_feng, now=NOW)
    assert reserved(tents) == 0
    assert leak.reservations.get().release_reason.endswith("不需要了")


def test_a_later_version_takes_the_place_of_the_earlier_one(
    leak: Incident, tents: Stock, people: People
) -> None:
    approve(leak, tents_to(("一中", 15), stock=tents), people)
    said = approve(leak, tents_to(("一中", 18), stock=tents), people)
    assert reserved(tents) == 18
    assert any("撤销" in line for line in said)
    running = leak.tasks.exclude(status="cancelled").get()
    assert running.text == "帐篷18顶 → 一中"


def test_a_later_version_that_says_the_same_changes_nothing(
    leak: Incident, tents: Stock, people: People
) -> None:
    approve(leak, tents_to(("一中", 15), stock=tents), people)
    assert approve(leak, tents_to(("一中", 15), stock=tents), people) == ["没有新任务"]
    assert reserved(tents) == 15
    assert leak.tasks.get().status == "ready"


def test_goods_that_could_not_be_promised_stand_in_no_order(
    leak: Incident, tents: Stock, people: People
) -> None:
    said = approve(leak, tents_to(("一中", 15), ("二中", 9), stock=tents), people)
    assert any("已不足9" in line for line in said)
    assert leak.tasks.get().text == "帐篷15顶 → 一中"
    assert reserved(tents) == 15


Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "release", "release task"]),
        st.integers(0, 1),
        st.integers(-1, HELD + 1),
    ),
    max_size=12,
)


@given(steps=STEPS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_happens_the_stock_is_the_sum_of_its_open_promises(
    steps: list[Step], two: list[Incident], tents: Stock, people: People
) -> None:
    parts = [part_of(incident) for incident in two]
    try:
        for act, which, number in steps:
            incident, key = two[which], f"supply-{number % 3}"
            if act == "reserve":
                before = reserved(tents)
                wish = StockWish(stock_id=tents.pk, quantity=number, task_key=key)
                lost = stock_reserve(part=parts[which], wishes=[wish], by=people.gao_feng, now=NOW)
                assert bool(lost) == (not 0 < number <= HELD - before)
            else:
                keys = [key] if act == "release task" else None
                stock_release(
                    incident=incident, task_keys=keys, reason="测试", by=people.gao_feng, now=NOW
                )
                if keys is None:
                    assert not incident.reservations.filter(released_at=None).exists()
            reserved(tents)
    finally:
        for incident in two:
            stock_release(incident=incident, reason="清理", by=people.gao_feng, now=NOW)
    assert reserved(tents) == 0


@pytest.fixture
def two(receive: Callable[..., Any], people: People) -> list[Incident]:
    return [
        report_verify(report_id=receive(client_key=key).pk, by=people.lin_lan, now=NOW)
        for key in ("a", "b")
    ]


@pytest.mark.django_db(transaction=True)
def test_two_who_release_at_once_give_back_once(people: People, tents: Stock) -> None:
    report = report_receive(entered=LEAK, by=people.lin_lan, now=NOW)
    leak = report_verify(report_id=report.pk, by=people.lin_lan, now=NOW)
    part = part_of(leak)
    wish = StockWish(stock_id=tents.pk, quantity=7)
    start = Barrier(4)

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            act()
        finally:
            connection.close()

    def take() -> object:
        return stock_reserve(part=part, wishes=[wish], by=people.gao_feng, now=NOW)

    def give() -> object:
        return stock_release(incident=leak, reason="同时", by=people.gao_feng, now=NOW)

    take()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, (take, give, give, take)))
    assert reserved(tents) % 7 == 0
    assert verify() is None


@pytest.mark.django_db(transaction=True)
def test_who_releases_all_and_who_releases_a_task_do_not_wait_for_each_other(
    people: People, tents: Stock
) -> None:
    """Both must have the row of the tents; a third holds it until both have come for it."""
    report = report_receive(entered=LEAK, by=people.lin_lan, now=NOW)
    leak = report_verify(report_id=report.pk, by=people.lin_lan, now=NOW)
    wishes = [
        StockWish(stock_id=tents.pk, quantity=quantity, task_key=key)
        for key, quantity in (("first", 2), ("second", 3), ("third", 4))
    ]
    stock_reserve(part=part_of(leak), wishes=wishes, by=people.gao_feng, now=NOW)
    held = Event()

    def hold() -> None:
        with transaction.atomic():
            Stock.objects.filter(pk=tents.pk).update(quantity=F("quantity"))
            held.set()
            time.sleep(1.0)

    def give(after_s: float, task_keys: tuple[str, ...] | None) -> None:
        held.wait(timeout=10)
        time.sleep(after_s)
        stock_release(
            incident=leak, reason="同时", by=people.gao_feng, now=NOW, task_keys=task_keys
        )

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, (hold, lambda: give(0.0, None), lambda: give(0.4, ("second",)))))
    assert reserved(tents) == 0
