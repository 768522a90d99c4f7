"""`anlan models`: every model of science, its inputs, outputs and how far it is proven."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table

from anlan.science.common.card import cards

__all__ = ["command"]


@click.command("models")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def command(*, as_json: bool) -> None:
    """列出预测模型：编号、名称、版本、输入输出（单位与范围）、文献、验证状态。"""
    found = sorted(cards(), key=lambda card: card.key)
    if as_json:
        click.echo(json.dumps([asdict(card) for card in found], ensure_ascii=False, default=str))
        return
    table = Table("编号", "名称", "版本", "输入", "输出", "状态")
    for card in found:
        inputs = "、".join(f"{q.title} [{q.unit}]" for q in card.inputs)
        outputs = "、".join(f"{q.title} [{q.unit}]" for q in card.outputs)
        table.add_row(card.key, card.title_zh, str(card.version), inputs, outputs, str(card.status))
    Console().print(table)
