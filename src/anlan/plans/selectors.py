"""Read plans: which are in force, which one an incident calls, what it says."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q, Sum

from anlan.core.models import Post
from anlan.core.permissions import restrict
from anlan.core.records.registry import record_type
from anlan.core.records.selectors import known_since
from anlan.core.rules import code_range, is_inside
from anlan.plans.choices import PlanStatus
from anlan.plans.models import PlanVersion
from anlan.plans.rules import (
    PostState,
    Reading,
    load_plan,
    plan_gaps,
    read_plan,
    scope_finding,
    shared_claims,
    shipped_vocabulary,
    trusting_vocabulary,
)
from anlan.register.choices import UnitStatus
from anlan.register.models import ResponseUnit, Stock

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from anlan.core.models import Division, User
    from anlan.plans.rules import Gap
    from anlan.plans.types import Plan, Vocabulary

__all__ = [
    "city_vocabulary",
    "claims_shared",
    "example_texts",
    "plan_before",
    "plan_content",
    "plan_readiness",
    "plan_reading",
    "plans_in_force",
    "plans_of",
    "plans_visible_to",
]


def plans_visible_to(user: User | AnonymousUser) -> QuerySet[PlanVersion]:
    """Return the versions that the account may see: of the places above its own, those in force."""
    in_force = Q(status=PlanStatus.APPROVED)
    return restrict(PlanVersion.objects.all(), user, "plan.view", from_above=in_force)


def plans_of(user: User | AnonymousUser, action: str) -> QuerySet[PlanVersion]:
    """Return the versions of its own places with which the account may do `action`."""
    return restrict(PlanVersion.objects.all(), user, action)


def plans_in_force() -> QuerySet[PlanVersion]:
    """Return the approved versions of this node, whatever their scope."""
    return PlanVersion.objects.filter(status=PlanStatus.APPROVED)


def plan_before(version: PlanVersion) -> PlanVersion | None:
    """Return the version with which to compare: the one in force, else the one imported before."""
    others = PlanVersion.objects.filter(
        division_id=version.division_id, plan_id=version.plan_id
    ).exclude(pk=version.pk)
    in_force = others.filter(status=PlanStatus.APPROVED).first()
    if in_force is not None and version.status == PlanStatus.DRAFT:
        return in_force
    return others.filter(pk__lt=version.pk).order_by("-pk").first()


def plan_content(version: PlanVersion) -> Plan:
    """Return the plan that a stored text says.

    The text was checked when it was stored; posts of today do not make it unreadable.
    """
    return _read(version.file_name or version.plan_id, version.text)


def plan_reading(
    text: str, *, division: Division, file: str = "", vocabulary: Vocabulary | None = None
) -> Reading:
    """Check a text as an import by somebody of this place would, and store nothing."""
    words = vocabulary or city_vocabulary(division.code)
    reading = read_plan(text, file=file or "预案", vocabulary=words)
    plan = reading.plan
    if plan is None or plan.nationwide or is_inside(plan.scope, division.code):
        return reading
    beyond = scope_finding(plan, text, place=str(division))
    return Reading(plan=None, findings=(beyond, *reading.findings))


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


def plan_readiness(version: PlanVersion, *, now: datetime) -> tuple[Gap, ...]:
    """Return what the plan counts on and the place of the version lacks, or has not confirmed."""
    first, last = code_range(version.division_id)
    known = known_since(now - record_type("contact").half_life, "people__")
    people = (
        Post.objects.filter(division_id__gte=first, division_id__lte=last)
        .order_by()
        .values("code")
        .annotate(
            people_count=Count("people"),
            reachable_count=Count("people", filter=~Q(people__phone="")),
            fresh_count=Count("people", filter=known),
        )
    )
    posts = {
        row["code"]: PostState(
            people=row["people_count"], reachable=row["reachable_count"], fresh=row["fresh_count"]
        )
        for row in people
    }
    return plan_gaps(
        plan_content(version),
        posts=posts,
        held=_held(first, last),
        fresh=_held(first, last, now=now),
    )


def claims_shared(division: str, *, level: int) -> tuple[Gap, ...]:
    """Return what the plans in force of a place promise together beyond what is held."""
    first, last = code_range(division)
    versions = plans_in_force().filter(division_id__gte=first, division_id__lte=last)
    contents = [plan_content(version) for version in versions]
    return shared_claims(contents, level=level, held=_held(first, last))


def _held(first: str, last: str, *, now: datetime | None = None) -> dict[str, float]:
    """Count units by kind, and sum free stock by item; with `now` only what is not stale."""
    fresh_units = fresh_stock = Q()
    if now is not None:
        fresh_units = known_since(now - record_type("response_unit").half_life)
        fresh_stock = known_since(now - record_type("stock").half_life)
    units = (
        ResponseUnit.objects.filter(fresh_units, division_id__gte=first, division_id__lte=last)
        .exclude(status=UnitStatus.OUT_OF_SERVICE)
        .order_by()
        .values("kind")
        .annotate(count=Count("pk"))
    )
    stocks = (
        Stock.objects.filter(fresh_stock, division_id__gte=first, division_id__lte=last)
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
