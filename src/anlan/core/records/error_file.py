"""The error file: the refused rows as they were sent, with what is wrong beside each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from anlan.core.records.files import IGNORED
from anlan.core.records.tables import write_xlsx

if TYPE_CHECKING:
    from pathlib import Path

    from anlan.core.records.resources import RecordResource

__all__ = ["write_error_file"]


def write_error_file(path: Path, resource: RecordResource, headers: list[str]) -> None:
    """Write the rejected rows of `resource`, in the columns of the file they came in.

    Corrected, it can be sent again as it is: imports pass over 错误说明 and 原行号.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = [h for h in headers if h not in IGNORED]

    def lines() -> Any:
        for row, complaints in resource.rejected:
            yield [
                "；".join(_sentence(row, header, text) for header, text in complaints),
                row["#"],
                *(_shown(row.get(header)) for header in columns),
            ]

    with path.open("wb") as target:
        write_xlsx(target, "错误行", ["错误说明", "原行号", *columns], lines())


def _sentence(row: dict[str, Any], header: str, text: str) -> str:
    value = row.get(header)
    told = not isinstance(value, (str, int, float)) or value == "" or str(value) in text
    said = "" if told else _("，填写的是“%(value)s”") % {"value": value}
    return f"{header}：{text.rstrip('。')}{said}" if header else text


def _shown(value: Any) -> Any:
    return str(value) if isinstance(value, (dict, list, tuple, ValueError)) else value
