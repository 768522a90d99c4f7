from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q

from anlan.core.choices import Role
from anlan.core.models import Division, Unit
from anlan.core.permissions import GRANTS, may, require, restrict

if TYPE_CHECKING:
    from kit.people import People, Places


@pytest.fixture
def units(places: Places) -> None:
    for place in (places.zhangqiu, places.lixia, places.dongchangfu):
        Unit.objects.create(name=f"{place}应急局", division=place, location=(117.0, 36.6))


@pytest.mark.usefixtures("units")
def test_a_city_sees_its_districts_and_a_district_only_itself(people: People) -> None:
    def seen(user: object) -> list[str]:
        rows = restrict(Unit.objects.all(), user, "register.view")  # type: ignore[arg-type]
        return [unit.name for unit in rows]

    assert seen(people.lin_lan) == ["历下区应急局", "章丘区应急局"]
    assert seen(people.wang_guilan) == ["章丘区应急局"]
    assert seen(people.sun_yuan) == ["东昌府区应急局"]
    assert seen(people.newcomer) == []


@pytest.mark.usefixtures("units")
def test_what_holds_from_above_is_that_of_the_places_it_lies_in(people: People) -> None:
    everything = Q()
    own = restrict(Division.objects.all(), people.qin_yue, "register.view", field="code")
    above = restrict(
        Division.objects.all(),
        people.qin_yue,
        "register.view",
        field="code",
        from_above=everything,
    )
    assert [place.name for place in own] == ["历下区"]
    assert [place.name for place in above] == ["济南市", "历下区"]


@pytest.mark.usefixtures("units")
def test_a_role_without_the_action_sees_nothing(people: People) -> None:
    assert not restrict(Unit.objects.all(), people.auditor, "register.view").exists()


def test_the_row_filter_uses_the_index(people: People) -> None:
    query = restrict(Unit.objects.order_by(), people.wang_guilan, "register.view")
    if connection.vendor == "sqlite":
        assert "USING INDEX" in query.explain()


def test_the_three_administrators_share_no_right_to_change() -> None:
    admins = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
    rights = [GRANTS[role] for role in admins]
    assert not rights[0] & rights[1]
    assert not rights[1] & rights[2]
    assert not rights[0] & rights[2]
    assert not any("incident.view" in granted for granted in rights)


def test_who_drafts_a_warning_does_not_approve_it() -> None:
    assert "warning.approve" not in GRANTS[Role.DUTY_OFFICER]
    assert "package.decide" not in GRANTS[Role.DUTY_OFFICER]


def test_an_inactive_account_may_nothing(people: People) -> None:
    people.lin_lan.is_active = False
    assert not may(people.lin_lan, "report.create")
    with pytest.raises(PermissionDenied):
        require(people.lin_lan, "report.create")


def test_every_role_has_a_row_in_the_table() -> None:
    assert set(GRANTS) == set(Role)


def test_divisions_are_ordered_by_code(places: Places) -> None:
    assert next(iter(Division.objects.values_list("code", flat=True))) == places.jinan.code
