"""A demonstration installation: the city, the people who play in it, the example plans in force."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from django.db import transaction

from anlan.core.choices import Role
from anlan.core.models import Division, User
from anlan.core.services import account_open
from anlan.exchange.services.city import city_load
from anlan.plans.services import plan_approve, plan_import

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from anlan.citypack.pack import CityPack

__all__ = [
    "ACCOUNTS",
    "DemoAccount",
    "demonstration_load",
    "demonstration_people",
    "demonstration_present",
]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody who plays."""

    username: str
    name: str
    role: Role
    division: str


ACCOUNTS = (
    DemoAccount("lin_lan", "林岚", Role.DUTY_OFFICER, "370100000000"),
    DemoAccount("gao_feng", "高峰", Role.COMMANDER, "370100000000"),
    DemoAccount("xu_jing", "徐静", Role.PLANNER, "370100000000"),
    DemoAccount("zhou_heng", "周衡", Role.MATERIAL_MANAGER, "370114000000"),
    DemoAccount("wang_guilan", "王桂兰", Role.GRID_WORKER, "370114000000"),
    DemoAccount("qin_yue", "秦悦", Role.VIEWER, "370102000000"),
    DemoAccount("sysadmin", "系统管理员", Role.SYSTEM_ADMIN, "370100000000"),
    DemoAccount("secadmin", "安全管理员", Role.SECURITY_ADMIN, "370100000000"),
    DemoAccount("auditor", "审计管理员", Role.AUDIT_ADMIN, "370100000000"),
)


def demonstration_present() -> bool:
    """Tell whether the demonstration was set up before."""
    return User.objects.filter(username=ACCOUNTS[0].username).exists()


@transaction.atomic
def demonstration_load(
    *,
    pack: CityPack,
    password: str,
    now: datetime,
    progress: Callable[[str, float], None] | None = None,
) -> None:
    """Load the city, open the accounts and put the example plans in force: all of it, or nothing."""
    city_load(pack=pack, by=None, now=now, progress=progress)
    city = Division.objects.get(code=pack.info.code.ljust(12, "0"))
    demonstration_people(city=city, password=password, now=now)
    for file in sorted(files("anlan.plans.examples").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        text = file.read_text(encoding="utf-8")
        version = plan_import(text=text, division=city, by=None, now=now, file_name=file.name)
        plan_approve(version=version, by=None, now=now, reason="示例预案，供演示使用")


@transaction.atomic
def demonstration_people(*, city: Division, password: str, now: datetime) -> None:
    """Open the accounts that are not there yet: an older demonstration has fewer.

    An account of a district that the city does not have belongs to the city itself.
    """
    there = set(User.objects.values_list("username", flat=True))
    for account in ACCOUNTS:
        if account.username in there:
            continue
        account_open(
            username=account.username,
            name=account.name,
            role=account.role,
            division=Division.objects.filter(code=account.division).first() or city,
            password=password,
            by=None,
            now=now,
        )
