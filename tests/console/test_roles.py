"""Which role opens which page. What is not in the table is denied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

if TYPE_CHECKING:
    from django.test import Client

    from kit.people import People

ALL = {
    "lin_lan",
    "gao_feng",
    "zhou_heng",
    "xu_jing",
    "wang_guilan",
    "qin_yue",
    "sysadmin",
    "secadmin",
}
SEE = {"lin_lan", "gao_feng", "zhou_heng", "xu_jing", "qin_yue"}
DUTY = {"lin_lan", "gao_feng"}
PAGES = {
    "desk": ALL | {"auditor"},
    "help": ALL | {"auditor"},
    "map": SEE | {"wang_guilan"},
    "map-districts": SEE | {"wang_guilan"},
    "map-operations": SEE,
    "report-new": DUTY | {"wang_guilan"},
    "report-event-types": DUTY | {"wang_guilan"},
    "reports": SEE,
    "incidents": SEE,
    "tasks": DUTY | {"zhou_heng", "wang_guilan"},
    "outbox": DUTY,
    "warnings": SEE,
    "warning-new": DUTY,
    "plans": SEE,
    "plan-import": {"xu_jing"},
    "exercises": DUTY | {"xu_jing"},
    "journal": DUTY | {"auditor"},
    "accounts": {"secadmin"},
    "norms": DUTY | {"xu_jing", "sysadmin"},
    "account-new": {"secadmin"},
    "own-password": ALL | {"auditor"},
}
PEOPLE = sorted(ALL | {"auditor"})


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_to_those_who_may(client: Client, people: People, name: str) -> None:
    answers = {}
    for who in PEOPLE:
        client.force_login(getattr(people, who))
        answers[who] = client.get(reverse(f"console:{name}")).status_code
    expected = {who: 200 if who in PAGES[name] else 403 for who in PEOPLE}
    assert answers == expected
