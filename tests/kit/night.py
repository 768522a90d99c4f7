"""Steps that every journey through the pages takes: decide the package, report upwards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["PARTS", "decide_every_part", "enter_leak", "report_upwards"]

PARTS = 11

LEAK = "章丘化工园区液氨储罐阀门泄漏，有白色烟雾，两人受伤送医"


def enter_leak(page: Page, text: str = LEAK) -> None:
    """Keyboard first: the text, the kind by a word callers use, the place by coordinates."""
    page.keyboard.press("n")
    page.wait_for_selector("body[data-entry=ready]")
    page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.keyboard.type("液氨")
    page.wait_for_selector("#event-options li")
    page.keyboard.press("Enter")
    page.wait_for_selector("#id_hazard-substance")
    page.fill("#id_injured", "2")
    page.fill("#id_hazard-substance", "氨")
    page.fill("#id_hazard-hole_mm", "50")
    page.fill("#id_hazard-inventory_t", "40")
    page.fill("#id_hazard-wind_speed", "3")
    page.select_option("#id_hazard-wind_from_deg", "225")
    page.fill("#id_place", "117.53, 36.69")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/reports/\d+/$"))


def decide_every_part(page: Page) -> None:
    """Approve all but the supplies, which go back: without a reason the page refuses."""
    kinds = page.eval_on_selector_all(".part", "parts => parts.map(p => p.id)")
    assert len(kinds) == PARTS
    for kind in kinds:
        part = page.locator(f"#{kind}")
        if kind == "part-supplies":
            part.locator("summary.stop").click()
            part.locator("button.stop").click()
            page.wait_for_selector(f"#{kind} .errors")
            part.locator("textarea[name=reason]").fill("县级库存先行，市级物资待命")
            part.locator("button.stop").click()
            page.wait_for_selector(f"#{kind} header .tag.bad")
        else:
            part.locator(".decide > button.go").click()
            page.wait_for_selector(f"#{kind} header .tag.good")


def report_upwards(page: Page, incident: str, kind: str) -> None:
    """Draft (the first report is drafted by the package), sign, send."""
    page.goto(incident)
    if kind == "initial":
        page.locator("#official a").first.click()
    else:
        page.click(f"#official button[value={kind}]")
    page.wait_for_url(re.compile(r"/official/\d+/$"))
    for _step in ("sign", "send"):
        with page.expect_navigation():
            page.keyboard.press("s")
    page.wait_for_url(re.compile(r"/incidents/\d+/$"))
