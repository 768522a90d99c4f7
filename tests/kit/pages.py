"""Look at a page as people see it: on a desk by day, on a phone by night; and ask axe-core."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

__all__ = ["findings", "hidden_controls", "look", "printed_colours", "take"]

SERIOUS = {"serious", "critical"}


def take(page: Page, pictures: Path | None, name: str, *, whole: bool = True) -> None:
    """Take a picture of the page if somebody wants to look at it; painting it takes a second."""
    if pictures is not None:
        page.screenshot(path=pictures / f"{name}.png", full_page=whole)


MANY = {"exclude": [["tbody tr:nth-child(n + 9)"], [".card:nth-child(n + 5)"]]}
"""A long list looks the same in every row; asking about each costs more than the rest of the page."""


def findings(page: Page, *, colours: bool = True) -> list[str]:
    """Return what axe-core finds serious or critical.

    The contrast of colours takes four fifths of its time; where it is the same as on another page
    that was looked at, leave it out.
    """
    from axe_playwright_python.sync_playwright import Axe

    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": colours}}}
    results: dict[str, Any] = Axe().run(page, MANY, options).response
    return [
        f"{found['id']}: {node['html'][:160]}"
        for found in results["violations"]
        if found["impact"] in SERIOUS
        for node in found["nodes"]
    ]


def look(page: Page, url: str, pictures: Path | None, name: str) -> None:
    """Open a page on a desk by day and on a phone by night; take pictures; ask axe-core each time."""
    found = []
    for size, scheme, width, height in (("desk", "light", 1366, 768), ("phone", "dark", 390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(url)
        page.wait_for_selector("body[data-shell=ready]")
        if page.locator("#map").count():
            page.wait_for_selector("body[data-ready=map]", timeout=60_000)
        take(page, pictures, f"{name}-{size}")
        found += [f"{size}: {text}" for text in findings(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{size}: {wide} px wider than the screen")
    assert found == [], f"{name}: {found}"


HIDDEN = """() => {
  const found = [];
  const words = (e) => (e.innerText || e.getAttribute("aria-label") || e.name || e.id || e.outerHTML).trim().slice(0, 60);
  const scrolls = (e) => {
    for (let up = e.parentElement; up; up = up.parentElement)
      if (/auto|scroll/.test(getComputedStyle(up).overflowX) && up.scrollWidth > up.clientWidth) return true;
    return false;
  };
  for (const e of document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")) {
    if (!e.checkVisibility({ visibilityProperty: true }) || e.closest(".unseen, .skip, .maplibregl-map")) continue;
    if (e.matches("button, .button") && e.scrollWidth > e.clientWidth + 1) found.push(`cut off: ${words(e)}`);
    e.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const box = [...e.getClientRects()].find((r) => r.width && r.height);
    if (!box) continue;
    const [x, y] = [box.left + Math.min(box.width / 2, 40), box.top + box.height / 2];
    if (box.left < -1 || box.right > innerWidth + 1) {
      if (!scrolls(e)) found.push(`outside: ${words(e)}`);
      continue;
    }
    const top = document.elementFromPoint(x, y);
    if (top && !e.contains(top) && !top.contains(e) && !(e.labels && [...e.labels].some((l) => l.contains(top)))) found.push(`under ${top.tagName}.${top.className}: ${words(e)}`);
  }
  scrollTo(0, 0);
  return found;
}"""


def hidden_controls(page: Page) -> list[str]:
    """Return the controls that are cut off, outside the page, or under something else."""
    found: list[str] = page.evaluate(HIDDEN)
    return found


PICTURE = re.compile(rb"/Subtype /Image\b[^>]*/Filter /FlateDecode\s+/Length (\d+)>>\s*stream\r?\n")


def printed_colours(page: Page) -> list[int]:
    """Print the page; return how many colours each of its pictures has. An empty one has one."""
    pdf = page.pdf()
    found = []
    for picture in PICTURE.finditer(pdf):
        pixels = zlib.decompress(pdf[picture.end() : picture.end() + int(picture[1])])
        found.append(len({pixels[at : at + 3] for at in range(0, len(pixels), 3)}))
    return found
