"""`anlan check_plan FILE…`: every mistake of a plan file with its line."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.plans.rules import read_plan, shipped_vocabulary
from anlan.plans.selectors import city_vocabulary

if TYPE_CHECKING:
    from anlan.plans.rules.loading import Reading


class Command(BaseCommand):
    """Check plan files without storing them. The exit status is 1 when one is refused."""

    help = "检查预案文件，逐条列出错误所在的行"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("files", nargs="+", type=Path, help="预案文件（TOML）")
        parser.add_argument("--division", default="", help="按该区划（12位代码）登记的岗位检查")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Read and check each file."""
        division = str(options["division"])
        words = city_vocabulary(division) if division else shipped_vocabulary()
        readings: dict[str, Reading] = {}
        for path in options["files"]:
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(f"读不了 {path}：{error}") from error
            readings[str(path)] = read_plan(text, file=str(path), vocabulary=words)
        if options["json"]:
            self.stdout.write(json.dumps(_as_data(readings), ensure_ascii=False, indent=2))
        else:
            self._write(readings)
        if any(reading.plan is None for reading in readings.values()):
            raise CommandError("有预案未通过检查", returncode=1)

    def _write(self, readings: dict[str, Reading]) -> None:
        for name, reading in readings.items():
            for finding in reading.findings:
                mark = "错误" if finding.severity == "error" else "提醒"
                self.stdout.write(f"{mark} {finding}")
            if reading.plan is not None:
                plan = reading.plan
                self.stdout.write(
                    f"{name}: 通过。《{plan.title}》{plan.version}，"
                    f"{len(plan.levels)}级，{len(plan.conditions)}条条件，{len(plan.tasks)}项任务，"
                    f"{len(plan.resources)}类资源"
                )


def _as_data(readings: dict[str, Reading]) -> list[dict[str, Any]]:
    return [
        {
            "file": name,
            "passed": reading.plan is not None,
            "findings": [asdict(finding) for finding in reading.findings],
        }
        for name, reading in readings.items()
    ]
