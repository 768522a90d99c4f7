"""`anlan respond`: from a report file to a response package, without a browser and without storing."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import click

from anlan.cli.environment import ensure_secret_key, start_django

__all__ = ["command"]


@click.command("respond")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--city", type=click.Path(file_okay=False, path_type=Path), help="城市包目录，默认 var/city"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def command(*, file: Path, city: Path | None, as_json: bool) -> None:
    """由接报文件 FILE（TOML）生成处置方案，输出文本或 JSON；不写入数据库，不对外发送。"""
    report = _read(file)
    ensure_secret_key()
    start_django()
    from anlan.command.respond import render_text, respond

    now = datetime.now(UTC)  # noqa: TID251 - the edge of the program
    try:
        result = respond(report, now=now, city=city)
    except ValueError as error:
        raise click.ClickException(f"{file}：{error}") from error
    if as_json:
        click.echo(json.dumps(result.as_dict(), ensure_ascii=False, default=str))
    else:
        click.echo(render_text(result))


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise click.ClickException(f"读不到文件 {file}：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} 不是 UTF-8 编码的文本") from error
    except tomllib.TOMLDecodeError as error:
        raise click.ClickException(f"{file} 不是有效的 TOML：{error}") from error
