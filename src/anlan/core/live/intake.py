"""What a public report may say. Pure: bytes in, a checked row or a reason out."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from anlan.core.rules import full_code

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["InvalidReport", "ReportRow", "parse_report"]

KEY = re.compile(r"[!-~]{1,64}")
EVENT_CODE = re.compile(r"[0-9A-Z]{0,5}")


class InvalidReport(Exception):
    """The report breaks a rule: which field, which rule, which value."""

    def __init__(self, field: str, rule: str, value: object) -> None:
        super().__init__(f"{field}：{rule}，收到 {str(value)[:80]!r}")
        self.field, self.rule = field, rule


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report as the store writes it."""

    key: str
    digest: bytes
    division: str
    body: str


def parse_report(data: bytes, key: str) -> ReportRow:
    """Return the row of a report.

    Parameters
    ----------
    data
        The body: a JSON object with text, lon, lat, and optionally division, place, event_code,
        occurred_at, reporter_name, reporter_phone.
    key
        The idempotency key; "" makes the content its own key.

    Raises
    ------
    InvalidReport
        With the field, the rule and the value, in Chinese.
    """
    digest = hashlib.sha256(data).digest()
    if key and not KEY.fullmatch(key):
        raise InvalidReport("Idempotency-Key", "应为 1–64 个可见 ASCII 字符", key)
    report = _load(data)
    unknown = sorted(set(report) - set(FIELDS))
    if unknown:
        raise InvalidReport(unknown[0], "没有这个字段", report[unknown[0]])
    body = {name: check(name, report.get(name)) for name, check in FIELDS.items()}
    return ReportRow(
        key=key or digest.hex(),
        digest=digest,
        division=body["division"],
        body=json.dumps(body, ensure_ascii=False),
    )


def _load(data: bytes) -> dict[str, Any]:
    try:
        report = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidReport("body", "应为 UTF-8 编码的 JSON 对象", str(error)) from error
    if not isinstance(report, dict):
        raise InvalidReport("body", "应为 JSON 对象", type(report).__name__)
    return report


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _text(least: int, most: int) -> Callable[[str, Any], str]:
    def check(field: str, value: Any) -> str:
        if not isinstance(value, str | None):
            raise InvalidReport(field, "应为文字", value)
        text = (value or "").strip()
        if not least <= len(text) <= most:
            raise InvalidReport(field, f"长度应为 {least}–{most} 个字", len(text))
        if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
            raise InvalidReport(field, "含有无法保存的字符", "…")
        return text

    return check


def _degrees(limit: int) -> Callable[[str, Any], float]:
    def check(field: str, value: Any) -> float:
        # JSON true is not 1.0, and NaN is no coordinate.
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InvalidReport(field, "应为数字（度）", value)
        if not -limit <= value <= limit:  # false for NaN, and for an integer of any length
            raise InvalidReport(field, f"应在 -{limit} 到 {limit} 度之间", value)
        return float(value)

    return check


def _division(field: str, value: Any) -> str:
    text = _text(0, 12)(field, value)
    if not text:
        return ""
    try:
        return full_code(text)
    except ValueError as error:
        raise InvalidReport(field, "应为 2、4、6、9 或 12 位区划代码", text) from error


def _event_code(field: str, value: Any) -> str:
    text = _text(0, 5)(field, value)
    if not EVENT_CODE.fullmatch(text):
        raise InvalidReport(field, "应为不超过 5 位的事件分类代码", text)
    return text


def _moment(field: str, value: Any) -> str | None:
    text = _text(0, 40)(field, value)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidReport(field, "应为 ISO 8601 时间", text) from error
    if moment.tzinfo is None:
        raise InvalidReport(field, "时间应带时区，如 +08:00", text)
    return moment.isoformat()


FIELDS: dict[str, Callable[[str, Any], Any]] = {
    "text": _text(1, 2000),
    "lon": _degrees(180),
    "lat": _degrees(90),
    "division": _division,
    "place": _text(0, 200),
    "event_code": _event_code,
    "occurred_at": _moment,
    "reporter_name": _text(0, 50),
    "reporter_phone": _text(0, 30),
}
