"""`anlan serve`: pages, intake and live stream on one port."""

from __future__ import annotations

import click

from anlan.cli.environment import ensure_secret_key, start_django

__all__ = ["command"]


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="进程数")
def command(*, host: str, port: int, workers: int) -> None:
    """启动服务，Ctrl-C 结束。"""
    from anlan.config.server import PortBusy, refuse_busy_port, serve

    try:
        refuse_busy_port(host, port)
    except PortBusy as busy:
        raise click.ClickException(str(busy)) from busy
    ensure_secret_key()
    start_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    click.echo(f"安澜已启动：http://{host}:{port}/ （Ctrl-C 结束）")
    serve(host=host, port=port, workers=workers)
