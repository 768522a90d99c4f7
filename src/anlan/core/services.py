"""Accounts: opened and changed by the security administrator, and by the set-up of a demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axes.utils import reset as forget_failures
from django.db import transaction

from anlan.core.duties import refusal
from anlan.core.journal import record
from anlan.core.live import revoke_streams
from anlan.core.models import User
from anlan.core.permissions import require
from anlan.core.rules import holds_cities, is_inside

if TYPE_CHECKING:
    from datetime import datetime

    from anlan.core.duties import AccountAct
    from anlan.core.models import Division

__all__ = [
    "AccountRefusedError",
    "account_change",
    "account_close",
    "account_open",
    "account_reopen",
    "own_password_set",
    "password_reset",
]


class AccountRefusedError(ValueError):
    """The account may not be opened or changed so."""


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

    Who gets the password from somebody else must choose one of his own when he signs in.

    Raises
    ------
    PermissionDenied
        If `by` may not change accounts.
    AccountRefusedError
        If `by` may not open an account of this role, or in this place.
    IntegrityError
        If the name is taken.
    """
    if by is not None:
        require(by, "account.change")
        _refuse("open", role=role, own=False)
        _demand_reach(by, division)
    account = User.objects.create_user(
        username,
        password=password,
        must_choose_password=by is not None,
        first_name=name,
        role=role,
        division=division,
    )
    payload = {"username": username, "role": role, "division": division.code}
    record(verb="account.opened", subject=account, by=by, now=now, payload=payload)
    return account


@transaction.atomic
def account_change(
    *, account: User, name: str, role: str, division: Division, reason: str, by: User, now: datetime
) -> dict[str, list[str]]:
    """Change name, role or place of an account; return what changed: field, before, after.

    Raises
    ------
    PermissionDenied
        If `by` may not change accounts.
    AccountRefusedError
        If it is one's own account or an administrator's, the role that of an administrator, the
        place beyond one's own, nothing changed, or no reason is given.
    """
    require(by, "account.change")
    account = User.objects.select_related("division").get(pk=account.pk)
    _refuse("change", role=account.role, own=by.pk == account.pk, new_role=role)
    _demand_reach(by, account.division)
    _demand_reach(by, division)
    _demand_reason("变更理由", reason)
    before = {
        "name": account.first_name,
        "role": account.role,
        "division": account.division_id or "",
    }
    after = {"name": name, "role": role, "division": division.code}
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if not changed:
        raise AccountRefusedError("没有改动：姓名、角色、区划都与现在相同")
    account.first_name, account.role, account.division = name, role, division
    account.save(update_fields=("first_name", "role", "division"))
    _note("changed", account, by=by, now=now, reason=reason, changed=changed)
    return changed


@transaction.atomic
def account_close(*, account: User, reason: str, by: User | None, now: datetime) -> None:
    """Close an account: nobody signs in with it again. It is kept, for the journal names it.

    Raises
    ------
    PermissionDenied
        If `by` may not change accounts.
    AccountRefusedError
        If it is one's own, closed already, or no reason is given.
    """
    _demand_access("close", account, by)
    _demand_reason("停用理由", reason)
    if not User.objects.filter(pk=account.pk, is_active=True).update(is_active=False):
        raise AccountRefusedError(f"账号 {account.username} 已经停用")
    revoke_streams(account.pk)
    _note("closed", account, by=by, now=now, reason=reason)


@transaction.atomic
def account_reopen(*, account: User, reason: str, by: User | None, now: datetime) -> None:
    """Let somebody sign in again with an account that was closed.

    Raises
    ------
    PermissionDenied
        If `by` may not change accounts.
    AccountRefusedError
        If it is not closed, or no reason is given.
    """
    _demand_access("reopen", account, by)
    _demand_reason("启用理由", reason)
    if not User.objects.filter(pk=account.pk, is_active=False).update(is_active=True):
        raise AccountRefusedError(f"账号 {account.username} 没有停用")
    _note("reopened", account, by=by, now=now, reason=reason)


@transaction.atomic
def password_reset(
    *, account: User, password: str, reason: str, by: User | None, now: datetime
) -> None:
    """Give an account a password for one sign-in, and forget wrong ones: its open sessions end.

    Raises
    ------
    PermissionDenied
        If `by` may not change accounts.
    AccountRefusedError
        If it is one's own or an administrator's, closed, or no reason is given.
    """
    _demand_access("password", account, by)
    _demand_reason("重置理由", reason)
    if not account.is_active:
        raise AccountRefusedError(f"账号 {account.username} 已经停用，请先启用")
    _save_password(account, password, chosen=False)
    forget_failures(username=account.username)
    _note("password_reset", account, by=by, now=now, reason=reason)


@transaction.atomic
def own_password_set(*, account: User, password: str, now: datetime) -> None:
    """Change the password of one's own account; the caller has checked the old one."""
    _save_password(account, password, chosen=True)
    payload = {"username": account.username}
    record(verb="account.password_set", subject=account, by=account, now=now, payload=payload)


def _save_password(account: User, password: str, *, chosen: bool) -> None:
    account.set_password(password)
    account.must_choose_password = not chosen
    account.save(update_fields=("password", "must_choose_password"))


def _demand_access(act: AccountAct, account: User, by: User | None) -> None:
    if by is None:
        return
    require(by, "account.change")
    _refuse(act, role=account.role, own=by.pk == account.pk)
    _demand_reach(by, account.division)


def _refuse(act: AccountAct, *, role: str, own: bool, new_role: str = "") -> None:
    words = refusal(act, own=own, role=role, new_role=new_role)
    if words:
        raise AccountRefusedError(words)


def _demand_reach(by: User, division: Division | None) -> None:
    home = by.division_id
    if home is None or not (
        holds_cities(home) if division is None else is_inside(division.code, home)
    ):
        raise AccountRefusedError(f"{division or '未定区划'}不在您的管辖范围内")


def _demand_reason(field: str, reason: str) -> None:
    if not reason.strip():
        raise AccountRefusedError(f"{field}：必须写明，收到空值")


def _note(
    what: str, account: User, *, by: User | None, now: datetime, reason: str, **more: Any
) -> None:
    record(
        verb=f"account.{what}",
        subject=account,
        by=by,
        now=now,
        payload={"username": account.username, **more},
        reasons=(reason.strip(),),
    )
