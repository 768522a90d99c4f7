"""Take the pictures of the README anew: play the story in a fresh demonstration and look.

    python tools/pictures.py                        a demonstration of its own, in a temporary folder
    python tools/pictures.py http://127.0.0.1:8000  one that runs; use a fresh one, the desk shows all

Writes docs/pictures/desk.png and package.png as they are on a duty desk of 1366 × 768. Needs Chromium
and the packages of the browser tests. Look at the pictures before committing them.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from playwright.sync_api import sync_playwright  # noqa: E402 - after the path is set

from kit.demonstration import demonstration, sign_in  # noqa: E402
from kit.night import decide_every_part, enter_leak  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PICTURES = ROOT / "docs" / "pictures"
DUTY_DESK = {"width": 1366, "height": 768}
PACKAGE_WITHIN_MS = 120_000
PATIENCE_MS = 90_000
SECOND = "经十路东向西三车追尾，一人受伤，占用两条车道"


def enter(browser: Browser, address: str, username: str) -> Page:
    """Sign in on a duty desk."""
    context = browser.new_context(viewport=DUTY_DESK, locale="zh-CN", device_scale_factor=1)  # type: ignore[arg-type]
    page = sign_in(context.new_page(), address, username)
    page.set_default_timeout(PATIENCE_MS)
    return page


def enter_collision(page: Page) -> None:
    """Enter a second call, so that the desk has something to verify."""
    page.keyboard.press("n")
    page.wait_for_selector("body[data-entry=ready]")
    page.keyboard.type(SECOND)
    page.keyboard.press("Tab")
    page.keyboard.type("追尾")
    page.wait_for_selector("#event-options li")
    page.keyboard.press("Enter")
    page.fill("#id_injured", "1")
    page.fill("#id_place", "117.05, 36.66")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/reports/\d+/$"))


def take(address: str, browser: Browser) -> None:
    """Play the story, and take both pictures."""
    officer, commander = enter(browser, address, "lin_lan"), enter(browser, address, "gao_feng")
    enter_leak(officer)
    officer.keyboard.press("v")
    officer.wait_for_url(re.compile(r"/incidents/\d+/$"))
    incident = officer.url.rstrip("/").rsplit("/", 1)[1]
    officer.wait_for_selector("body[data-replay]")
    officer.keyboard.press("b")
    officer.wait_for_url(re.compile(r"/packages/\d+/$"), timeout=PACKAGE_WITHIN_MS)

    commander.goto(officer.url)
    commander.wait_for_selector("body[data-zones]")
    commander.wait_for_selector("body[data-ready=map]")
    commander.wait_for_timeout(3000)
    commander.screenshot(path=PICTURES / "package.png")

    decide_every_part(commander)
    commander.goto(f"{address}/tasks/?incident={incident}")
    with commander.expect_navigation():
        commander.keyboard.press("s")
    enter_collision(officer)
    officer.goto(address)
    officer.wait_for_selector("#linkstate[data-state=live]")
    officer.wait_for_timeout(2000)
    officer.screenshot(path=PICTURES / "desk.png")


def main() -> None:
    """Take the pictures from the address given, or from a demonstration of our own."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("没有找到 Chromium，请先安装（apt install chromium）")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        if len(sys.argv) > 1:
            take(sys.argv[1].rstrip("/"), browser)
        else:
            with tempfile.TemporaryDirectory() as folder, demonstration(Path(folder)) as address:
                take(address, browser)
    print(f"{PICTURES / 'desk.png'}\n{PICTURES / 'package.png'}")


if __name__ == "__main__":
    main()
