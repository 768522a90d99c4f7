from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from anlan.core.journal import Clock, local_event, record, verify
from anlan.core.models import JournalEntry, JournalHead

if TYPE_CHECKING:
    from kit.people import People, Places

NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)


def write(places: Places, people: People, count: int) -> list[JournalEntry]:
    with transaction.atomic():
        return [
            record(verb="division.noted", subject=places.lixia, by=people.lin_lan, now=NOW)
            for _ in range(count)
        ]


def test_entries_are_numbered_and_linked(places: Places, people: People) -> None:
    first, second = write(places, people, 2)
    assert (first.seq, second.seq) == (1, 2)
    assert second.prev_hash == first.hash
    assert (first.physical_ms, first.logical) < (second.physical_ms, second.logical)
    assert verify() is None


def test_the_clock_never_runs_backwards(places: Places, people: People) -> None:
    write(places, people, 1)
    with transaction.atomic():
        late = record(verb="division.noted", subject=places.lixia, by=None, now=NOW - FIVE_MINUTES)
    assert late.physical_ms == int(NOW.timestamp() * 1000)


@pytest.mark.parametrize("field", ["payload", "reasons", "actor_name", "verb"])
def test_a_changed_entry_is_named(places: Places, people: People, field: str) -> None:
    write(places, people, 3)
    JournalEntry.objects.filter(seq=2).update(**{field: "tampered"})
    bad = verify()
    assert bad is not None
    assert (bad.seq, bad.problem) == (2, "内容与哈希不符")


def test_a_removed_entry_is_named(places: Places, people: People) -> None:
    write(places, people, 3)
    JournalEntry.objects.filter(seq=2).delete()
    bad = verify()
    assert bad is not None
    assert bad.seq == 3


def test_a_cut_off_end_is_named(places: Places, people: People) -> None:
    write(places, people, 3)
    JournalEntry.objects.filter(seq=3).delete()
    bad = verify()
    assert bad is not None
    assert bad.seq == 3


def test_a_change_that_is_rolled_back_leaves_no_entry(places: Places, people: People) -> None:
    with transaction.atomic():
        record(verb="division.noted", subject=places.lixia, by=None, now=NOW)
        transaction.set_rollback(True)
    assert not JournalEntry.objects.exists()
    assert not JournalHead.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written(places: Places) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record(verb="division.noted", subject=places.lixia, by=None, now=NOW)


def test_the_hybrid_clock_follows_its_rules() -> None:
    last = Clock(100, 3)
    assert local_event(last, 99) == Clock(100, 4)
    assert local_event(last, 101) == Clock(101, 0)
