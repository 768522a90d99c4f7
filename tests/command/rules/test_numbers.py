"""Numbers in orders, summaries and changes are written out: nobody loads 1.35e+06 bottles."""

from __future__ import annotations

from anlan.command.packaging.summary import figure_text
from anlan.command.rules.scenario_changes import InputChange
from anlan.command.services.package_effects import _brings, _goods_task


def test_the_order_to_a_warehouse_writes_its_quantity_out() -> None:
    row = {
        "warehouse": "市级储备库",
        "name": "瓶装水",
        "quantity": {"value": 1_350_000.0, "unit": "瓶"},
        "place": "市体育馆",
    }
    assert _goods_task("supply:1", [row]).text == "瓶装水1350000瓶 → 市体育馆"


def test_what_a_unit_brings_is_written_out() -> None:
    assert _brings([["water", 1_350_000.0], ["pump", 2.0]], {"water": "饮用水"}) == (
        "饮用水×1350000、pump×2"
    )


def test_a_figure_with_its_range_is_written_out() -> None:
    figure = {"value": 1_200_000, "low": 1_100_000.0, "high": 1_300_000.0, "unit": "人"}
    assert figure_text(figure) == "1200000（1100000–1300000）人"
    assert figure_text({"value": 1_234_567.0, "unit": "m³"}) == "1234567m³"
    assert figure_text({"value": 2.5, "unit": " km²", "to_confirm": True}) == "2.5 km²，待确认"


def test_a_corrected_input_is_written_out() -> None:
    change = InputChange(section="scenario", field="mass_kg", old=5_000_000.0, new=5_500_000.0)
    assert str(change).endswith("：5000000 → 5500000")
