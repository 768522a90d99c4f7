from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from anlan.command.rules.deadlines import ClockPlan, Situation, domains_of, duties, tiers_of
from anlan.core.dictionaries import table

ROWS = table("report_deadlines")
PARTIES = tiers_of(table("report_parties"))
BEIJING = ZoneInfo("Asia/Shanghai")
TEN = datetime(2026, 3, 1, 10, tzinfo=BEIJING)


def at(hour: int, minute: int) -> datetime:
    return TEN.replace(hour=hour, minute=minute)


def plan(
    code: str,
    *,
    grade: int | None = None,
    casualties: bool = False,
    tiers: tuple[str, ...] = ("county", "city"),
    **starts: datetime,
) -> ClockPlan:
    return duties(
        ROWS,
        domains=domains_of(table("event_domains"), code),
        situation=Situation(event_code=code, grade=grade, casualties=casualties),
        starts=starts,
        parties=PARTIES,
        tiers=tiers,
    )


def test_the_chain_of_a_work_accident_has_one_clock_a_level() -> None:
    unit = plan("12A04", tiers=("unit",), receipt=at(10, 0))
    assert [clock.due_at for clock in unit.clocks] == [at(11, 0)]
    county = plan("12A04", receipt=at(10, 40))
    assert at(12, 40) in [clock.due_at for clock in county.clocks]
    city = plan("12A04", grade=3, receipt=at(11, 30))
    direct = {
        clock.mode_zh: clock.due_at for clock in city.clocks if clock.to_zh == "省政府安委会办公室"
    }
    assert direct == {"直报": at(12, 0), "书面": at(12, 30)}


def test_the_written_report_is_due_for_serious_accidents_only() -> None:
    modes = [clock.mode_zh for clock in plan("12A04", grade=4, receipt=TEN).clocks]
    assert "直报" in modes
    assert "书面" not in modes


def test_local_custom_outside_work_safety_is_marked_to_confirm() -> None:
    clocks = plan("11B03", grade=2, receipt=TEN, occurrence=TEN).clocks
    custom = [clock for clock in clocks if clock.to_zh == "市委市政府总值班室"]
    assert [clock.minutes for clock in custom] == [30, 60]
    assert all(clock.to_confirm for clock in custom)
    assert all("请按本地规定核对" in clock.note for clock in custom)


def test_the_window_for_more_casualties_depends_on_the_kind() -> None:
    def days(code: str) -> list[int]:
        clocks = plan(code, casualties=True, receipt=TEN, occurrence=TEN).clocks
        return [(c.due_at - TEN).days for c in clocks if c.kind == "window"]

    assert days("12C02") == [7]
    assert days("12B03") == [7]
    assert days("12A04") == [30]
    road = plan("12C02", casualties=True, receipt=TEN, occurrence=TEN)
    window = next(clock for clock in road.clocks if clock.kind == "window")
    assert TEN + timedelta(days=6) < window.due_at < TEN + timedelta(days=8)


def test_a_clock_without_its_moment_does_not_run() -> None:
    clocks = plan("11B03", receipt=TEN, occurrence=TEN).clocks
    assert "核报" not in [clock.mode_zh for clock in clocks]
    stable = plan("11B03", receipt=TEN, occurrence=TEN, stable=at(20, 0)).clocks
    assert "核报" in [clock.mode_zh for clock in stable]


def test_nobody_reports_before_he_is_told() -> None:
    clocks = plan("12A04", receipt=at(10, 8), occurrence=TEN).clocks
    assert min(clock.due_at for clock in clocks if clock.kind == "immediate") == at(10, 8)


def test_what_a_person_must_judge_is_named_and_starts_nothing() -> None:
    found = plan("12A04", receipt=TEN, occurrence=TEN, assessment=TEN)
    assert any("研判可能发生" in line for line in found.to_judge)
    assert not any("研判" in clock.condition_zh for clock in found.clocks)


def test_the_route_is_words_not_a_clock() -> None:
    found = plan("12A04", receipt=TEN)
    assert any("一般→设区市部门" in line for line in found.routes)


def test_clocks_come_earliest_first_and_name_their_clause() -> None:
    clocks = plan("12A04", grade=3, casualties=True, receipt=TEN, occurrence=TEN).clocks
    assert [c.due_at for c in clocks] == sorted(c.due_at for c in clocks)
    assert all(clock.basis for clock in clocks)


def test_a_city_does_not_answer_for_the_unit_or_the_province() -> None:
    who = {clock.from_zh for clock in plan("12A04", grade=1, receipt=TEN, occurrence=TEN).clocks}
    assert "事故单位负责人" not in who
    assert "国务院部门、省级政府" not in who
