"""`anlan doctor`: is this machine fit to run Anlan, and is what runs here healthy?"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import asdict, dataclass

import click

from anlan.cli.environment import data_folder, ensure_secret_key, start_django
from anlan.core.sqlite.library import sqlite3

__all__ = ["command"]

FREE_BYTES_WANTED = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    said: str


def _machine() -> list[Finding]:
    free = shutil.disk_usage(data_folder()).free
    version = ".".join(map(str, sys.version_info[:3]))
    return [
        Finding("Python", sys.version_info >= (3, 11), version),
        Finding("磁盘空间", free >= FREE_BYTES_WANTED, f"剩余 {free / 1024**3:.1f} GB"),
    ]


def _platform() -> list[Finding]:
    from django.core.checks import run_checks
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    findings = [
        Finding("数据库结构", not pending, f"{len(pending)} 步待迁移" if pending else "最新")
    ]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check")
            said = str(cursor.fetchone()[0])
        findings.append(Finding("数据库完整性", said == "ok", said))
        findings.append(Finding("SQLite", ok=True, said=sqlite3.sqlite_version))
    findings += [Finding(str(m.id), not m.is_serious(), str(m.msg)) for m in run_checks()]
    return findings


def _journal() -> list[Finding]:
    from anlan.core.journal import verify

    bad = verify()
    said = "哈希链完整" if bad is None else f"{bad.node} 第 {bad.seq} 条：{bad.problem}"
    return [Finding("操作日志", bad is None, said)]


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def command(*, as_json: bool) -> None:
    """检查 Python、磁盘、数据库、日志；有一项不通过时退出码为 1。"""
    ensure_secret_key()
    start_django()
    findings = [*_machine(), *_platform()]
    if all(f.ok for f in findings if f.name.startswith("数据库")):
        findings += _journal()
    if as_json:
        click.echo(json.dumps([asdict(f) for f in findings], ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{'✓' if finding.ok else '✗'} {finding.name}：{finding.said}")
    sys.exit(0 if all(f.ok for f in findings) else 1)
