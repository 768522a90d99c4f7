"""What a public report may say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.core.live.intake import InvalidReport, parse_report

GOOD = {"text": "闻到燃气味", "lon": 117.02, "lat": 36.66, "division": "370102"}


def parse(key: str = "k", **changes: Any) -> dict[str, Any]:
    row = parse_report(json.dumps(GOOD | changes).encode(), key)
    body: dict[str, Any] = json.loads(row.body)
    assert body["division"] == row.division
    return body


def test_a_report_is_kept_with_every_field_and_its_full_division() -> None:
    body = parse(
        place="泉城路",
        event_code="21B03",
        occurred_at="2026-11-21T08:30:00+08:00",
        reporter_name="王桂兰",
        reporter_phone="053100000000",
    )
    assert body == {
        "text": "闻到燃气味",
        "lon": 117.02,
        "lat": 36.66,
        "division": "370102000000",
        "place": "泉城路",
        "event_code": "21B03",
        "occurred_at": "2026-11-21T08:30:00+08:00",
        "reporter_name": "王桂兰",
        "reporter_phone": "053100000000",
    }


def test_text_and_position_are_enough() -> None:
    row = parse_report('{"text":"水","lon":117,"lat":36}'.encode(), "")
    assert row.division == ""
    assert row.key == row.digest.hex()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lat": False}, "lat"),
        ({"lat": "36"}, "lat"),
        ({"lat": None}, "lat"),
        ({"lon": 180.01}, "lon"),
        ({"lon": 10**400}, "lon"),
        ({"text": ""}, "text"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": 7}, "text"),
        ({"text": "\x00"}, "text"),
        ({"division": "37x"}, "division"),
        ({"division": "１２"}, "division"),
        ({"division": "00"}, "division"),
        ({"event_code": "火灾"}, "event_code"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"occurred_at": "2026-11-21T08:30:00"}, "occurred_at"),
        ({"reporter_phone": "1" * 31}, "reporter_phone"),
        ({"admin": True}, "admin"),
    ],
)
def test_a_field_that_breaks_a_rule_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidReport) as caught:
        parse(**changes)
    assert caught.value.field == field
    assert caught.value.rule
    assert field in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"[]", b"null", b"{", b"\xff", b"[" * 20000, b'{"lon":' + b"1" * 5000 + b"}"),
        b'{"text":"x","lon":NaN,"lat":1}',
        b'{"text":"x","lon":Infinity,"lat":1}',
        b'{"text":"\\ud800","lon":1,"lat":1}',
    ],
)
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidReport):
        parse_report(data, "")


@pytest.mark.parametrize("key", ["x" * 65, "含", "a b", "\x7f"])
def test_a_key_is_short_and_printable(key: str) -> None:
    with pytest.raises(InvalidReport, match="Idempotency-Key"):
        parse(key)


@given(st.binary(max_size=300), st.text(max_size=70))
def test_any_bytes_are_either_a_row_or_a_reason(data: bytes, key: str) -> None:
    try:
        row = parse_report(data, key)
    except InvalidReport:
        return
    assert len(row.key) <= 64


@given(
    st.fixed_dictionaries(
        {
            "text": st.text(max_size=30),
            "lon": st.one_of(st.floats(), st.integers(), st.booleans(), st.none()),
            "lat": st.floats(-90, 90),
        },
        optional={"division": st.text("0123456789", max_size=13), "place": st.text(max_size=20)},
    )
)
def test_what_is_accepted_keeps_its_rules(report: dict[str, Any]) -> None:
    try:
        row = parse_report(json.dumps(report).encode(), "k")
    except InvalidReport:
        return
    body = json.loads(row.body)
    assert -180 <= body["lon"] <= 180
    assert 1 <= len(body["text"]) <= 2000
    assert len(row.division) in {0, 12}
    row.body.encode()
