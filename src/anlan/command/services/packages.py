"""Build a response package and decide about its parts. The platform proposes; people decide."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from anlan.command.choices import IncidentStatus, PackageStatus, PartKind, PartStatus
from anlan.command.models import Incident, Package, PackagePart
from anlan.command.packaging.build import BuiltPackage, build_package
from anlan.command.selectors.city_facts import city_facts
from anlan.command.selectors.holdings import stock_held, units_held
from anlan.command.selectors.situations import situation_of
from anlan.command.services.announce import announce
from anlan.command.services.package_effects import effects_of
from anlan.command.types import ConflictError, Problem, RefusedError
from anlan.forecast.models import ModelRun
from anlan.forecast.plain import plain
from anlan.forecast.services import code_version, entered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from anlan.core.models import User

__all__ = ["package_build", "package_part_decide"]

DECISIONS = (PartStatus.APPROVED, PartStatus.EDITED, PartStatus.REJECTED)


def package_build(*, incident_id: int, by: User | None, now: datetime) -> Package:
    """Build the package of an incident from what is known now, as a new version.

    The reckoning reads only; what it found is then written in one transaction. Versions that
    nobody has decided about are superseded.

    Raises
    ------
    ConflictError
        If the incident is closed.
    """
    incident = Incident.objects.select_related("division").get(pk=incident_id)
    if incident.status != IncidentStatus.OPEN:
        raise ConflictError(f"事件 {incident.number} 已结束，不能再生成方案")
    began = time.perf_counter()
    situation = situation_of(incident, now=now)
    facts = city_facts(
        division_code=incident.division_id,
        now=now,
        held_units=units_held(incident),
        held_stock=stock_held(incident),
    )
    loaded = time.perf_counter() - began
    built = build_package(situation, facts)
    timings = {"facts": round(loaded, 4), **built.timings}
    timings["total"] = round(time.perf_counter() - began, 4)
    return _stored(incident, built, timings, by=by, now=now)


@transaction.atomic
def _stored(
    incident: Incident,
    built: BuiltPackage,
    timings: Mapping[str, float],
    *,
    by: User | None,
    now: datetime,
) -> Package:
    highest = incident.packages.aggregate(top=Max("version"))["top"] or 0
    open_versions = incident.packages.filter(status=PackageStatus.PROPOSED)
    superseded = open_versions.update(status=PackageStatus.SUPERSEDED)
    package = Package.objects.create(
        lane=incident.lane,
        incident=incident,
        version=highest + 1,
        status=PackageStatus.PROPOSED,
        created_at=now,
        by=by,
        scenario=incident.scenario,
        weather=incident.weather,
        city={"path": settings.ANLAN_CITY.name},
        timings=dict(timings),
    )
    PackagePart.objects.bulk_create(
        PackagePart(
            package=package,
            kind=part.kind,
            position=position,
            content=plain(part.content),
            reasons=list(part.reasons),
            shortfalls=list(part.shortfalls),
        )
        for position, part in enumerate(built.parts)
    )
    _keep_run(incident, built, timings, by=by, now=now)
    announce(
        verb="package.built",
        subject=package,
        incident=incident,
        by=by,
        now=now,
        lane=incident.lane,
        payload={
            "version": package.version,
            "superseded": superseded,
            "shortfalls": sum(len(part.shortfalls) for part in built.parts),
            "seconds": timings["total"],
        },
        reasons=[r for part in built.parts if part.kind == PartKind.LEVEL for r in part.reasons],
    )
    return package


def _keep_run(
    incident: Incident,
    built: BuiltPackage,
    timings: Mapping[str, float],
    *,
    by: User | None,
    now: datetime,
) -> None:
    """Keep the run of the model with all its inputs, so that it can be repeated."""
    forecast = built.forecast
    if forecast is None:
        return
    ModelRun.objects.create(
        lane=incident.lane,
        model=forecast.model,
        version=forecast.version,
        code_version=code_version(),
        scenario=entered(built.scenario),
        origins=dict(built.origins),
        weather=entered(built.weather),
        place={
            "lon": incident.location.x,
            "lat": incident.location.y,
            "division": incident.division_id,
        },
        division_id=incident.division_id,
        moment=incident.occurred_at,
        title=f"{forecast.title}：{incident.place}"[:120],
        result={"figures": plain(dict(forecast.figures)), "reasons": list(forecast.reasons)},
        run_at=now,
        by=by,
        seconds=timings.get("forecast", 0.0),
        incident_number=incident.number,
    )


@transaction.atomic
def package_part_decide(
    *,
    part_id: int,
    decision: str,
    by: User,
    now: datetime,
    reason: str = "",
    edited_content: Mapping[str, Any] | None = None,
) -> PackagePart:
    """Approve, edit or reject one part. What was proposed stays beside what was decided.

    Approving or editing has effects: tasks, a started response, a warning draft, a first report.
    They happen in the same transaction and are named in `effects`.

    Raises
    ------
    RefusedError
        If there is no such decision, a rejection has no reason, or an edit no content.
    ConflictError
        If the part is decided already, or a newer version has taken its place.
    """
    _check(decision, reason, edited_content)
    part = PackagePart.objects.select_related("package__incident__division").get(pk=part_id)
    package = part.package
    incident = package.incident
    if package.status == PackageStatus.SUPERSEDED:
        raise ConflictError(f"方案第{package.version}版已被新版取代，请刷新后在新版上审定")
    if incident.status != IncidentStatus.OPEN:
        raise ConflictError(f"事件 {incident.number} 已结束，不能再审定方案")
    content = dict(edited_content) if edited_content is not None else None
    decided = PackagePart.objects.filter(pk=part.pk, status=PartStatus.PROPOSED).update(
        status=decision,
        edited_content=content,
        decided_by=by,
        decided_at=now,
        decision_reason=reason.strip(),
    )
    part.refresh_from_db()
    if not decided:
        raise ConflictError(
            f"“{part}”已由{part.decided_by}审定为“{part.get_status_display()}”，请刷新后查看"
        )
    effects: list[str] = []
    if decision != PartStatus.REJECTED:
        effects = effects_of(part, incident=incident, by=by, now=now)
        PackagePart.objects.filter(pk=part.pk).update(effects=effects)
        part.effects = effects
    announce(
        verb=f"package.{decision}",
        subject=part,
        incident=incident,
        by=by,
        now=now,
        lane=package.lane,
        payload={
            "kind": part.kind,
            "part": str(part.get_kind_display()),
            "version": package.version,
            "effects": effects,
        },
        reasons=[reason.strip()] if reason.strip() else [],
    )
    _close(package, incident, by=by, now=now)
    return part


def _close(package: Package, incident: Incident, *, by: User, now: datetime) -> None:
    """Mark the package decided when its last part is."""
    if package.parts.filter(status=PartStatus.PROPOSED).exists():
        return
    still_open = Package.objects.filter(pk=package.pk, status=PackageStatus.PROPOSED)
    if still_open.update(status=PackageStatus.DECIDED):
        announce(
            verb="package.decided",
            subject=package,
            incident=incident,
            by=by,
            now=now,
            lane=package.lane,
            payload={"version": package.version},
        )


def _check(decision: str, reason: str, edited: Mapping[str, Any] | None) -> None:
    problems = []
    if decision not in DECISIONS:
        rule = f"应为 {'、'.join(DECISIONS)} 之一"
        problems.append(Problem("decision", "决定", rule, decision))
    if decision == PartStatus.REJECTED and not reason.strip():
        problems.append(Problem("reason", "理由", "不同意时必须写明理由", reason))
    if decision == PartStatus.EDITED and not edited:
        problems.append(Problem("edited_content", "修改后内容", "必须填写", edited))
    if decision != PartStatus.EDITED and edited is not None:
        problems.append(Problem("edited_content", "修改后内容", "只在“修改后同意”时填写", "有内容"))
    if problems:
        raise RefusedError(problems)
