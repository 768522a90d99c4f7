from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.support.supplies.rules import (
    ReliefNorm,
    Stock,
    SupplyNeed,
    allocate_stock,
    relief_needs,
    season_of,
)

WATER = ReliefNorm(
    item="drinking_water",
    name="饮用水",
    norm=3,
    unit="L",
    persons_per_unit=1,
    per_day=True,
    source="GB 51143",
    to_confirm=True,
)
TENT = ReliefNorm(
    item="tent_12m2",
    name="帐篷",
    norm=1,
    unit="顶",
    persons_per_unit=4,
    per_day=False,
    source="惯例",
    to_confirm=True,
)
COAT = ReliefNorm(
    item="padded_coat",
    name="棉大衣",
    norm=1,
    unit="件",
    persons_per_unit=1,
    per_day=False,
    source="惯例",
    to_confirm=True,
    season="winter",
)


def make_stock(number: int, item: str, quantity: float, **changes: object) -> Stock:
    values: dict[str, object] = {
        "id": number,
        "item": item,
        "warehouse": f"{number}号库",
        "quantity": quantity,
        "unit": "顶",
        "source": "登记",
        **changes,
    }
    return Stock(**values)  # type: ignore[arg-type]


def test_needs_follow_the_norm_and_say_how_they_came_about() -> None:
    needs = {n.item: n for n in relief_needs(1001, [WATER, TENT, COAT], season="summer")}
    assert needs["drinking_water"].quantity == 1001 * 3 * 3
    assert needs["tent_12m2"].quantity == 251
    assert needs["drinking_water"].reason == "1001人×3L×3天"
    assert "padded_coat" not in needs


def test_bedding_follows_the_season() -> None:
    assert season_of(1) == "winter"
    assert season_of(7) == "summer"
    assert {n.item for n in relief_needs(4, [COAT], season="winter")} == {"padded_coat"}


def test_needs_refuse_negative_people() -> None:
    with pytest.raises(ValueError, match="people and days must be >= 0"):
        relief_needs(-1, [WATER], season="summer")


def test_stock_comes_from_the_nearest_warehouse_that_is_safe() -> None:
    need = SupplyNeed(
        item="tent_12m2", name="帐篷", quantity=30, unit="顶", reason="", source="预案"
    )
    stocks = [
        make_stock(1, "tent_12m2", 20),
        make_stock(2, "tent_12m2", 50),
        make_stock(3, "tent_12m2", 99, inside_danger="AEGL-2 区"),
    ]
    drive = {("1号库", "甲所"): 300.0, ("2号库", "甲所"): 900.0, ("3号库", "甲所"): 10.0}
    plan = allocate_stock([need], stocks, places={"甲所": 1.0}, drive_s=drive)
    assert [(c.stock.id, c.quantity) for c in plan.consignments] == [(1, 20), (2, 10)]
    assert plan.shortfalls == ()


def test_a_missing_item_is_a_named_shortfall() -> None:
    need = SupplyNeed(item="quilt", name="棉被", quantity=10, unit="床", reason="", source="预案")
    plan = allocate_stock([need], [], places={"甲所": 1.0}, drive_s={})
    assert "需10床，可调0床，缺10床（库存中没有这一品类）" in plan.shortfalls[0]


@given(
    st.integers(0, 500),
    st.lists(st.integers(0, 200), min_size=1, max_size=5),
    st.lists(st.integers(1, 9), min_size=1, max_size=4),
)
def test_what_is_sent_and_what_is_missing_make_up_the_need(
    quantity: int, held: list[int], weights: list[int]
) -> None:
    need = SupplyNeed(
        item="quilt", name="棉被", quantity=quantity, unit="床", reason="", source="预案"
    )
    stocks = [make_stock(i, "quilt", q) for i, q in enumerate(held)]
    places = {f"{j}号所": w / sum(weights) for j, w in enumerate(weights)}
    drive = {
        (s.warehouse, p): 60.0 * (i + j + 1)
        for i, s in enumerate(stocks)
        for j, p in enumerate(places)
    }
    plan = allocate_stock([need], stocks, places=places, drive_s=drive)
    assert plan.met["quilt"] == min(quantity, sum(held))
    for stock in stocks:
        out = sum(c.quantity for c in plan.consignments if c.stock.id == stock.id)
        assert out <= stock.quantity
