"""`anlan journal`: verify the chain, write the journal to a file."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import click

from anlan.cli.environment import start_django

__all__ = ["command"]


@click.group("journal")
def command() -> None:
    """校验、导出操作日志。"""


@command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def verify_chain(*, as_json: bool) -> None:
    """逐条校验哈希链；发现第一条坏记录时退出码为 1。"""
    _start()
    from anlan.core.journal import verify
    from anlan.core.models import JournalEntry

    bad = verify()
    count = JournalEntry.objects.count()
    if as_json:
        found = None if bad is None else {"node": bad.node, "seq": bad.seq, "problem": bad.problem}
        click.echo(json.dumps({"entries": count, "first_bad": found}, ensure_ascii=False))
    elif bad is None:
        click.echo(f"✓ 日志完整：{count} 条，哈希链无断点")
    else:
        click.echo(f"✗ 节点 {bad.node} 第 {bad.seq} 条：{bad.problem}", err=True)
    sys.exit(0 if bad is None else 1)


@command.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """把全部日志写成压缩的 JSON 行文件（一行一条，含哈希）。"""
    _start()
    from anlan.core.journal.chain import HASHED_FIELDS
    from anlan.core.models import JournalEntry

    count = 0
    with gzip.open(file, "wt", encoding="utf-8") as stream:
        for entry in JournalEntry.objects.order_by("node", "seq").iterator(chunk_size=2000):
            row = {name: getattr(entry, name) for name in (*HASHED_FIELDS, "hash")}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    click.echo(f"✓ 已导出 {count} 条到 {file}")


def _start() -> None:
    start_django()
    from django.db import connection

    from anlan.core.models import JournalEntry

    if JournalEntry._meta.db_table not in connection.introspection.table_names():
        raise click.ClickException("数据库里还没有表：请先运行 anlan migrate，或检查 ANLAN_VAR")
