"""What waits for an administrator: the desk of those who do not see incidents."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.console.selectors.journal import journal_visible_to, last_check
from anlan.console.selectors.norms import norm_tables
from anlan.core.models import User
from anlan.core.permissions import may, restrict

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Duty", "duties_of"]

UNUSED = timedelta(days=90)
"""An account that nobody has used for so long is looked at. Platform default."""
CHECK_EVERY = timedelta(days=7)
"""How often the journal should be checked. Platform default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A part of an administrator's work: how it stands, and where it is done."""

    title: str
    stands: tuple[str, ...]
    to_do: str
    url: str
    button: str
    urgent: bool = False


def duties_of(user: User, *, now: datetime) -> list[Duty]:
    """Return the work of the account's role."""
    duties = []
    if may(user, "account.change"):
        duties.append(_accounts(user, now))
    if may(user, "norm.change"):
        duties.append(_norms(user))
    if may(user, "journal.verify"):
        duties.append(_journal(user, now))
    return duties


def _accounts(user: User, now: datetime) -> Duty:
    active = Q(is_active=True)
    unused = active & (
        Q(last_login__lt=now - UNUSED) | Q(last_login=None, date_joined__lt=now - UNUSED)
    )
    counted = restrict(User.objects.order_by(), user, "account.view").aggregate(
        active=Count("pk", filter=active),
        closed=Count("pk", filter=~active),
        unused=Count("pk", filter=unused),
    )
    return Duty(
        title=_("账号管理"),
        stands=(
            _("在用 %(active)s 个，已停用 %(closed)s 个") % counted,
            _("%(unused)s 个在用账号超过 90 天没有登录") % counted,
        ),
        to_do=_("新来的人开设账号，调岗的人更改角色，离开的人当天停用。"),
        url=reverse("console:accounts"),
        button=_("打开账号管理"),
        urgent=counted["unused"] > 0,
    )


def _norms(user: User) -> Duty:
    tables = [table for table in norm_tables(user) if table.adjustable]
    waiting = sum(table.to_confirm for table in tables)
    put = sum(table.overrides for table in tables)
    return Duty(
        title=_("规则标准"),
        stands=(
            _("可按本地文件调整的表中，%(n)s 行未确认") % {"n": waiting},
            _("本地已调整或确认 %(n)s 行") % {"n": put},
        ),
        to_do=_("对照本地正式文件，逐行确认或改为本地的值；每次都写明依据文件，可以撤销。"),
        url=reverse("console:norms"),
        button=_("打开规则标准"),
    )


def _journal(user: User, now: datetime) -> Duty:
    since = int((now - timedelta(days=1)).timestamp() * 1000)
    rows = journal_visible_to(user, "journal.view").filter(physical_ms__gte=since)
    line = last_check(user)
    if line is None:
        stands, urgent = _("还没有校验过。"), True
    else:
        bad = json.loads(line.entry.payload)["first_bad"]
        words = _("上次校验 %(at)s：日志被动过") if bad else _("上次校验 %(at)s：日志完整")
        stands = words % {"at": f"{line.at:%Y-%m-%d %H:%M}"}
        urgent = bool(bad) or now - line.at > CHECK_EVERY
    return Duty(
        title=_("操作日志"),
        stands=(stands, _("近 24 小时 %(n)s 条记录") % {"n": f"{rows.order_by().count():,}"}),
        to_do=_("每周校验一次哈希链，定期导出存到别处，抽查授权、导出和口令重置。"),
        url=reverse("console:journal"),
        button=_("打开操作日志"),
        urgent=urgent,
    )
