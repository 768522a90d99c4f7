"""`anlan plan`: import, approve, withdraw and list plan files, in the name of an account."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from anlan.cli.environment import start_django

if TYPE_CHECKING:
    from collections.abc import Callable

    from anlan.core.models import User
    from anlan.plans.models import PlanVersion

__all__ = ["command"]

NAMED = click.option("--by", "username", required=True, help="以谁的账号")
NEEDED = {"plan.change": "需要预案管理员", "plan.approve": "需要指挥员或预案管理员"}
REASON = click.option("--reason", required=True, help="理由或批准文号")


@click.group("plan")
def command() -> None:
    """导入、批准、停用预案。检查预案文件用 `anlan check_plan 文件`。"""
    start_django()


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@NAMED
def import_file(*, file: Path, username: str) -> None:
    """检查预案文件 FILE 并存为“待批准”；有错误时逐条列出行号，什么也不存。"""
    from anlan.plans.rules import PlanRefusedError
    from anlan.plans.services import SameVersionError, plan_import

    by = _account(username, "plan.change")
    if by.division is None:
        raise click.ClickException(f"账号 {username} 没有区划，不能导入")
    try:
        text = file.read_text(encoding="utf-8")
        version = plan_import(
            text=text, division=by.division, by=by, now=_now(), file_name=file.name
        )
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} 不是 UTF-8 文本：请另存为 UTF-8") from error
    except (PlanRefusedError, SameVersionError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"✓ 已导入第 {version.pk} 号：《{version.title}》{version.version}，待批准")


@command.command("list")
def list_plans() -> None:
    """列出预案：编号、名称、版本、区划、状态。"""
    from anlan.plans.models import PlanVersion

    for row in PlanVersion.objects.select_related("division").order_by("plan_id", "pk"):
        status = row.get_status_display()
        click.echo(f"{row.pk:>4}  《{row.title}》{row.version}　{row.division.name}　{status}")


@command.command("approve")
@click.argument("number", type=int)
@NAMED
@REASON
def approve(*, number: int, username: str, reason: str) -> None:
    """批准第 NUMBER 号；同一预案的旧版本自动停用。导入人不能批准自己导入的。"""
    from anlan.plans.services import plan_approve

    version = _decide(plan_approve, number, username, reason)
    click.echo(f"✓ 现行：《{version.title}》{version.version}")


@command.command("withdraw")
@click.argument("number", type=int)
@NAMED
@REASON
def withdraw(*, number: int, username: str, reason: str) -> None:
    """停用第 NUMBER 号；文本保留。"""
    from anlan.plans.services import plan_withdraw

    version = _decide(plan_withdraw, number, username, reason)
    click.echo(f"✓ 已停用：《{version.title}》{version.version}")


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the edge of the program


def _account(username: str, action: str) -> User:
    from anlan.core.models import User
    from anlan.core.permissions import may

    account = User.objects.select_related("division").filter(username=username).first()
    if account is None:
        raise click.ClickException(f"没有账号 {username}；用 anlan account list 查看")
    if not may(account, action):
        raise click.ClickException(f"{username} 的角色不能做这件事：{NEEDED[action]}")
    return account


def _decide(act: Callable[..., None], number: int, username: str, reason: str) -> PlanVersion:
    from anlan.core.permissions import restrict
    from anlan.plans.models import PlanVersion
    from anlan.plans.services import PlanDecisionError

    by = _account(username, "plan.approve")
    version = restrict(PlanVersion.objects.all(), by, "plan.approve").filter(pk=number).first()
    if version is None:
        raise click.ClickException(f"没有第 {number} 号预案；用 anlan plan list 查看")
    try:
        act(version=version, by=by, now=_now(), reason=reason)
    except PlanDecisionError as error:
        raise click.ClickException(str(error)) from error
    return version
