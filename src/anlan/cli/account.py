"""`anlan account`: open, list and close accounts, on the machine itself."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from anlan.cli.environment import start_django

__all__ = ["command"]


@click.group("account")
def command() -> None:
    """开设、列出、停用账号。在服务器上运行；改口令用 `anlan changepassword 用户名`。"""


@command.command("open")
@click.argument("username")
@click.option("--name", required=True, help="姓名")
@click.option("--role", required=True, help="角色代码，如 duty_officer；写错时列出全部")
@click.option("--division", required=True, help="12位区划代码：看得到这里及以下")
@click.password_option("--password", prompt="口令（至少12位）", help="不写则询问")
def open_account(*, username: str, name: str, role: str, division: str, password: str) -> None:
    """开设账号 USERNAME。一个账号只有一个角色。"""
    start_django()
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from anlan.core.choices import Role
    from anlan.core.models import Division, User
    from anlan.core.services import account_open

    if role not in Role.values:
        known = "、".join(f"{code}（{label}）" for code, label in Role.choices)
        raise click.ClickException(f"没有角色 {role}；可选：{known}")
    place = Division.objects.filter(code=division).first()
    if place is None:
        raise click.ClickException(
            f"没有区划 {division}；请先装入城市包（anlan city load），代码为12位"
        )
    if User.objects.filter(username=username).exists():
        raise click.ClickException(f"用户名 {username} 已有人使用，请换一个")
    try:
        validate_password(password)
    except ValidationError as error:
        raise click.ClickException("口令不合要求：" + " ".join(error.messages)) from error
    account_open(
        username=username,
        name=name,
        role=role,
        division=place,
        password=password,
        by=None,
        now=datetime.now(UTC),  # noqa: TID251 - the edge of the program
    )
    click.echo(f"✓ 已开设 {username}：{name}，{Role(role).label}，{place.name}")


@command.command("list")
def list_accounts() -> None:
    """列出账号：用户名、姓名、角色、区划、是否停用。"""
    start_django()
    from anlan.core.choices import Role
    from anlan.core.models import User

    for account in User.objects.select_related("division").order_by("username"):
        place = account.division.name if account.division else "未定区划"
        state = "" if account.is_active else "　已停用"
        label = Role(account.role).label
        click.echo(f"{account.username:<16} {account.first_name}　{label}　{place}{state}")


@command.command("close")
@click.argument("username")
@click.option("--reason", required=True, help="停用理由，记入日志")
def close_account(*, username: str, reason: str) -> None:
    """停用账号 USERNAME。账号保留，因为日志里有它。"""
    start_django()
    from anlan.core.models import User
    from anlan.core.services import account_close

    account = User.objects.filter(username=username).first()
    if account is None:
        raise click.ClickException(f"没有账号 {username}；用 anlan account list 查看")
    now = datetime.now(UTC)  # noqa: TID251 - the edge of the program
    try:
        account_close(account=account, reason=reason, by=None, now=now)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"✓ 已停用 {username}")
