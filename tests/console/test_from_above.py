"""What the city puts in force holds in its districts: they read it, and change nothing of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from anlan.core.choices import Role
from anlan.plans.selectors import example_texts
from anlan.plans.services import plan_approve, plan_import
from anlan.warn.services import warning_approve, warning_draft, warning_issue, warning_update

if TYPE_CHECKING:
    from django.test import Client

    from anlan.core.models import Division, User
    from anlan.plans.models import PlanVersion
    from anlan.warn.models import PublicWarning
    from kit.people import People, Places


@pytest.fixture
def viewer(people: People) -> User:
    return people.qin_yue


@pytest.fixture
def commander(viewer: User) -> User:
    viewer.role = Role.COMMANDER
    viewer.save()
    return viewer


def warned(place: Division, people: People, *, issued: bool) -> PublicWarning:
    now = timezone.now()
    warning = warning_draft(
        division=place,
        event_code="11B03",
        colour="orange",
        places=[(place.code, place.name)],
        area=None,
        effective=now,
        expires=now + timedelta(hours=6),
        issuer=f"{place.name}应急管理局",
        what="未来 6 小时有暴雨",
        by=people.lin_lan,
        now=now,
    )
    if issued:
        warning_approve(warning=warning, by=people.gao_feng, now=now)
        warning_issue(warning=warning, by=people.gao_feng, now=now)
    return warning


@pytest.fixture
def of_the_city(people: People, places: Places) -> PublicWarning:
    return warned(places.jinan, people, issued=True)


@pytest.fixture
def plan(people: People, places: Places) -> PlanVersion:
    text = example_texts()["hazardous_chemicals.toml"]
    now = timezone.now()
    return plan_import(text=text, division=places.jinan, by=people.xu_jing, now=now)


def approved(plan: PlanVersion, people: People) -> None:
    plan_approve(version=plan, by=people.gao_feng, now=timezone.now(), reason="同意")


def test_a_district_reads_the_warning_of_its_city(
    client: Client, viewer: User, of_the_city: PublicWarning
) -> None:
    client.force_login(viewer)
    address = reverse("console:warning", args=[of_the_city.pk])
    listed = client.get(reverse("console:warnings"), {"status": "in_force"}).content.decode()
    assert address in listed
    shown = client.get(address)
    assert shown.status_code == 200
    assert of_the_city.headline in shown.content.decode()
    assert client.get(reverse("console:warning-area", args=[of_the_city.pk])).status_code == 200


def test_a_district_sees_no_draft_of_its_city_and_nothing_of_its_neighbour(
    client: Client, viewer: User, people: People, places: Places, of_the_city: PublicWarning
) -> None:
    now = timezone.now()
    update = warning_update(
        warning=of_the_city,
        colour="red",
        places=[(places.jinan.code, "济南市")],
        expires=now + timedelta(hours=9),
        what="雨势增强",
        instruction="",
        reason="雨势增强",
        by=people.lin_lan,
        now=now,
    )
    others = [update, warned(places.zhangqiu, people, issued=True)]
    client.force_login(viewer)
    for hidden in others:
        assert client.get(reverse("console:warning", args=[hidden.pk])).status_code == 404
    page = client.get(reverse("console:warning", args=[of_the_city.pk])).content.decode()
    assert reverse("console:warning", args=[update.pk]) not in page


def test_a_commander_of_a_district_does_not_lift_the_warning_of_the_city(
    client: Client, commander: User, of_the_city: PublicWarning
) -> None:
    client.force_login(commander)
    page = client.get(reverse("console:warning", args=[of_the_city.pk])).content.decode()
    for step in ("update", "cancel", "withdraw", "edit", "approve", "issue"):
        address = reverse(f"console:warning-{step}", args=[of_the_city.pk])
        assert address not in page
        assert client.post(address, {"reason": "误报"}).status_code == 404
    of_the_city.refresh_from_db()
    assert of_the_city.status == "issued"


def test_a_district_reads_the_plan_in_force_in_its_city(
    client: Client, commander: User, people: People, plan: PlanVersion
) -> None:
    client.force_login(commander)
    address = reverse("console:plan", args=[plan.pk])
    assert client.get(address).status_code == 404
    approved(plan, people)
    assert address in client.get(reverse("console:plans")).content.decode()
    page = client.get(address).content.decode()
    assert plan.title in page
    assert "今天做得到吗" not in page
    withdraw = reverse("console:plan-withdraw", args=[plan.pk])
    assert withdraw not in page
    assert client.post(withdraw, {"reason": "不用"}).status_code == 404


def test_another_city_reads_neither(
    client: Client, people: People, plan: PlanVersion, of_the_city: PublicWarning
) -> None:
    approved(plan, people)
    client.force_login(people.sun_yuan)
    assert client.get(reverse("console:plan", args=[plan.pk])).status_code == 404
    assert client.get(reverse("console:warning", args=[of_the_city.pk])).status_code == 404
