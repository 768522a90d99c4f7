"""Read plans: which are in force, which one an incident calls, what it says."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q, Sum

from anlan.core.models import Post
from anlan.core.permissions import restrict
from anlan.core.rules import code_range
from anlan.plans.choices import PlanStatus
from anlan.plans.models import PlanVersion
from anlan.plans.rules import (
    PostState,
    load_plan,
    match_plans,
    plan_gaps,
    shared_claims,
    shipped_vocabulary,
    trusting_vocabulary,
)
from anlan.register.choices import UnitStatus
from anlan.register.models import ResponseUnit, Stock

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from anlan.core.models import User
    from anlan.plans.rules import Gap
    from anlan.plans.types import Plan, PlanMatch, Vocabulary

__all__ = [
    "city_vocabulary",
    "claims_shared",
    "example_texts",
    "plan_content",
    "plan_match",
    "plan_readiness",
    "plans_in_force",
    "plans_visible_to",
]


def plans_visible_to(user: User | AnonymousUser) -> QuerySet[PlanVersion]:
    """Return the versions that the account may see."""
    return restrict(PlanVersion.objects.all(), user, "plan.view")


def plans_in_force() -> QuerySet[PlanVersion]:
    """Return the approved versions of this node, whatever their scope."""
    return PlanVersion.objects.filter(status=PlanStatus.APPROVED)


def plan_content(version: PlanVersion) -> Plan:
    """Return the plan that a stored text says.

    The text was checked when it was stored; posts of today do not make it unreadable.
    """
    return _read(version.file_name or version.plan_id, version.text)


def plan_match(
    event_code: str,
    division: str,
    metrics: Mapping[str, float | None],
    *,
    criteria: Collection[int] = (),
) -> PlanMatch:
    """Propose a plan in force and a response level for an event at a place.

    Parameters
    ----------
    event_code
        Five-character event code.
    division
        Division code of the place.
    metrics
        What is known, by the codes of `plans/data/metrics.csv` and in their units.
    criteria
        Lines of the conditions in words that a person has declared met.
    """
    pairs = [(version.pk, plan_content(version)) for version in plans_in_force()]
    contents = [content for _pk, content in pairs]
    match = match_plans(contents, event_code, division, metrics, criteria=criteria)
    version_id = next((pk for pk, content in pairs if content is match.plan), None)
    return replace(match, version_id=version_id)


def city_vocabulary(division: str) -> Vocabulary:
    """Return the names a plan of this place may use: its own posts, once it has any."""
    first, last = code_range(division)
    posts = set(
        Post.objects.filter(division_id__gte=first, division_id__lte=last)
        .order_by()
        .values_list("code", flat=True)
        .distinct()
    )
    return shipped_vocabulary(posts=posts or None)


def plan_readiness(version: PlanVersion) -> tuple[Gap, ...]:
    """Return what the plan counts on and the place of the version lacks today."""
    first, last = code_range(version.division_id)
    people = (
        Post.objects.filter(division_id__gte=first, division_id__lte=last)
        .order_by()
        .values("code")
        .annotate(
            people_count=Count("people"),
            reachable_count=Count("people", filter=~Q(people__phone="")),
        )
    )
    posts = {
        row["code"]: PostState(people=row["people_count"], reachable=row["reachable_count"])
        for row in people
    }
    return plan_gaps(plan_content(version), posts=posts, held=_held(first, last))


def claims_shared(division: str, *, level: int) -> tuple[Gap, ...]:
    """Return what the plans in force of a place promise together beyond what is held."""
    first, last = code_range(division)
    versions = plans_in_force().filter(division_id__gte=first, division_id__lte=last)
    contents = [plan_content(version) for version in versions]
    return shared_claims(contents, level=level, held=_held(first, last))


def _held(first: str, last: str) -> dict[str, float]:
    """Count units by kind, and sum free stock by item."""
    units = (
        ResponseUnit.objects.filter(division_id__gte=first, division_id__lte=last)
        .exclude(status=UnitStatus.OUT_OF_SERVICE)
        .order_by()
        .values("kind")
        .annotate(count=Count("pk"))
    )
    stocks = (
        Stock.objects.filter(division_id__gte=first, division_id__lte=last)
        .order_by()
        .values("item")
        .annotate(free=Sum(F("quantity") - F("reserved")))
    )
    held = {row["kind"]: float(row["count"]) for row in units}
    for row in stocks:
        held[row["item"]] = held.get(row["item"], 0.0) + float(row["free"])
    return held


def example_texts() -> dict[str, str]:
    """Return the shipped example plans (示例) by file name."""
    folder = files("anlan.plans") / "examples"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=str)
    return {item.name: item.read_text(encoding="utf-8") for item in found}


@lru_cache(maxsize=64)
def _read(file: str, text: str) -> Plan:
    return load_plan(text, file=file, vocabulary=trusting_vocabulary())
