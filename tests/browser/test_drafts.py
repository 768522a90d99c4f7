"""What somebody typed is not lost: not with the line, not with the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from anlan.command.models import Report
from anlan.core.models import Division

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

    from kit.people import People

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WORDS = "明水街道一处仓库冒烟，暂无人员受伤"


@pytest.fixture
def form(people: People, page: Page, sign_in: Callable[..., None], live_server: LiveServer) -> Page:
    """The report form, half filled in."""
    square = "MULTIPOLYGON(((117.3 36.5,117.7 36.5,117.7 36.9,117.3 36.9,117.3 36.5)))"
    Division.objects.filter(name="章丘区").update(boundary=square)
    sign_in(page, people.lin_lan)
    page.goto(live_server.url + reverse("console:report-new"))
    page.wait_for_selector("body[data-entry=ready]")
    page.fill("#id_text", WORDS)
    page.fill("#id_place", "117.53, 36.71")
    page.keyboard.press("Tab")
    return page


def test_a_draft_survives_a_lost_line(form: Page, expected_errors: list[str]) -> None:
    expected_errors.append("ERR_INTERNET_DISCONNECTED")
    form.context.set_offline(True)
    form.keyboard.press("Control+Enter")
    form.wait_for_selector("#draft-offline", state="visible")
    form.context.set_offline(False)
    form.reload()
    form.wait_for_selector("#draft-restored", state="visible")
    assert form.input_value("#id_text") == WORDS
    assert form.input_value("#id_longitude") == "117.53000"


def test_a_draft_survives_an_expired_session(
    form: Page, people: People, sign_in: Callable[..., None]
) -> None:
    form.context.clear_cookies(name="sessionid")
    form.fill("#id_injured", "0")
    form.keyboard.press("Control+Enter")
    form.wait_for_selector("#id_password")
    sign_in(form, people.lin_lan)
    form.goto(form.url)
    form.wait_for_selector("#draft-restored", state="visible")
    assert form.input_value("#id_text") == WORDS


def test_a_report_that_arrived_leaves_no_draft(form: Page, live_server: LiveServer) -> None:
    form.fill("#id_event_name", "12B03")
    form.wait_for_selector("#event-options li")
    form.keyboard.press("Enter")
    form.focus("#id_text")
    form.keyboard.press("Control+Enter")
    form.wait_for_selector(".said")
    assert Report.objects.get().text == WORDS
    form.goto(live_server.url + reverse("console:report-new"))
    form.wait_for_selector("body[data-entry=ready]")
    assert form.input_value("#id_text") == ""
