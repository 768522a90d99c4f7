"""The command group, and the way to Django's own commands."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from anlan.cli.environment import prepare

__all__ = ["main"]

COMMANDS = {
    "account": ("anlan.cli.account", "开设、列出、停用账号"),
    "backup": ("anlan.cli.backup", "备份数据库和城市包"),
    "city": ("anlan.cli.city", "建、装、导出城市包"),
    "demo": ("anlan.cli.demo", "准备济南示例并启动"),
    "doctor": ("anlan.cli.doctor", "检查本机是否适合运行"),
    "journal": ("anlan.cli.journal", "校验、导出操作日志"),
    "models": ("anlan.cli.models", "列出预测模型及其验证状态"),
    "plan": ("anlan.cli.plan", "导入、批准、停用预案"),
    "respond": ("anlan.cli.respond", "由一份接报文件生成处置方案"),
    "serve": ("anlan.cli.serve", "启动服务"),
}


class AnlanGroup(click.Group):
    """Loads a command when it is asked for, so that `anlan --help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return our commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """Return one of our commands; any other name is left to Django."""
        if name not in COMMANDS:
            return None
        module = import_module(COMMANDS[name][0])
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing them."""
        with formatter.section("命令"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


@click.command(cls=AnlanGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="anlan")
def group() -> None:
    """安澜：城市应急支持平台。其余命令（migrate、check …）由 Django 提供。"""


def main() -> None:
    """Run the command named on the command line."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    prepare()
    if not name or name.startswith("-") or name in COMMANDS:
        group(prog_name="anlan")
        return
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
