"""Numbers as people say them: a person at night reads units, not digits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from anlan.forecast.types import Figure
from anlan.forecast.wording import after, is_day, people, rounded, span


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0.3, "18 秒后"),
        (1.5, "1.5 分钟后"),
        (27.2, "27 分钟后"),
        (111.1, "111 分钟后"),
        (466.2, "7.8 小时后"),
        (5000, "3.5 天后"),
    ],
)
def test_a_time_is_said_in_the_unit_that_people_use(minutes: float, said: str) -> None:
    assert after(minutes) == said


def test_a_length_beyond_a_kilometre_is_said_in_kilometres_with_its_range() -> None:
    far = Figure(value=4086, unit="m", source="t", low=575.0, high=6060.0)
    assert span(far) == "4.1 km（0.57–6.1 km）"
    near = Figure(value=113, unit="m", source="t", low=62.0, high=197.0)
    assert span(near) == "110 m（62–200 m）"


def test_a_range_without_width_is_not_said() -> None:
    assert span(Figure(value=10000, unit="m", source="t", low=1e4, high=1e4)) == "10 km"


def test_people_are_said_with_two_leading_digits() -> None:
    assert [people(n) for n in (3, 493, 16217, 9_201_910)] == [
        "3 人",
        "490 人",
        "1.6 万人",
        "920 万人",
    ]


def test_rounding_keeps_leading_digits_only() -> None:
    assert rounded(53_124.0, 3) == 53_100.0
    assert rounded(0.0) == 0.0


def test_day_and_night_are_told_by_the_clock_of_china() -> None:
    assert is_day(datetime(2026, 11, 22, 2, 0, tzinfo=UTC))  # ten in the morning
    assert not is_day(datetime(2026, 11, 22, 12, 0, tzinfo=UTC))  # eight in the evening
