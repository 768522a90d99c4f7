"""Pages of planners and administrators, with something on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from anlan.core.dictionaries import table
from anlan.core.dictionaries.services import row_override
from anlan.core.services import account_change
from anlan.plans.models import PlanVersion
from anlan.plans.selectors import example_texts
from anlan.plans.services import plan_approve, plan_import
from kit.pages import findings, look, take

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

    from kit.people import People, Places

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROW = next(row for row in table("report_deadlines") if row.mark)
ADMINISTRATORS = {
    "secadmin": ("desk", "accounts", "account-new", "own-password"),
    "auditor": ("desk", "journal"),
    "sysadmin": ("desk", "norms"),
}
TEXT = example_texts()["hazardous_chemicals.toml"]


def test_a_planner_mends_a_plan_by_the_line_and_another_approves_it(
    people: People,
    places: Places,
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    live_server: LiveServer,
    pictures: Path | None,
    expected_errors: list[str],
) -> None:
    expected_errors.append("400 (Bad Request)")  # the refusal itself
    now = timezone.now()
    older = plan_import(text=TEXT, division=places.jinan, by=people.xu_jing, now=now)
    plan_approve(version=older, by=people.gao_feng, now=now, reason="试用")
    planner = new_page()
    sign_in(planner, people.xu_jing)
    look(planner, live_server.url + reverse("console:plan-import"), pictures, "plan-import")
    planner.set_viewport_size({"width": 1366, "height": 768})
    planner.goto(live_server.url + reverse("console:plans"))
    planner.wait_for_selector("body[data-shell=ready]")
    planner.keyboard.press("i")
    planner.wait_for_selector("#id_text")
    newer = TEXT.replace('version = "2026.1"', 'version = "2026.2"')
    newer = newer.replace("offset_min = 10", "offset_min = 8", 1)
    wrong = newer.replace('owner = "ecology"', 'owner = "ecologist"', 1)
    planner.fill("#id_text", wrong)
    planner.keyboard.press("Control+Enter")
    planner.wait_for_selector("[data-goto]")
    planner.wait_for_selector("body[data-shell=ready]")
    take(planner, pictures, "plan-refused")
    assert findings(planner) == []
    planner.focus("[data-goto]")
    planner.keyboard.press("Enter")
    chosen = planner.evaluate(
        "() => { const t = document.getElementById('id_text');"
        " return t.value.slice(t.selectionStart, t.selectionEnd) }"
    )
    assert chosen == 'owner = "ecologist"'
    planner.keyboard.type('owner = "ecology"')
    planner.click("button[name=keep]")
    planner.wait_for_selector(".notice >> text=由您导入")
    version = PlanVersion.objects.get(version="2026.2")

    commander = new_page()
    sign_in(commander, people.gao_feng)
    commander.goto(live_server.url + reverse("console:desk"))
    commander.click("text=2026.2 >> xpath=.. >> a")
    address = live_server.url + reverse("console:plan", args=[version.pk])
    look(commander, address, pictures, "plan-draft")
    look(
        commander,
        live_server.url + reverse("console:plan-difference", args=[version.pk]),
        pictures,
        "plan-difference",
    )
    commander.set_viewport_size({"width": 1366, "height": 768})
    commander.goto(address)
    commander.fill("#why", "会议纪要3号")
    commander.keyboard.press("Enter")
    commander.wait_for_selector("text=已批准，现行有效")
    older.refresh_from_db()
    assert older.status == "withdrawn"
    look(commander, live_server.url + reverse("console:plans"), pictures, "plans")
    look(commander, live_server.url + reverse("console:desk"), pictures, "desk-statistics")


@pytest.mark.parametrize("who", sorted(ADMINISTRATORS))
def test_the_pages_of_an_administrator_are_sound(
    who: str,
    people: People,
    places: Places,
    page: Page,
    sign_in: Callable[..., None],
    live_server: LiveServer,
    pictures: Path | None,
) -> None:
    now = timezone.now()
    row_override(
        table="report_deadlines", row_key=ROW.key, division_code=places.jinan.code,
        values={"minutes": "20"}, document="济政办字〔2025〕3号", by=people.xu_jing, now=now,
    )  # fmt: skip
    account_change(
        account=people.lin_lan, name="林岚", role="viewer", division=places.jinan,
        reason="调离值班室", by=people.secadmin, now=now,
    )  # fmt: skip
    sign_in(page, getattr(people, who))
    addresses = {name: reverse(f"console:{name}") for name in ADMINISTRATORS[who]}
    if who == "secadmin":
        addresses["account"] = reverse("console:account", args=[people.lin_lan.pk])
    if who == "sysadmin":
        addresses["norm-table"] = reverse("console:norm-table", args=["report_deadlines"])
        addresses["norm"] = reverse("console:norm", args=["report_deadlines", ROW.key])
    for name, address in addresses.items():
        look(page, live_server.url + address, pictures, f"{who}-{name}")
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
    look(page, live_server.url + list(addresses.values())[-1], pictures, f"{who}-english")


def test_an_auditor_checks_the_chain_with_the_keyboard(
    people: People,
    places: Places,
    page: Page,
    sign_in: Callable[..., None],
    live_server: LiveServer,
    pictures: Path | None,
) -> None:
    account_change(
        account=people.lin_lan, name="林岚", role="viewer", division=places.jinan,
        reason="调离值班室", by=people.secadmin, now=timezone.now(),
    )  # fmt: skip
    sign_in(page, people.auditor)
    page.goto(live_server.url)
    page.wait_for_selector("body[data-shell=ready]")
    page.keyboard.press("g")
    page.keyboard.press("j")
    page.wait_for_selector("#checking >> text=还没有校验过")
    page.wait_for_selector("body[data-shell=ready]")
    page.keyboard.press("v")
    page.wait_for_selector("#checking >> text=日志完整")
    page.click("summary >> nth=-1")
    take(page, pictures, "journal-checked")
    assert findings(page) == []
