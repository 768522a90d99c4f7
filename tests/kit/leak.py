"""The report that the tests of the command room begin with: ammonia at a chemical park."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from anlan.command.rules.intake import ReportInput

__all__ = ["LEAK", "NOW"]

NOW = datetime(2026, 3, 1, 10, 10, tzinfo=ZoneInfo("Asia/Shanghai"))

LEAK = ReportInput(
    event_code="12A04",
    text="齐鲁化工园区液氨储罐阀门泄漏，两人受伤",
    longitude=117.52,
    latitude=36.80,
    place="齐鲁化工园区",
    occurred_at=NOW - timedelta(minutes=10),
    received_at=NOW - timedelta(minutes=2),
    reporter_name="张明",
    reporter_unit="园区管委会",
    reporter_phone="13800000000",
    figures={"injured": 2},
    details={"substance": "液氨", "unit_name": "齐鲁化工有限公司"},
)
