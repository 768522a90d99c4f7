from __future__ import annotations

import pytest
from django.core import signing

from anlan.core.live import tickets
from anlan.core.live.tickets import BadTicket, Ticket, make_ticket, read_ticket


def test_a_ticket_says_who_where_and_which_lanes() -> None:
    text = make_ticket(user_id=7, division="370100000000", lanes={"actual", "ex-3"})
    assert read_ticket(text) == Ticket(user_id=7, stem="3701", lanes=frozenset({"actual", "ex-3"}))


def test_an_account_without_division_or_lane_gets_none() -> None:
    with pytest.raises(ValueError, match="division"):
        make_ticket(user_id=7, division="", lanes={"actual"})
    with pytest.raises(ValueError, match="lane"):
        make_ticket(user_id=7, division="370100000000", lanes=set())


def test_a_forged_ticket_is_refused() -> None:
    text = make_ticket(user_id=7, division="370102000000", lanes={"actual"})
    for forged in ("", "x", text[:-1], text + "x", signing.dumps({"u": 1, "d": "37", "l": []})):
        with pytest.raises(BadTicket):
            read_ticket(forged)


def test_a_ticket_of_another_shape_is_refused() -> None:
    for content in ({}, {"u": "x", "d": "37", "l": []}, [1], "text", {"u": 1, "d": "37", "l": 3}):
        with pytest.raises(BadTicket):
            read_ticket(signing.dumps(content, salt=tickets.SALT))


def test_an_old_ticket_is_refused() -> None:
    text = make_ticket(user_id=7, division="370102000000", lanes={"actual"})
    with pytest.raises(BadTicket):
        read_ticket(text, max_age=-1)
