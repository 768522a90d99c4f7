from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from anlan.command.rules.duplicates import Sighting, compare, likely_duplicates

T = datetime(2026, 3, 1, 2, 8, tzinfo=UTC)


def seen(
    lon: float = 117.52,
    lat: float = 36.80,
    *,
    minutes: float = 0,
    code: str = "12A04",
    phone: str = "",
) -> Sighting:
    return Sighting(
        longitude=lon,
        latitude=lat,
        at=T + timedelta(minutes=minutes),
        event_code=code,
        type_name="危险化学品事故",
        phone=phone,
    )


def test_the_same_leak_called_in_twice_is_likely_a_duplicate() -> None:
    found = compare(seen(), seen(117.523, 36.801, minutes=6))
    assert found.word == "很可能重复"
    assert found.reasons[0].startswith("相距 2")
    assert "时间相差 6 分钟" in found.reasons
    assert "同为危险化学品事故" in found.reasons


def test_how_alike_is_said_in_words() -> None:
    assert compare(seen(), seen(117.531, minutes=30)).word == "可能重复"
    assert compare(seen(), seen(117.56)).word == "不像"


def test_the_same_caller_counts() -> None:
    apart = compare(seen(), seen(117.532, 36.80, minutes=20))
    same = compare(seen(phone="13800000000"), seen(117.532, 36.80, minutes=20, phone="13800000000"))
    assert same.score > apart.score
    assert "同一联系电话" in same.reasons


def test_far_late_or_of_another_class_is_not_compared() -> None:
    assert compare(seen(), seen(117.60)).score == 0
    assert compare(seen(), seen(minutes=361)).score == 0
    assert compare(seen(), seen(code="11B03")).score == 0


def test_the_likeliest_comes_first_and_the_unlikely_is_left_out() -> None:
    known = [
        ("report", 1, "远处", seen(117.55)),
        ("report", 2, "近处", seen(117.521, minutes=3)),
        ("incident", 3, "同一处", seen(minutes=1)),
        ("report", 4, "别处车祸", seen(117.53, code="12C02", minutes=50)),
    ]
    assert [c.pk for c in likely_duplicates(seen(), known)] == [3, 2]


places = st.tuples(st.floats(117.4, 117.6), st.floats(36.7, 36.9))
moments = st.floats(-400, 400)
codes = st.sampled_from(["12A04", "12A01", "12C02", "11B03"])
sightings = st.builds(
    lambda place, minutes, code: seen(*place, minutes=minutes, code=code), places, moments, codes
)


@given(sightings, sightings)
def test_likeness_is_symmetric_and_between_0_and_1(one: Sighting, other: Sighting) -> None:
    assert compare(one, other) == compare(other, one)
    assert 0 <= compare(one, other).score <= 1


@given(sightings)
def test_nothing_is_more_alike_than_the_thing_itself(one: Sighting) -> None:
    assert compare(one, one).score == 1


@given(st.floats(0, 0.02), st.floats(0, 0.02))
def test_nearer_is_never_less_alike(a: float, b: float) -> None:
    near, far = sorted((a, b))
    assert compare(seen(), seen(117.52 + near)).score >= compare(seen(), seen(117.52 + far)).score


def test_the_grounds_say_without_words_what_the_reasons_say() -> None:
    grounds = dict(compare(seen(), seen(117.522, minutes=6)).grounds)
    assert grounds["minutes"] == 6
    assert 170 < float(grounds["metres"]) < 190
    assert grounds["type"] == "危险化学品事故"
