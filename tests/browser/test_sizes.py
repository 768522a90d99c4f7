"""On a wall of 3840 × 2160, and with everything twice as large at a desk: nothing lost, nothing hidden."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from kit.night import enter_leak
from kit.pages import hidden_controls, take

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WALL = {"viewport": {"width": 3840, "height": 2160}}
ZOOMED = {"viewport": {"width": 683, "height": 384}, "device_scale_factor": 2}
"""A duty desk of 1366 × 768 at 200 %."""

PHONE_ABROAD = {"viewport": {"width": 390, "height": 844}, "locale": "en-GB"}
"""English words are longer than Chinese ones."""

DESK = {"viewport": {"width": 1366, "height": 768}}
WALL_READS_FROM_M = 4.0
WALL_WIDTH_M = 2.16
ARC_MINUTES = 15
"""What an eye needs for a Chinese character (a common minimum of control rooms)."""


@pytest.fixture(scope="module")
def night(address: str) -> dict[str, str]:
    """Addresses of pages that are not empty; the first test fills them."""
    return {"desk": "/", "map": "/map/", "report-new": "/reports/new/"}


def fill(page: Page, night: dict[str, str]) -> None:
    enter_leak(page)
    page.keyboard.press("v")
    page.wait_for_url(re.compile(r"/incidents/\d+/$"))
    incident = page.url.rstrip("/").rsplit("/", 1)[1]
    page.wait_for_selector("body[data-replay]")
    page.keyboard.press("b")
    page.wait_for_url(re.compile(r"/packages/\d+/$"), timeout=60_000)
    night["package"] = re.sub(r"^https?://[^/]+", "", page.url)
    night["incident"] = f"/incidents/{incident}/"
    night["board"] = f"/tasks/?incident={incident}"


def settle(page: Page) -> None:
    page.wait_for_selector("body[data-shell=ready]")
    if page.locator("#map").count():
        page.wait_for_selector("body[data-ready=map]", timeout=120_000)


PAGES = ("desk", "map", "package", "board", "incident", "report-new")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("size", "options", "text"),
    [
        ("wall", WALL, 16),
        ("zoom-200", ZOOMED, 16),
        ("text-200", DESK, 32),
        ("phone-english", PHONE_ABROAD, 16),
    ],
)
def test_nothing_is_lost_at_a_size(
    sign_in_as: Callable[..., Page],
    night: dict[str, str],
    address: str,
    pictures: Path | None,
    name: str,
    size: str,
    options: dict[str, object],
    text: int,
) -> None:
    if "package" not in night:
        fill(sign_in_as("lin_lan"), night)
    page = sign_in_as("gao_feng", **options)
    setting = page.context.new_cdp_session(page)
    setting.send("Page.setFontSizes", {"fontSizes": {"standard": text, "fixed": text}})
    page.goto(address + night[name])
    settle(page)
    take(page, pictures, f"{size}-{name}", whole=False)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert hidden_controls(page) == []


LOST = """() => {
  const sign = document.getElementById("linkstate");
  sign.dataset.state = "lost";
  sign.textContent = document.body.dataset.lost;
  return document.documentElement.scrollWidth - innerWidth;
}"""


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_a_lost_line_is_said_on_a_phone(
    sign_in_as: Callable[..., Page], pictures: Path | None, locale: str
) -> None:
    page = sign_in_as("gao_feng", **PHONE_ABROAD | {"locale": locale})
    assert page.evaluate(LOST) <= 0
    take(page, pictures, f"lost-{locale}", whole=False)


def test_the_bars_cut_nothing_off_the_map(
    sign_in_as: Callable[..., Page], address: str, pictures: Path | None
) -> None:
    """Chromium leaves a map unpainted as far as an opaque bar lies over it, at the other end."""
    page = sign_in_as("gao_feng", **DESK)
    setting = page.context.new_cdp_session(page)
    setting.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 32}})
    page.goto(f"{address}/map/")
    settle(page)
    for scrolled in (0, 300):
        page.evaluate("top => scrollTo(0, top)", scrolled)
        page.wait_for_timeout(500)
        box = page.locator("#map").bounding_box()
        foot, bar = page.locator(".foot").bounding_box(), page.locator(".bar").bounding_box()
        assert box
        assert foot
        assert bar
        seen = Image.open(BytesIO(page.screenshot())).convert("RGB")
        left = int(box["x"] + box["width"] * 0.9)
        rows = (max(box["y"], bar["height"]) + 6, min(box["y"] + box["height"], foot["y"]) - 6)
        colours = {seen.getpixel((left, int(row))) for row in rows}
        assert colours == {(0xE9, 0xEE, 0xF2)}, (scrolled, colours)


def test_the_wall_is_read_from_four_metres(sign_in_as: Callable[..., Page], address: str) -> None:
    page = sign_in_as("gao_feng", **WALL)
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('main *')]"
        ".filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))"
        ".filter(e => e.tagName !== 'KBD').map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    height_m = smallest * WALL_WIDTH_M / WALL["viewport"]["width"]
    assert (
        height_m >= WALL_READS_FROM_M * 2.909e-4 * ARC_MINUTES * 0.8
    )  # labels may be a fifth less
