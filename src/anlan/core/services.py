"""Accounts: opened and changed by the security administrator, and by the set-up of a demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from anlan.core.journal import record
from anlan.core.models import User
from anlan.core.permissions import require

if TYPE_CHECKING:
    from datetime import datetime

    from anlan.core.models import Division

__all__ = ["account_close", "account_open"]


@transaction.atomic
def account_open(
    *,
    username: str,
    name: str,
    role: str,
    division: Division,
    password: str,
    by: User | None,
    now: datetime,
) -> User:
    """Open an account. `by` is None only when the platform itself sets up an installation.

    Raises
    ------
    PermissionDenied
        If `by` may not change accounts.
    IntegrityError
        If the name is taken.
    """
    if by is not None:
        require(by, "account.change")
    account = User.objects.create_user(
        username, password=password, first_name=name, role=role, division=division
    )
    payload = {"username": username, "role": role, "division": division.code}
    record(verb="account.opened", subject=account, by=by, now=now, payload=payload)
    return account


@transaction.atomic
def account_close(*, account: User, reason: str, by: User | None, now: datetime) -> None:
    """Close an account: nobody signs in with it again. It is kept, for the journal names it.

    Raises
    ------
    PermissionDenied
        If `by` may not change accounts.
    ValueError
        Without a reason, or if it is closed already.
    """
    if by is not None:
        require(by, "account.change")
    if not reason.strip():
        raise ValueError("停用理由：必须写明，收到空值")
    if not account.is_active:
        raise ValueError(f"账号 {account.username} 已经停用")
    account.is_active = False
    account.save(update_fields=("is_active",))
    payload = {"username": account.username}
    record(
        verb="account.closed",
        subject=account,
        by=by,
        now=now,
        payload=payload,
        reasons=(reason.strip(),),
    )
