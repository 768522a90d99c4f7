"""`anlan backup`: a consistent copy of the embedded database and of the city pack, while it runs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import click

from anlan.cli.environment import start_django

__all__ = ["command"]


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def command(*, folder: Path) -> None:
    """把数据库和城市包备份到新建的文件夹 FOLDER；服务不用停。密钥 secret.key 不在其中，请另存。"""
    start_django()
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "sqlite":
        raise click.ClickException(
            "数据库是 PostgreSQL：请用 pg_dump 备份，见 docs/guide/administrator.md"
        )
    try:
        folder.mkdir(parents=True)
    except FileExistsError as error:
        raise click.ClickException(f"{folder} 已存在：请换一个新文件夹，以免盖掉旧备份") from error
    copy = folder / "anlan.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copy)])
    said = _quick_check(copy)
    if said != "ok":
        raise click.ClickException(f"备份有损坏：{said}")
    city = Path(settings.ANLAN_CITY)
    if city.is_dir():
        shutil.copytree(city, folder / "city")
    click.echo(f"✓ 已备份到 {folder}：数据库 {copy.stat().st_size / 1024**2:.1f} MB，已检查")


def _quick_check(copy: Path) -> str:
    from anlan.core.sqlite.library import sqlite3

    opened = sqlite3.connect(str(copy))
    # Constraints on codes are checked with it; Django brings it along, a bare connection does not.
    opened.create_function("REGEXP", 2, lambda rule, text: bool(re.search(rule, str(text))))
    try:
        return str(opened.execute("PRAGMA quick_check").fetchone()[0])
    finally:
        opened.close()
