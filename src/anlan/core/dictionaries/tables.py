"""Read the norm tables that lie in the package. Pure: no database."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ADJUSTABLE",
    "KEYS",
    "Row",
    "UnknownTableError",
    "Value",
    "adjustable",
    "row_of",
    "table",
    "table_names",
    "typed",
]

Value = str | int | float | bool | None

DATA = Path(__file__).with_name("data")

PROVENANCE = ("source", "conf", "to_confirm", "conf_note")
"""Every row says where it comes from and how sure we are."""

KEYS = {
    "drill_plan_rules": ("scope", "subject_zh", "rule_zh"),
    "event_aliases": ("code", "alias"),
    "event_codes": ("code",),
    "event_domains": ("code_prefix",),
    "gb18218_table1_chemicals": ("no",),
    "gb18218_table2_categories": ("symbol",),
    "grading_thresholds": ("hazard", "level", "metric", "extra_condition"),
    "hazmat_transport": ("key",),
    "individual_risk_criteria": ("target_class_zh",),
    "infectious_diseases": ("disease_zh",),
    "mlps_level3_checklist": ("clause", "item_zh"),
    "provincial_functions": ("clause", "item_zh"),
    "relief_norms": ("item_zh", "norm"),
    "report_deadlines": ("domain", "from_zh", "to_zh", "clock_start", "mode_zh", "condition"),
    "report_elements": ("report_type", "field_zh"),
    "report_parties": ("from_zh",),
    "response_actions": ("set", "item"),
    "response_levels": ("plan", "level", "metric", "criterion_zh"),
    "service_standards": ("domain_zh", "item_zh", "note_zh", "op"),
    "shelter_norms": ("standard", "class_zh"),
    "supplies_classes": ("scheme", "code"),
    "warehouse_norms": ("tier_zh", "source"),
    "warning_signals": ("hazard", "colour"),
}
"""The columns that name a row of each table."""

WHOLE = {
    *("interval_months", "working_days", "level", "no", "report_h", "per_day", "minutes", "item"),
    *("window_h", "open_days_max", "max_shelter_pop"),
}
REAL = {
    *("threshold_t", "beta", "min_incl", "max_excl", "value", "value2", "norm"),
    *("new_per_yr", "in_service_per_yr", "persons_per_unit", "area_per_capita_m2"),
    *("min_effective_area_ha", "service_radius_km", "duty_area_max_km2", "served_pop_max_10k"),
    *("persons_min_10k", "persons_max_10k", "area_min_m2", "area_max_m2"),
}
TRUTH = {"to_confirm", "required", "beta_to_confirm", "single_case_alert"}


ADJUSTABLE = {
    "grading_thresholds": ("min_incl", "max_excl"),
    "relief_norms": ("norm", "persons_per_unit"),
    "report_deadlines": ("minutes",),
    "warning_signals": ("machine_rule", "threshold_zh"),
}
"""What a place may put in the stead of the published value: the tables that the platform asks by
place, and their columns of values. Names, kinds and units stay: code and people know them."""


class UnknownTableError(LookupError):
    """There is no norm table of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a norm table, with its provenance."""

    table: str
    key: str
    values: Mapping[str, Value] = field(repr=False)
    source: str
    conf: str
    to_confirm: bool
    conf_note: str
    place: str = ""
    """Division code of the place that replaced the row; empty: as published."""

    def __getitem__(self, column: str) -> Value:
        return self.values[column]

    def text(self, column: str) -> str:
        """Return the value as text, empty if there is none."""
        value = self.values[column]
        return "" if value is None else str(value)

    def whole(self, column: str) -> int | None:
        """Return the value as a whole number, None if there is none."""
        value = self.values[column]
        return None if value is None else int(value)

    def number(self, column: str) -> float | None:
        """Return the value as a number, None if there is none."""
        value = self.values[column]
        return None if value is None else float(value)

    @property
    def mark(self) -> str:
        """Return what to show beside the row: 待确认, 平台默认, or nothing."""
        if self.place or not self.to_confirm:
            return ""
        return "平台默认" if self.conf == "platform" else "待确认"

    def replaced(self, values: Mapping[str, Value], *, document: str, place: str) -> Row:
        """Return the row as the place `place` has put it by `document`."""
        return replace(
            self,
            values=MappingProxyType({**self.values, **values}),
            source=document,
            place=place,
        )


def table_names() -> tuple[str, ...]:
    """Return the names of all norm tables."""
    return tuple(KEYS)


@cache
def table(name: str) -> tuple[Row, ...]:
    """Return the rows of a norm table as published, in their order.

    Raises
    ------
    UnknownTableError
        If there is no such table.
    """
    if name not in KEYS:
        raise UnknownTableError(f"没有名为 {name} 的规则表；可用：{'、'.join(KEYS)}")
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_row(name, cells) for cells in csv.DictReader(file))


def row_of(name: str, key: str) -> Row:
    """Return the published row with this key.

    Raises
    ------
    LookupError
        If the table or the row does not exist.
    """
    for row in table(name):
        if row.key == key:
            return row
    raise LookupError(f"规则表 {name} 中没有 {key} 这一行")


def adjustable(row: Row) -> tuple[str, ...]:
    """Return the columns of a row that a place may change: those that say something."""
    columns = ADJUSTABLE.get(row.table, ())
    said = [column for column in columns if row[column] not in (None, "")]
    return columns if "min_incl" in columns and said else tuple(said)


def typed(column: str, cell: str) -> Value:
    """Return the cell of a column in its type; an empty number is None.

    Raises
    ------
    ValueError
        If it is not of that type.
    """
    if column in TRUTH:
        if cell not in {"0", "1", ""}:
            raise ValueError(f"{column} 应为 0 或 1，收到 {cell!r}")
        return cell == "1"
    if column in WHOLE or column in REAL:
        if not cell:
            return None
        return int(cell) if column in WHOLE else float(cell)
    return cell


def _row(name: str, cells: dict[str, str]) -> Row:
    values = {column: typed(column, cell) for column, cell in cells.items()}
    parts = [cells[column] for column in KEYS[name]]
    return Row(
        table=name,
        key=_key(parts),
        values=MappingProxyType(
            {column: value for column, value in values.items() if column not in PROVENANCE}
        ),
        source=cells["source"],
        conf=cells["conf"],
        to_confirm=values["to_confirm"] is True,
        conf_note=cells["conf_note"],
    )


def _key(parts: list[str]) -> str:
    """Return the name of a row: readable where it is one short word, else a fingerprint of it."""
    if len(parts) == 1 and len(parts[0]) <= 20:
        return parts[0]
    return blake2b("|".join(parts).encode(), digest_size=6).hexdigest()
