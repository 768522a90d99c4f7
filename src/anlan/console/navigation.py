"""The menu, as data: the sidebar, the shortcuts and the help page all read this one list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from anlan.core.permissions import may

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.utils.functional import _StrPromise

    from anlan.core.models import User

__all__ = ["MENU", "Entry", "Group", "Link", "menu_for"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu.

    Parameters
    ----------
    url_name : str
        Name of the page.
    label : str
        What the line says.
    icon : str
        Symbol of the sprite `icons.svg`.
    keys : str
        Shortcut, as typed: `"g d"` or `"n"`.
    action : str or None
        What an account must be allowed to do to see the line.
    primary : bool
        Also stands in the bar at the foot of a phone.
    """

    url_name: str
    label: _StrPromise
    icon: str
    keys: str
    action: str | None
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An entry that this account may follow now."""

    entry: Entry
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading."""

    label: _StrPromise
    links: tuple[Link, ...]


MENU: tuple[tuple[_StrPromise, tuple[Entry, ...]], ...] = (
    (
        _("值守接报"),
        (
            Entry("console:desk", _("值班台"), "desk", "g d", None, primary=True),
            Entry("console:report-new", _("新建接报"), "phone", "n", "report.create", primary=True),
            Entry("console:reports", _("接报记录"), "inbox", "g r", "incident.view"),
        ),
    ),
    (
        _("指挥调度"),
        (
            Entry("console:map", _("一张图"), "map", "g m", "register.view", primary=True),
            Entry("console:incidents", _("突发事件"), "alarm", "g i", "incident.view"),
            Entry("console:tasks", _("任务跟踪"), "tasks", "g t", "task.receive", primary=True),
            Entry("console:outbox", _("发件箱"), "send", "g o", "outbox.view"),
        ),
    ),
    (
        _("预警与预案"),
        (
            Entry("console:studies", _("会商研判"), "study", "g s", "incident.view"),
            Entry("console:warnings", _("预警发布"), "warn", "g w", "warning.view"),
            Entry("console:plans", _("应急预案"), "book", "g p", "plan.view"),
            Entry("console:exercises", _("演练"), "drill", "g x", "exercise.create"),
        ),
    ),
    (
        _("资源目录"),
        (Entry("console:records", _("资源台账"), "layers", "g l", "register.view"),),
    ),
    (
        _("系统管理"),
        (
            Entry("console:accounts", _("账号管理"), "people", "g a", "account.view", primary=True),
            Entry("console:norms", _("规则标准"), "rule", "g n", "norm.view"),
            Entry("console:journal", _("操作日志"), "log", "g j", "journal.view"),
        ),
    ),
)


def _url(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def menu_for(user: User | AnonymousUser) -> list[Group]:
    """Return the groups and lines that `user` may follow."""
    groups = []
    for label, entries in MENU:
        links = tuple(
            Link(entry, url)
            for entry in entries
            if (entry.action is None or may(user, entry.action)) and (url := _url(entry.url_name))
        )
        if links:
            groups.append(Group(label, links))
    return groups
