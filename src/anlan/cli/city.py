"""`anlan city`: build a pack for any Chinese prefecture, load it, write it out again."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.progress import BarColumn, Progress, TextColumn

from anlan.cli.environment import data_folder, ensure_secret_key, start_django

__all__ = ["command"]

SEED = 20210101


@click.group("city")
def command() -> None:
    """建、装、导出城市包。"""


def progress_bar() -> Progress:
    """Return the bar that all long steps share."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f}%")
    )


@command.command("build")
@click.argument("code")
@click.option(
    "--osm",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="OSM 提取文件（.osm.pbf）",
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="输出目录，默认 var/city"
)
@click.option("--seed", default=SEED, show_default=True, help="示例数据的随机种子")
def build(code: str, osm: Path | None, out: Path | None, seed: int) -> None:
    """为行政区划代码 CODE（地级，如 370100）生成城市包。"""
    from anlan.citypack import build_pack

    folder = out or data_folder() / "city"
    with progress_bar() as bar:
        task = bar.add_task("生成城市包", total=1.0)
        try:
            report = build_pack(
                code,
                folder,
                osm=osm,
                seed=seed,
                now=datetime.now(UTC),  # noqa: TID251 - the edge of the program
                progress=lambda words, done: bar.update(task, description=words, completed=done),
            )
        except (ValueError, LookupError) as error:
            bar.stop()
            raise click.ClickException(str(error)) from error
        bar.update(task, completed=1.0)
    click.echo(
        f"✓ {report.info.name}：{report.counties} 个区县，{report.cells} 个人口格网，"
        f"{report.nodes} 个路口，{sum(report.records.values())} 条记录 → {folder}"
    )
    for note in report.notes:
        click.echo(f"  · {note}")


@command.command("load")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
def load(folder: Path | None) -> None:
    """把城市包装入数据库（重复装入会更新，不会重复）。"""
    ensure_secret_key()
    start_django()
    from anlan.citypack import CityPack
    from anlan.core.records.services.loading import BadRowsError
    from anlan.exchange.services.city import city_load

    try:
        pack = CityPack.open(folder or data_folder() / "city")
        with progress_bar() as bar:
            task = bar.add_task("装入", total=1.0)
            loaded = city_load(
                pack=pack,
                by=None,
                now=datetime.now(UTC),  # noqa: TID251 - the edge of the program
                progress=lambda words, done: bar.update(task, description=words, completed=done),
            )
            bar.update(task, completed=1.0)
    except (BadRowsError, ValueError) as error:
        click.echo(f"✗ {error}", err=True)
        sys.exit(1)
    total = sum(loaded.records.values())
    click.echo(f"✓ {pack.info.name}：{loaded.divisions} 个行政区划，{total} 条记录")


@command.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """把当前数据写成城市包。"""
    ensure_secret_key()
    start_django()
    from django.conf import settings

    from anlan.citypack import CityPack
    from anlan.exchange.services.city import city_export

    try:
        counts = city_export(
            pack=CityPack.open(settings.ANLAN_CITY),
            out=folder,
            now=datetime.now(UTC),  # noqa: TID251 - the edge of the program
        )
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"✓ 已导出 {sum(counts.values())} 条记录到 {folder}")
