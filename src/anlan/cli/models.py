"""`anlan models`: every model of science, its inputs, outputs and how far it is proven."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.table import Table

from anlan.science.common.card import cards

__all__ = ["command"]


@click.command("models")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def command(*, as_json: bool) -> None:
    """列出预测模型：编号、名称、版本、输入输出（单位与范围）、文献、验证状态。"""
    if as_json:
        click.echo(json.dumps([card.as_dict() for card in cards()], ensure_ascii=False))
        return
    table = Table("编号", "名称", "版本", "输入", "输出", "文献与精确解检验", "状态")
    for card in cards():
        evidence = card.evidence
        table.add_row(
            card.key,
            card.title_zh,
            str(card.version),
            "、".join(f"{q.title} [{q.unit}]" for q in card.inputs),
            "、".join(f"{q.title} [{q.unit}]" for q in card.outputs),
            str(evidence.published + evidence.analytic),
            card.validation.value,
        )
    Console().print(table)
