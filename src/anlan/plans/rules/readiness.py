"""Could the plan be carried out today? Posts with people, resources with stocks.

The static check says whether a plan is sound; this says whether the city can do what it promises.
It proposes nothing and forbids nothing: who approves sees the gaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from anlan.core.numerals import written
from anlan.plans.rules.vocabulary import shipped_vocabulary
from anlan.plans.types import LEVEL_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anlan.plans.types import Plan, Resource

__all__ = ["Gap", "PostState", "plan_gaps", "shared_claims"]


GapKind = Literal[
    "post", "person", "phone", "successor", "stale_person", "resource", "stale_resource", "claim"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostState:
    """How a post is filled: how many people hold it, and how many of them have a phone."""

    people: int
    reachable: int
    fresh: int | None = None
    """How many of them have an entry that is not stale; None: not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something the plan counts on and the city lacks."""

    kind: GapKind
    subject: str
    line: int
    message: str


def plan_gaps(
    plan: Plan,
    *,
    posts: Mapping[str, PostState],
    held: Mapping[str, float],
    fresh: Mapping[str, float] | None = None,
) -> tuple[Gap, ...]:
    """Return what is missing, in the order of the file.

    Parameters
    ----------
    plan
        A checked plan.
    posts
        How each post of the city is filled, by code.
    held
        How many of each resource kind are held, by code.
    fresh
        How many of them have an entry that is not stale; None: not looked at.
    """
    names = shipped_vocabulary()
    gaps = []
    for code, line in _posts_of(plan).items():
        name = names.posts.get(code, code)
        state = posts.get(code)
        if state is None:
            gaps.append(_gap("post", code, line, f"岗位“{name}”没有登记"))
        elif state.people == 0:
            gaps.append(_gap("person", code, line, f"岗位“{name}”没有责任人"))
        elif state.reachable == 0:
            gaps.append(_gap("phone", code, line, f"岗位“{name}”的责任人都没有电话"))
        elif code in _deciders(plan) and state.people < 2:
            gaps.append(_gap("successor", code, line, f"决定人“{name}”只有1人，没有代行人"))
        elif state.fresh == 0:
            message = f"岗位“{name}”的责任人资料全部过期，请先核对电话"
            gaps.append(_gap("stale_person", code, line, message))
    for resource in plan.resources:
        name = names.resource_kinds.get(resource.kind, resource.kind)
        have = held.get(resource.kind, 0.0)
        short = [
            f"{LEVEL_NAMES[level]}需{written(need)}"
            for level, need in sorted(resource.quantity.items())
            if need > have
        ]
        if short:
            message = f"“{name}”现有{written(have)}，不足：{'、'.join(short)}"
            gaps.append(_gap("resource", resource.kind, resource.line, message))
        elif resource.per_person is not None and have == 0:
            message = f"“{name}”没有库存，按人配给无从落实"
            gaps.append(_gap("resource", resource.kind, resource.line, message))
        elif fresh is not None and have and not _covered(resource, fresh.get(resource.kind, 0.0)):
            known = fresh.get(resource.kind, 0.0)
            message = (
                f"“{name}”登记{written(have)}，其中{written(have - known)}资料过期，核实后才能算数"
            )
            gaps.append(_gap("stale_resource", resource.kind, resource.line, message))
    return tuple(sorted(gaps, key=lambda gap: gap.line))


def shared_claims(
    plans: Sequence[Plan], *, level: int, held: Mapping[str, float]
) -> tuple[Gap, ...]:
    """Return the resources that plans together promise more than once, at one level.

    Parameters
    ----------
    plans
        Plans that may run at the same time.
    level
        The level they run at.
    held
        How many of each resource kind are held, by code.
    """
    names = shipped_vocabulary().resource_kinds
    claims: dict[str, list[tuple[str, float, int]]] = {}
    for plan in plans:
        for resource in plan.resources:
            if need := resource.quantity.get(level):
                claims.setdefault(resource.kind, []).append((plan.title, need, resource.line))
    gaps = []
    for kind, claimants in claims.items():
        total = sum(need for _title, need, _line in claimants)
        have = held.get(kind, 0.0)
        if len(claimants) > 1 and total > have:
            said = "、".join(f"《{title}》{written(need)}" for title, need, _line in claimants)
            message = (
                f"“{names.get(kind, kind)}”现有{written(have)}，{LEVEL_NAMES[level]}同时启动共需"
                f"{written(total)}：{said}"
            )
            gaps.append(_gap("claim", kind, claimants[0][2], message))
    return tuple(gaps)


def _posts_of(plan: Plan) -> dict[str, int]:
    """Return every post that the plan counts on, with the first line that names it."""
    named = [(x.decider, x.line) for x in plan.levels] + [(x.leader, x.line) for x in plan.levels]
    named += [(t.owner, t.line) for t in plan.tasks]
    named += [(e.owner, e.line) for e in plan.evacuations]
    named += [(c.owner, c.line) for c in plan.closures]
    named += [(r.owner, r.line) for r in plan.reports]
    first: dict[str, int] = {}
    for code, line in named:
        first.setdefault(code, line)
    return first


def _covered(resource: Resource, known: float) -> bool:
    return known > 0 and known >= max(resource.quantity.values(), default=0.0)


def _deciders(plan: Plan) -> set[str]:
    return {x.decider for x in plan.levels}


def _gap(
    kind: GapKind,
    subject: str,
    line: int,
    message: str,
) -> Gap:
    return Gap(kind=kind, subject=subject, line=line, message=message)
