"""The pages of the security administrator, and everybody's own password."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.test import Client
from django.urls import reverse

from anlan.core.choices import Role
from anlan.core.models import User

if TYPE_CHECKING:
    from kit.people import People, Places

GIVEN = re.compile(r'id="given">([a-z0-9-]+)<')


def page_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_list_shows_ones_own_place_and_can_be_narrowed(client: Client, people: People) -> None:
    client.force_login(people.secadmin)
    page = page_of(client, "/accounts/")
    assert "wang_guilan" in page
    assert "sun_yuan" not in page
    assert "从未登录" in page
    found = page_of(client, "/accounts/?q=王桂兰")
    assert "wang_guilan" in found
    assert "gao_feng" not in found
    assert "gao_feng" in page_of(client, "/accounts/?role=commander&state=active")
    assert "没有符合条件的账号" in page_of(client, "/accounts/?state=closed")


def test_an_account_of_no_place_is_the_citys_to_place(
    client: Client, people: People, places: Places
) -> None:
    client.force_login(people.secadmin)
    assert "未指定行政区划" in page_of(client, "/accounts/?q=newcomer")
    path = reverse("console:account", args=[people.newcomer.pk])
    form = {"name": "新来者", "role": Role.VIEWER, "division": places.lixia.code, "reason": "报到"}
    assert client.post(f"{path}change/", form).status_code == 302
    people.newcomer.refresh_from_db()
    assert people.newcomer.division == places.lixia


def test_an_account_of_no_place_is_not_for_a_district(
    client: Client, people: People, places: Places
) -> None:
    people.secadmin.division = places.lixia
    people.secadmin.save()
    client.force_login(people.secadmin)
    assert "newcomer" not in page_of(client, "/accounts/")
    path = reverse("console:account-close", args=[people.newcomer.pk])
    assert client.post(path, {"reason": "试"}).status_code == 404


def test_an_account_is_opened_and_its_person_signs_in_and_takes_a_password_of_his_own(
    client: Client, people: People, places: Places
) -> None:
    client.force_login(people.secadmin)
    form = {
        "username": "zhang_min",
        "name": "张敏",
        "role": Role.DUTY_OFFICER,
        "division": places.zhangqiu.code,
    }
    answer = client.post("/accounts/new/", form)
    found = GIVEN.search(answer.content.decode())
    assert found is not None
    assert "no-store" in answer["Cache-Control"]
    person = Client()
    signed_in = person.post("/login/", {"username": "zhang_min", "password": found[1]})
    assert signed_in.status_code == 302
    assert person.get("/")["Location"] == "/password/"
    assert "现在的口令是别人给您的" in page_of(person, "/password/")
    own = {"old_password": "wrong", "new_password1": "short", "new_password2": "short"}
    refused = person.post("/password/", own)
    assert refused.status_code == 400
    same = {"old_password": found[1], "new_password1": found[1], "new_password2": found[1]}
    refused = person.post("/password/", same)
    assert refused.status_code == 400
    assert "新口令与现在的相同" in refused.content.decode()
    own = {
        "old_password": found[1],
        "new_password1": "yellow-river-9",
        "new_password2": "yellow-river-9",
    }
    assert person.post("/password/", own).status_code == 302
    assert person.get("/").status_code == 200
    assert User.objects.get(username="zhang_min").check_password("yellow-river-9")


def test_a_wrong_entry_is_told_at_its_field(client: Client, people: People, places: Places) -> None:
    client.force_login(people.secadmin)
    good = {
        "username": "zhang_min",
        "name": "张敏",
        "role": Role.VIEWER,
        "division": places.lixia.code,
    }
    wrong = {
        "username": "LIN_LAN",
        "name": " ",
        "role": Role.AUDIT_ADMIN,
        "division": places.dongchangfu.code,
    }
    for field, value in wrong.items():
        answer = client.post("/accounts/new/", good | {field: value})
        assert answer.status_code == 400, field
        assert 'role="alert"' in answer.content.decode()
    assert not User.objects.filter(username="zhang_min").exists()


def test_a_reset_password_ends_the_sessions_of_the_account(client: Client, people: People) -> None:
    person = Client()
    person.force_login(people.lin_lan)
    client.force_login(people.secadmin)
    path = reverse("console:account-password", args=[people.lin_lan.pk])
    assert client.post(path, {"reason": ""}).status_code == 409
    answer = client.post(path, {"reason": "忘记口令"})
    found = GIVEN.search(answer.content.decode())
    assert found is not None
    assert person.get("/").status_code == 302
    assert person.post("/login/", {"username": "lin_lan", "password": found[1]}).status_code == 302
    assert person.get("/incidents/")["Location"] == "/password/"
    assert "须换口令" in page_of(client, reverse("console:account", args=[people.lin_lan.pk]))


def test_a_role_is_changed_and_a_closed_account_is_out_at_once(
    client: Client, people: People
) -> None:
    person = Client()
    person.force_login(people.lin_lan)
    client.force_login(people.secadmin)
    path = reverse("console:account", args=[people.lin_lan.pk])
    form = {
        "name": "林岚",
        "role": Role.VIEWER,
        "division": people.lin_lan.division_id,
        "reason": "调离值班室",
    }
    assert client.post(f"{path}change/", form).status_code == 302
    assert person.get("/reports/new/").status_code == 403
    history = page_of(client, path)
    assert "角色 值班员 → 查阅人员" in history
    assert "调离值班室" in history
    assert client.post(f"{path}close/", {"reason": "离职"}).status_code == 302
    assert person.get("/").status_code == 302
    assert "重新启用" in page_of(client, path)


def test_ones_own_account_and_those_of_administrators_are_only_shown(
    client: Client, people: People
) -> None:
    client.force_login(people.secadmin)
    for target in (people.secadmin, people.auditor):
        path = reverse("console:account", args=[target.pk])
        assert "更改，立即生效" not in page_of(client, path)
        form = {
            "name": "新名",
            "role": Role.VIEWER,
            "division": target.division_id,
            "reason": "试",
        }
        assert client.post(f"{path}change/", form).status_code == 409
        assert client.post(f"{path}password/", {"reason": "试"}).status_code == 409
        target.refresh_from_db()
        assert target.role in {Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
    own = reverse("console:account-close", args=[people.secadmin.pk])
    assert client.post(own, {"reason": "试"}).status_code == 409
