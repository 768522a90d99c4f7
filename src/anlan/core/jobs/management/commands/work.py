"""`anlan work`: run background jobs beside the server, or instead of its own thread."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from anlan.core.jobs.services import LEASE
from anlan.core.jobs.worker import work
from anlan.core.orphans import end_with_parent

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

__all__ = ["Command"]


class Command(BaseCommand):
    """Runs jobs until it is told to stop. Several may run at once."""

    help = "执行后台任务，直到收到停止信号（Ctrl-C）。可同时启动多个。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--until-empty", action="store_true", help="没有任务时退出")
        parser.add_argument(
            "--lease",
            type=float,
            default=LEASE.total_seconds(),
            help="租约秒数：进程中断后多久由别的进程接手（默认 %(default)s）",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Work."""
        end_with_parent()
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        lease = timedelta(seconds=options["lease"])
        work(stop=stop, until_empty=options["until_empty"], lease=lease)
