"""A planner runs every model of the platform from its page, looks at the result and moves the time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from anlan.forecast.models_registry import MODELS
from kit.pages import findings, look, printed_colours, take

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ANSWERED_WITHIN_MS = 120_000
REQUIRED = {
    "gas_release": {"substance": "液氨"},
    "flammable_cloud": {"substance": "丙烷"},
    "typhoon": {"track": "lekima_1909"},
    "earthquake": {"magnitude": "6.5"},
    "flood": {"rain_m": "150"},
}
"""What these forms insist on; everything else has a default that says where it comes from."""


def ask(page: Page, address: str, kind: str, *, members: int = 0) -> None:
    page.goto(f"{address}/studies/new/?kind={kind}")
    page.wait_for_selector("body[data-entry=ready]")
    page.fill("#id_longitude", "117.535")
    page.fill("#id_latitude", "36.716")
    page.fill("#id_place", "示例地点")
    if MODELS[kind].may_vary:
        page.fill("#id_members", str(members))
    for key, value in REQUIRED.get(kind, {}).items():
        field = page.locator(f"[name='model-{key}']")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    if page.locator("#id_hazard-wind_from_deg").count():
        page.select_option("#id_hazard-wind_from_deg", "225")
        page.fill("#id_hazard-wind_speed", "2.5")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/studies/\d+/$"))
    page.wait_for_selector(".pagehead:has-text('已完成')", timeout=ANSWERED_WITHIN_MS)
    page.wait_for_selector("body[data-study]")


@pytest.mark.parametrize("kind", MODELS)
def test_a_model_runs_from_the_page_and_says_it_in_words(
    kind: str, sign_in_as: Callable[[str], Page], address: str, pictures: Path | None
) -> None:
    planner = sign_in_as("xu_jing")
    ask(planner, address, kind)
    assert planner.locator(".saying li").count() >= 1
    frames = int(planner.get_attribute("body", "data-study") or 0)
    if frames > 1:
        whole = planner.inner_text("#now")
        planner.focus("#time")
        planner.keyboard.press("Home")
        first = planner.inner_text("#now")
        assert first != whole
        assert "后" in first
        planner.keyboard.press("ArrowRight")
        assert planner.inner_text("#now") != first
    planner.wait_for_timeout(500)
    take(planner, pictures, f"study-{kind}")
    assert findings(planner, colours=False) == []  # asked below, of the page that all share


def test_an_ensemble_shows_probabilities_and_two_runs_can_be_compared_and_scored(
    sign_in_as: Callable[[str], Page], address: str, pictures: Path | None
) -> None:
    planner = sign_in_as("xu_jing")
    ask(planner, address, "gas_release", members=12)
    first = planner.url
    planner.check(".layerswitch input[value=probabilities]")
    shown = planner.evaluate(
        "async () => (await (await fetch(document.getElementById('map').dataset.study)).json())"
        ".probabilities.map(row => row.share)"
    )
    assert {0.1, 0.5} <= set(shown)  # a narrow plume that swings: no place lies in nine of ten
    assert "集合 12 次的范围" in planner.inner_text("#study")
    planner.wait_for_selector("body[data-ready=map]")
    assert max(printed_colours(planner)) > 50, "the map on paper"
    assert planner.locator("#map canvas").count() == 1
    ask(planner, address, "gas_release")
    look(planner, planner.url + "compare/", pictures, "study-compare")
    assert "AEGL-3" in planner.inner_text("main")
    look(planner, first + "score/", pictures, "study-score")
    planner.fill("#id_source", "现场监测")
    planner.fill("#id_area", "117.535,36.716\n117.545,36.716\n117.545,36.726")
    planner.click("main form button.go")
    planner.wait_for_selector("text=命中率")
    look(planner, f"{address}/studies/", pictures, "studies")
    look(planner, f"{address}/studies/new/?kind=gas_release", pictures, "study-new")
    look(planner, first, pictures, "study")
