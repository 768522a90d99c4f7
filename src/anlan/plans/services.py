"""Change plans: import a text, approve it, withdraw it. Each change is journalled."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from anlan.core.journal.services import record
from anlan.core.permissions import require
from anlan.plans.choices import PlanStatus
from anlan.plans.models import PlanVersion
from anlan.plans.rules import PlanRefusedError
from anlan.plans.selectors import plan_reading

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from anlan.core.models import Division, User
    from anlan.plans.types import Vocabulary

__all__ = [
    "PlanDecisionError",
    "SameVersionError",
    "plan_approve",
    "plan_import",
    "plan_withdraw",
]


class SameVersionError(ValueError):
    """The version is stored already, with other words."""


class PlanDecisionError(ValueError):
    """The plan may not be approved or withdrawn so."""


@transaction.atomic
def plan_import(
    *,
    text: str,
    division: Division,
    by: User | None,
    now: datetime,
    file_name: str = "",
    vocabulary: Vocabulary | None = None,
) -> PlanVersion:
    """Check a plan text and store it as a draft. `by` is None only when an installation is set up.

    The same text again returns the stored version: an import may be repeated.

    Raises
    ------
    PermissionDenied
        If `by` may not change plans.
    PlanRefusedError
        If the text has errors, or holds beyond the place of `by`; each is named with its line.
    SameVersionError
        If this version is stored with other words: raise the version in the text.
    """
    if by is not None:
        require(by, "plan.change")
    reading = plan_reading(text, division=division, file=file_name, vocabulary=vocabulary)
    plan = reading.plan
    if plan is None:
        raise PlanRefusedError(reading.findings)
    checksum = hashlib.sha256(text.encode()).hexdigest()
    stored = PlanVersion.objects.filter(
        division=division, plan_id=plan.id, version=plan.version
    ).first()
    if stored is not None:
        if stored.checksum == checksum:
            return stored
        raise SameVersionError(
            f"《{plan.title}》{plan.version} 版已在 {stored.imported_at:%Y-%m-%d} 导入，内容不同；"
            "请修改文本中的 version 后再导入"
        )
    version = PlanVersion.objects.create(
        plan_id=plan.id,
        version=plan.version,
        title=plan.title,
        division=division,
        scope=plan.scope,
        hazards=",".join(plan.hazards),
        example=plan.example,
        text=text,
        checksum=checksum,
        file_name=file_name,
        imported_at=now,
        imported_by=by,
    )
    record(
        verb="plan.imported",
        subject=version,
        by=by,
        now=now,
        payload={
            "plan_id": plan.id,
            "version": plan.version,
            "checksum": checksum,
            "tasks": len(plan.tasks),
        },
    )
    return version


@transaction.atomic
def plan_approve(*, version: PlanVersion, by: User | None, now: datetime, reason: str) -> None:
    """Put a draft in force, in the place of the version that was.

    Raises
    ------
    PermissionDenied
        If `by` may not approve plans.
    PlanDecisionError
        If it is no draft, the importer approves his own text, or no reason is given.
    """
    if by is not None:
        require(by, "plan.approve")
    _demand_reason(reason)
    if by is not None and by.pk == version.imported_by_id:
        raise PlanDecisionError("导入人不能批准自己导入的预案，请由另一人批准")
    in_force = _in_force(version).first()
    if in_force is not None:
        _decide(
            in_force,
            PlanStatus.WITHDRAWN,
            by=by,
            now=now,
            reason=f"由 {version.version} 版替代",
        )
    try:
        with transaction.atomic():
            _decide(version, PlanStatus.APPROVED, by=by, now=now, reason=reason)
    except IntegrityError as error:  # the constraint holds one version in force
        raise PlanDecisionError("同一预案刚有另一版本被批准，请刷新后再处理") from error


@transaction.atomic
def plan_withdraw(*, version: PlanVersion, by: User | None, now: datetime, reason: str) -> None:
    """Take a version out of force, or drop a draft. Its text stays.

    Raises
    ------
    PermissionDenied
        If `by` may not approve plans.
    PlanDecisionError
        If it is withdrawn already, or no reason is given.
    """
    if by is not None:
        require(by, "plan.approve")
    _demand_reason(reason)
    _decide(version, PlanStatus.WITHDRAWN, by=by, now=now, reason=reason)


def _in_force(version: PlanVersion) -> QuerySet[PlanVersion]:
    return PlanVersion.objects.filter(
        division_id=version.division_id, plan_id=version.plan_id, status=PlanStatus.APPROVED
    )


ALLOWED_FROM = {
    PlanStatus.APPROVED: (PlanStatus.DRAFT,),
    PlanStatus.WITHDRAWN: (PlanStatus.DRAFT, PlanStatus.APPROVED),
}


def _decide(
    version: PlanVersion, status: PlanStatus, *, by: User | None, now: datetime, reason: str
) -> None:
    changed = PlanVersion.objects.filter(pk=version.pk, status__in=ALLOWED_FROM[status]).update(
        status=status, decided_at=now, decided_by=by, reason=reason
    )
    version.refresh_from_db()
    if not changed:
        raise PlanDecisionError(
            f"《{version}》现为“{version.get_status_display()}”，不能改为“{status.label}”"
        )
    record(
        verb=f"plan.{status.value}",
        subject=version,
        by=by,
        now=now,
        payload={"plan_id": version.plan_id, "version": version.version},
        reasons=(reason,),
    )


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise PlanDecisionError("请填写理由或批准文号")
