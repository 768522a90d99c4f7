"""The story: one night of a duty officer, in two browsers, on the real server and a real city."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from kit.demonstration import environment, sign_in
from kit.night import decide_every_part, enter_leak, report_upwards
from kit.pages import look, take

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIVE_WITHIN_S = 1.0


def moves_seen(first: Page, second: Page, *, times: int) -> list[float]:
    """Move tasks in one browser; return how long after the answer the other one shows it [s]."""
    seen = []
    for _turn in range(times):
        card = first.locator(".card:has(.tag:text-is('已下达'))").first
        name = card.get_attribute("id")
        with first.expect_response(lambda answer: "/advance/" in answer.url):
            card.locator("button[value=doing]").click()
        answered = time.monotonic()
        second.wait_for_selector(f"#{name} .tag:text-is('执行中')")
        seen.append(time.monotonic() - answered)
        first.wait_for_load_state()
    return seen


def test_a_night_from_the_first_report_to_the_close(
    sign_in_as: Callable[[str], Page],
    address: str,
    var: Path,
    expected_errors: list[str],
    pictures: Path | None,
) -> None:
    officer, commander = sign_in_as("lin_lan"), sign_in_as("gao_feng")

    began = time.monotonic()
    enter_leak(officer)
    assert time.monotonic() - began < 60
    officer.keyboard.press("v")
    officer.wait_for_url(re.compile(r"/incidents/\d+/$"))
    incident = officer.url
    assert officer.locator("#clocks .clockface").count() > 0

    commander.goto(incident)
    commander.wait_for_selector("body[data-replay]")
    commander.keyboard.press("b")
    commander.wait_for_url(re.compile(r"/packages/\d+/$"), timeout=60_000)
    commander.wait_for_selector("body[data-zones]")
    expected_errors.append("422")  # sending a part back without a reason
    decide_every_part(commander)
    take(commander, pictures, "journey-package")

    tasks = f"{address}/tasks/?incident={incident.rstrip('/').rsplit('/', 1)[1]}"
    officer.goto(tasks)
    officer.wait_for_selector("#linkstate[data-state=live]")
    commander.goto(tasks)
    with commander.expect_navigation():
        commander.keyboard.press("s")
    officer.wait_for_selector(".card .tag:text-is('已下达')")

    assert statistics.median(moves_seen(commander, officer, times=3)) < LIVE_WITHIN_S
    take(officer, pictures, "journey-tasks")

    report_upwards(commander, incident, "initial")
    commander.goto(incident)
    commander.keyboard.press("c")
    commander.fill("#id_injured", "1")
    commander.fill("#id_source", "120 急救中心电话")
    commander.click("#casualties button.go")
    commander.wait_for_selector("#casualties .errors, #casualties .notice.error")
    commander.fill("#id_decrease_reason", "一人经检查未受伤")
    commander.fill("#id_serious", "1")
    commander.click("#casualties button.go")
    commander.wait_for_selector(".notice.success")

    report_upwards(commander, incident, "follow_up")
    report_upwards(commander, incident, "final")
    commander.locator("summary:has-text('办结事件')").click()
    commander.fill("form[action$='/close/'] textarea", "泄漏已止，人员已返回")
    commander.check("form[action$='/close/'] input[type=checkbox]")
    commander.click("form[action$='/close/'] button.stop")
    commander.wait_for_selector(".pagehead .tag:text-is('已结束')")

    commander.wait_for_selector("body[data-replay]")
    assert int(commander.get_attribute("#replay", "max") or 0) > 10
    commander.focus("#replay")
    commander.keyboard.press("Home")
    assert "接报" in commander.inner_text("#replay-text")

    journal = [sys.executable, "-m", "anlan", "journal", "verify"]
    said = subprocess.run(
        journal, env=environment(var), capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr


PAGES = {
    "desk": "/",
    "map": "/map/",
    "report-new": "/reports/new/",
    "reports": "/reports/",
    "report": "/reports/1/",
    "incidents": "/incidents/",
    "incident": "/incidents/1/",
    "package": "/packages/1/",
    "tasks": "/tasks/?incident=1",
    "outbox": "/outbox/",
    "official": "/official/1/",
    "warnings": "/warnings/",
    "warning": "/warnings/1/",
    "warning-new": "/warnings/new/",
    "plans": "/plans/",
    "plan": "/plans/1/?level=2",
    "exercises": "/exercises/",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_that_night_is_sound(
    sign_in_as: Callable[[str], Page], address: str, pictures: Path | None, name: str
) -> None:
    """After the story, so that no page is empty."""
    look(sign_in_as("gao_feng"), address + PAGES[name], pictures, f"night-{name}")


def test_the_incident_is_sound_in_english(
    new_page: Callable[..., Page], address: str, pictures: Path | None
) -> None:
    page = sign_in(new_page(), address, "gao_feng")
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": address}])
    look(page, address + PAGES["incident"], pictures, "english-incident")
    assert page.get_attribute("html", "lang") == "en"
    assert "Timeline" in page.inner_text("#timeline")


def test_an_exercise_runs_beside_what_is_real(
    sign_in_as: Callable[[str], Page], address: str
) -> None:
    page = sign_in_as("lin_lan")
    page.goto(f"{address}/exercises/")
    page.fill("#id_title", "危化品泄漏桌面推演")
    page.click("form.stack > button.go")
    page.wait_for_url(re.compile(r"lane=ex-\d+$"))
    assert page.locator(".watermark").count() == 1
    lane = page.url.rsplit("?", 1)[1]
    enter_leak(page, "演练：假设液氨储罐泄漏")
    assert page.locator(".watermark").count() == 1
    page.goto(f"{address}/reports/?{lane}")
    assert "演练：假设" in page.inner_text("#reports")
    page.goto(f"{address}/reports/")
    assert page.locator(".watermark").count() == 0
    assert "演练：假设" not in page.inner_text("#reports")
