"""The second hazard through the same pages: Typhoon Lekima, its real track and its real rain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kit.night import PARTS, decide_every_part, report_upwards
from kit.pages import look, take

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STORY = "台风利奇马北上，11日全市普降大暴雨，平均雨量148.9毫米"
PACKAGE_WITHIN_MS = 60_000


def enter_typhoon(page: Page) -> None:
    """Track, time and rain as they were on 11 August 2019; the place is the whole city."""
    page.keyboard.press("n")
    page.wait_for_selector("body[data-entry=ready]")
    page.keyboard.type(STORY)
    page.keyboard.press("Tab")
    page.keyboard.type("台风")
    page.wait_for_selector("#event-options li")
    page.keyboard.press("Enter")
    page.wait_for_selector("#id_hazard-track")
    page.select_option("#id_hazard-track", "lekima_1909")
    page.fill("#id_hazard-start", "2019-08-10T00:00")
    page.fill("#id_hazard-end", "2019-08-13T00:00")
    page.fill("#id_hazard-rain_mm", "148.9")
    page.fill("#id_hazard-rain_hours", "24")
    page.fill("#id_hazard-rain_source", "2019年8月11日全市平均雨量实况")
    page.fill("#id_place", "济南市")
    page.wait_for_selector("#place-options li")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/reports/\d+/$"))


def step_warning(page: Page, word: str) -> None:
    """Press the one button of the state: approve, then issue."""
    with page.expect_navigation():
        page.keyboard.press("s")
    page.wait_for_selector(f".pagehead .tag:text-is('{word}')")


def refuse_without_a_session(page: Page) -> None:
    """Decide with a session that has expired: the door opens, nothing is decided, nothing vanishes."""
    package, cookies = page.url, page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    page.locator(".decide > button.go").first.click()
    page.wait_for_url(re.compile(r"/login/"))
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.goto(package)
    page.wait_for_selector("body[data-zones]")
    assert page.locator(".part header .tag.care").count() == PARTS


def test_lekima_from_the_report_to_the_close(
    sign_in_as: Callable[[str], Page],
    address: str,
    expected_errors: list[str],
    pictures: Path | None,
) -> None:
    officer, commander = sign_in_as("lin_lan"), sign_in_as("gao_feng")
    enter_typhoon(officer)
    officer.keyboard.press("v")
    officer.wait_for_url(re.compile(r"/incidents/\d+/$"))
    incident = officer.url
    assert officer.inner_text("h1") == "济南市台风"

    officer.wait_for_selector("body[data-replay]")
    officer.keyboard.press("b")
    officer.wait_for_url(re.compile(r"/packages/\d+/$"), timeout=PACKAGE_WITHIN_MS)
    commander.goto(officer.url)
    commander.wait_for_selector("body[data-zones]")
    drawn = commander.evaluate(
        "async () => (await (await fetch(document.getElementById('map').dataset.package)).json())"
        ".features.map(f => f.properties.kind)"
    )
    assert {"isoline", "signal", "weather", "warning", "shelter"} <= set(drawn)
    assert drawn.count("signal") == 12
    rows = commander.locator("#part-forecast tbody tr:has(.tag.blue)")
    assert rows.count() == 12
    assert "暴雨蓝" in rows.first.inner_text()
    assert "防汛防台风" in commander.inner_text("#part-level")
    assert "12小时雨量 74.5 mm" in commander.inner_text("#part-warning")
    take(commander, pictures, "lekima-package", whole=False)
    expected_errors.append("422")  # sending a part back without a reason
    refuse_without_a_session(commander)
    commander.evaluate("window.stays = true")
    decide_every_part(commander)
    assert commander.evaluate("window.stays")  # the map is not drawn anew for every part
    assert commander.inner_text(".pagehead .tag") == "已审定"
    assert commander.locator(".part header .tag.good").count() == PARTS - 1
    take(commander, pictures, "lekima-package-decided")

    commander.goto(f"{address}/warnings/")
    commander.locator("#warnings a:has-text('暴雨蓝色')").first.click()
    commander.wait_for_url(re.compile(r"/warnings/\d+/$"))
    warning = commander.url
    step_warning(commander, "已审批待发布")
    step_warning(commander, "已发布")
    feed = commander.request.get(f"{address}/cap/")
    assert feed.ok
    assert "暴雨蓝色预警" in feed.text()
    take(commander, pictures, "lekima-warning")

    officer.goto(warning)
    officer.locator("summary:has-text('解除预警')").click()
    officer.fill("#why", "降雨已停，水位回落")
    officer.click("form[action$='/cancel/'] button.stop")
    officer.wait_for_selector(".notice.success")
    commander.goto(officer.url)
    step_warning(commander, "已审批待发布")
    step_warning(commander, "已发布")
    take(commander, pictures, "lekima-cancel")
    commander.goto(warning)
    assert commander.locator(".pagehead .tag:text-is('已解除')").count() == 1

    tasks = f"{address}/tasks/?incident={incident.rstrip('/').rsplit('/', 1)[1]}"
    commander.goto(tasks)
    with commander.expect_navigation():
        commander.keyboard.press("s")
    commander.wait_for_selector(".card .tag:text-is('已下达')")
    take(commander, pictures, "lekima-tasks")

    for kind in ("initial", "follow_up", "final"):
        report_upwards(commander, incident, kind)
    commander.locator("summary:has-text('办结事件')").click()
    commander.fill("form[action$='/close/'] textarea", "台风过境，积水退净，转移人员返回")
    commander.check("form[action$='/close/'] input[type=checkbox]")
    commander.click("form[action$='/close/'] button.stop")
    commander.wait_for_selector(".pagehead .tag:text-is('已结束')")

    commander.wait_for_selector("body[data-replay]")
    assert int(commander.get_attribute("#replay", "max") or 0) > 10
    commander.focus("#replay")
    commander.keyboard.press("Home")
    assert "接报" in commander.inner_text("#replay-text")
    look(commander, incident, pictures, "lekima-incident")
