"""What a report of the public becomes on the desk. Nothing that was acknowledged is dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from anlan.command.rules.intake import ReportInput, problems_of_report
from anlan.core.dictionaries import event_codes, search_event_codes
from anlan.core.words import without_hidden

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anlan.command.types import Problem

__all__ = ["UNKNOWN_KIND", "entered_by_public"]

UNKNOWN_KIND = "12Z99"
"""Other accidents (其他事故灾难): a kind that says itself that nobody knows yet."""
LEAF = 3
WORDS = ("text", "place", "reporter_name")
REPAIRS: dict[str, Any] = {"reporter_phone": "", "occurred_at": None}
"""Fields that a stranger's telephone may get wrong, and what they then become."""


def entered_by_public(
    body: Mapping[str, Any], *, key: str, received_at: datetime, now: datetime
) -> tuple[ReportInput, tuple[Problem, ...]]:
    """Return the report as the desk takes it, and what is still wrong with it.

    A kind that is not given is guessed from the words and marked so. A telephone or time that
    does not fit is left out and kept among the details as it was sent. Characters that nobody sees
    are taken out, and the details say so.
    """
    sent = body
    body = {k: without_hidden(v) if isinstance(v, str) else v for k, v in sent.items()}
    occurred = body.get("occurred_at")
    code, details = _kind(str(body.get("event_code") or ""), str(body["text"]))
    if any(sent[name] != body[name] for name in WORDS if name in sent):
        details = {**details, "hidden_characters_note": "原文含看不见的字符，已去除"}
    entered = ReportInput(
        event_code=code,
        text=str(body["text"]),
        longitude=float(body["lon"]),
        latitude=float(body["lat"]),
        place=str(body.get("place") or ""),
        occurred_at=datetime.fromisoformat(occurred) if occurred else None,
        received_at=received_at,
        channel="app",
        reporter_name=str(body.get("reporter_name") or ""),
        reporter_phone=str(body.get("reporter_phone") or ""),
        details=details,
        client_key=key,
    )
    problems = _problems(entered, now)
    for field in {problem.field for problem in problems} & set(REPAIRS):
        kept = {**entered.details, f"{field}_as_sent": str(body.get(field))}
        entered = replace(entered, details=kept, **{field: REPAIRS[field]})
    if any(problem.field == "received_at" for problem in problems):
        # It claims to have happened after we heard of it: then it happened when we heard of it.
        kept = {**entered.details, "occurred_at_as_sent": str(occurred)}
        entered = replace(entered, details=kept, occurred_at=None)
    return entered, _problems(entered, now)


def _kind(code: str, text: str) -> tuple[str, dict[str, Any]]:
    known = {entry.code for entry in event_codes()}
    if code in known:
        return code, {}
    kept: dict[str, Any] = {"event_code_as_sent": code} if code else {}
    found = next((entry for entry in search_event_codes(text) if entry.level == LEAF), None)
    if found is None:
        return UNKNOWN_KIND, {**kept, "event_code_note": "未说明类型，待核实"}
    return found.code, {**kept, "event_code_note": "由文字推测，待核实"}


def _problems(entered: ReportInput, now: datetime) -> tuple[Problem, ...]:
    codes = {entry.code for entry in event_codes()}
    return problems_of_report(entered, now=now, known_codes=codes, channels=("app",))
