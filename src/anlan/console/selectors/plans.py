"""What the pages of plans show beside the plan itself."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.core.permissions import may
from anlan.core.records.registry import record_type
from anlan.plans.choices import PlanStatus
from anlan.plans.rules import plan_difference
from anlan.plans.selectors import (
    claims_shared,
    plan_before,
    plan_content,
    plan_readiness,
    plan_reading,
    plans_of,
)
from anlan.register.choices import UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from anlan.core.models import User
    from anlan.plans.models import PlanVersion
    from anlan.plans.rules import Gap
    from anlan.plans.types import Finding, Plan

__all__ = ["FindingLine", "TextLine", "difference_of", "findings_of", "standing_of"]

AROUND = 3
LONGEST_COMPARED = 5000
"""Lines. Comparing takes the square of it; a plan has some hundred."""

REGISTERS = {
    "post": "post",
    "person": "contact",
    "phone": "contact",
    "successor": "contact",
    "stale_person": "contact",
}
"""In which list of records a gap of posts is closed."""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """What is wrong on a line of a plan, and what stands there."""

    finding: Finding
    excerpt: str


@dataclass(frozen=True, slots=True)
class GapLine:
    """What the city lacks, and where to mend it."""

    gap: Gap
    url: str


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of the comparison; `mark` is `+`, `-`, a space, or `…` where lines are left out."""

    mark: str
    old: int | None
    new: int | None
    text: str


def findings_of(findings: Sequence[Finding], text: str) -> list[FindingLine]:
    """Return the findings with the line each stands on."""
    lines = text.split("\n")
    return [
        FindingLine(f, lines[f.line - 1].strip()[:160] if f.line <= len(lines) else "")
        for f in findings
    ]


def standing_of(
    version: PlanVersion, plan: Plan, level: int | None, user: User, now: datetime
) -> dict[str, Any]:
    """Return where a version stands: what it lacks, who may decide about it, and why not.

    That is for the place that has made it; the places in it read what is in force.
    """
    if not plans_of(user, "plan.view").filter(pk=version.pk).exists():
        return {}
    draft, in_force = version.status == PlanStatus.DRAFT, version.status == PlanStatus.APPROVED
    may_decide = may(user, "plan.approve")
    highest = min(known.level for known in plan.levels)
    notices = plan_reading(version.text, division=version.division).findings if draft else ()
    return {
        "ours": True,
        "findings": findings_of(notices, version.text),
        "gaps": [GapLine(gap, _mend(gap, user)) for gap in plan_readiness(version, now=now)],
        "claims": claims_shared(version.division_id, level=level or highest) if in_force else (),
        "before": plan_before(version),
        "own": draft and version.imported_by_id == user.pk,
        "may_approve": draft and may_decide and version.imported_by_id != user.pk,
        "may_withdraw": may_decide and (draft or in_force),
    }


def _mend(gap: Gap, user: User) -> str:
    """Return the list of records in which a gap is closed, where the account sees it."""
    key = REGISTERS.get(gap.kind) or ("response_unit" if gap.subject in UnitKind else "stock")
    if not may(user, record_type(key).action("view")):
        return ""
    return reverse("console:record-list", args=[key])


def difference_of(before: PlanVersion, after: PlanVersion) -> dict[str, Any]:
    """Return what a version changes: part by part, and line by line."""
    old, new = before.text.split("\n"), after.text.split("\n")
    comparable = max(len(old), len(new)) <= LONGEST_COMPARED
    return {
        "changes": plan_difference(plan_content(before), plan_content(after)),
        "lines": list(_compared(old, new)) if comparable else [],
        "comparable": comparable,
    }


def _compared(old: list[str], new: list[str]) -> Iterator[TextLine]:
    groups = list(SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND))
    for group, following in pairwise([*groups, None]):
        for tag, i1, i2, j1, j2 in group or ():
            if tag == "equal":
                for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                    yield TextLine(" ", i + 1, j + 1, old[i])
                continue
            yield from (TextLine("-", i + 1, None, old[i]) for i in range(i1, i2))
            yield from (TextLine("+", None, j + 1, new[j]) for j in range(j1, j2))
        if following is not None:
            yield TextLine("…", None, None, _("（中间各行相同，略）"))
