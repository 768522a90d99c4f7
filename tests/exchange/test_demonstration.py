from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from anlan.core.models import User
from anlan.exchange.services.demonstration import ACCOUNTS, demonstration_people

if TYPE_CHECKING:
    from kit.people import People, Places

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_an_older_demonstration_gets_the_accounts_it_lacks_and_keeps_its_own(
    people: People, places: Places
) -> None:
    before = people.lin_lan.password
    people.qin_yue.delete()
    for _turn in range(2):
        demonstration_people(city=places.jinan, password="anlan-demo-2026", now=NOW)  # noqa: S106
    assert {account.username for account in ACCOUNTS} <= set(
        User.objects.values_list("username", flat=True)
    )
    viewer = User.objects.get(username="qin_yue")
    assert viewer.division == places.lixia
    people.lin_lan.refresh_from_db()
    assert people.lin_lan.password == before
