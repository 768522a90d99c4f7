"""`anlan demo`: a demonstration city from nothing, then the server; `--check` plays the story."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from anlan.cli.city import SEED, progress_bar
from anlan.cli.environment import data_folder, ensure_secret_key, start_django

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["command"]

CITY = "370100"
PASSWORD = "anlan-demo-2026"  # noqa: S105 - printed on the screen; the demonstration listens on this machine only


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--check", is_flag=True, help="只准备并在进程内走完整个流程，输出 JSON，不启动服务")
def command(*, host: str, port: int, check: bool) -> None:
    """准备济南示例城市（首次约一分钟），打印地址与账号，启动服务。"""
    if not check:
        _refuse_busy_port(host, port)
    ensure_secret_key()
    start_django()
    _prepare(quiet=check)
    if check:
        from anlan.cli.story import play

        summary = play(now=datetime.now(UTC))  # noqa: TID251 - the edge of the program
        click.echo(json.dumps(summary, ensure_ascii=False, indent=2, default=str))
        sys.exit(0 if summary["ok"] else 1)
    _welcome(host, port)
    from anlan.config.server import serve

    serve(host=host, port=port)


def _refuse_busy_port(host: str, port: int) -> None:
    from anlan.config.server import PortBusy, refuse_busy_port

    try:
        refuse_busy_port(host, port)
    except PortBusy as busy:
        raise click.ClickException(str(busy)) from busy


def _prepare(*, quiet: bool) -> None:
    """Bring database, city and browser files up to date; what is there already is left alone."""
    from django.core.management import call_command

    from anlan.config.kernels import compile_apart

    with progress_bar() as bar:
        bar.disable = quiet
        task = bar.add_task("准备数据库", total=1.0)

        def say(words: str, done: float) -> None:
            bar.update(task, description=words, completed=done)

        call_command("migrate", verbosity=0)
        say("收集前端文件", 0.05)
        call_command("collectstatic", interactive=False, verbosity=0)
        _load_city(say)
        say("编译模型", 0.98)
        # In a process of its own: threads of OpenMP must not exist here when workers are forked.
        compile_apart(data_folder())
        say("就绪", 1.0)


def _load_city(say: Callable[[str, float], None]) -> None:
    from anlan.citypack import CityPack, build_pack
    from anlan.citypack.pack import NotAPack
    from anlan.core.models import Division
    from anlan.exchange.services.demonstration import (
        demonstration_load,
        demonstration_people,
        demonstration_present,
    )

    folder = data_folder() / "city"
    now = datetime.now(UTC)  # noqa: TID251 - the edge of the program
    try:
        pack = CityPack.open(folder)
    except NotAPack:
        build_pack(
            CITY,
            folder,
            seed=SEED,
            now=now,
            progress=lambda words, done: say(words, 0.1 + 0.4 * done),
        )
        pack = CityPack.open(folder)
    if demonstration_present():
        city = Division.objects.get(code=pack.info.code.ljust(12, "0"))
        demonstration_people(city=city, password=PASSWORD, now=now)
    else:
        demonstration_load(
            pack=pack,
            password=PASSWORD,
            now=now,
            progress=lambda words, done: say(f"装入{words}", 0.5 + 0.5 * done),
        )


def _welcome(host: str, port: int) -> None:
    from anlan.core.models import Division
    from anlan.exchange.services.demonstration import ACCOUNTS

    codes = {account.division for account in ACCOUNTS}
    named = dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
    click.echo(f"\n安澜已启动：http://{host}:{port}/ （Ctrl-C 结束）")
    click.echo(f"示例账号（口令均为 {PASSWORD}）：")
    for account in ACCOUNTS:
        place = named.get(account.division, "全市")
        click.echo(f"  {account.username:<12} {account.name}　{account.role.label}　{place}")
    if host not in {"127.0.0.1", "localhost", "::1"}:
        click.echo("⚠ 示例口令是公开的：请勿把演示服务开放给他人。", err=True)
