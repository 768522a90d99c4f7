"""Accounts: who may open, change and close them, and what keeps the administrators apart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied

from anlan.core.choices import Role
from anlan.core.duties import ADMINISTRATORS, refusal
from anlan.core.models import JournalEntry, User
from anlan.core.services import (
    AccountRefusedError,
    account_change,
    account_close,
    account_open,
    account_reopen,
    own_password_set,
    password_reset,
)

if TYPE_CHECKING:
    from kit.people import People, Places

NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
PASSWORD = "correct-horse-2026"  # noqa: S105 - of an account that lives for one test


def last() -> JournalEntry:
    entry = JournalEntry.objects.order_by("seq").last()
    assert entry is not None
    return entry


def change(account: User, by: User, places: Places, **given: object) -> dict[str, list[str]]:
    values = {
        "name": account.first_name,
        "role": account.role,
        "division": account.division,
        "reason": "调岗",
    }
    return account_change(account=account, by=by, now=NOW, **(values | given))  # type: ignore[arg-type]


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_an_administrator_is_neither_opened_nor_changed_nor_given_a_password(role: str) -> None:
    assert "服务器" in refusal("open", own=False, role=role)
    assert "服务器" in refusal("change", own=False, role=role, new_role=Role.VIEWER)
    assert "服务器" in refusal("password", own=False, role=role)
    assert refusal("close", own=False, role=role) == ""
    assert "互不兼任" in refusal("change", own=False, role=Role.VIEWER, new_role=role)


@pytest.mark.parametrize("act", ["change", "close", "reopen", "password"])
def test_nobody_changes_his_own_account(act: str) -> None:
    assert "自己" in refusal(act, own=True, role=Role.SECURITY_ADMIN)  # type: ignore[arg-type]


def test_only_the_security_administrator_changes_accounts(people: People, places: Places) -> None:
    for by in (people.sysadmin, people.auditor, people.gao_feng):
        with pytest.raises(PermissionDenied):
            change(people.zhou_heng, by, places, role=Role.VIEWER)
        with pytest.raises(PermissionDenied):
            account_close(account=people.zhou_heng, reason="离职", by=by, now=NOW)
        with pytest.raises(PermissionDenied):
            password_reset(
                account=people.zhou_heng, password=PASSWORD, reason="忘记", by=by, now=NOW
            )


def test_a_change_names_what_it_was_and_what_it_is(people: People, places: Places) -> None:
    changed = change(
        people.zhou_heng, people.secadmin, places, role=Role.VIEWER, division=places.lixia
    )
    assert changed == {
        "role": ["material_manager", "viewer"],
        "division": [places.zhangqiu.code, places.lixia.code],
    }
    people.zhou_heng.refresh_from_db()
    assert people.zhou_heng.role == Role.VIEWER
    entry = last()
    assert (entry.verb, entry.actor, entry.subject_id) == (
        "account.changed",
        people.secadmin,
        str(people.zhou_heng.pk),
    )
    assert "调岗" in entry.reasons


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "没有改动"),
        ({"role": Role.VIEWER, "reason": " "}, "变更理由"),
        ({"role": Role.AUDIT_ADMIN}, "互不兼任"),
    ],
)
def test_a_change_is_refused_with_the_reason(
    people: People, places: Places, given: dict[str, str], words: str
) -> None:
    with pytest.raises(AccountRefusedError, match=words):
        change(people.zhou_heng, people.secadmin, places, **given)


def test_accounts_of_other_places_are_out_of_reach(people: People, places: Places) -> None:
    with pytest.raises(AccountRefusedError, match="管辖范围"):
        change(people.zhou_heng, people.secadmin, places, division=places.dongchangfu)
    with pytest.raises(AccountRefusedError, match="管辖范围"):
        account_close(account=people.sun_yuan, reason="离职", by=people.secadmin, now=NOW)
    with pytest.raises(AccountRefusedError, match="管辖范围"):
        account_open(
            username="x", name="某", role=Role.VIEWER, division=places.dongchangfu,
            password=PASSWORD, by=people.secadmin, now=NOW,
        )  # fmt: skip


def test_an_account_of_no_place_is_the_citys_business(people: People, places: Places) -> None:
    county = User.objects.create_user(
        "county_security", division=places.zhangqiu, role=Role.SECURITY_ADMIN
    )
    with pytest.raises(AccountRefusedError, match="未定区划"):
        account_close(account=people.newcomer, reason="离职", by=county, now=NOW)
    account_close(account=people.newcomer, reason="离职", by=people.secadmin, now=NOW)
    assert not User.objects.get(pk=people.newcomer.pk).is_active


def test_a_closed_account_opens_again_and_each_is_journalled(people: People) -> None:
    account_close(account=people.zhou_heng, reason="借调", by=people.secadmin, now=NOW)
    assert not User.objects.get(pk=people.zhou_heng.pk).is_active
    with pytest.raises(AccountRefusedError, match="已经停用"):
        account_close(account=people.zhou_heng, reason="借调", by=people.secadmin, now=NOW)
    people.zhou_heng.refresh_from_db()
    with pytest.raises(AccountRefusedError, match="请先启用"):
        password_reset(
            account=people.zhou_heng, password=PASSWORD, reason="忘", by=people.secadmin, now=NOW
        )
    account_reopen(account=people.zhou_heng, reason="返岗", by=people.secadmin, now=NOW)
    with pytest.raises(AccountRefusedError, match="没有停用"):
        account_reopen(account=people.zhou_heng, reason="返岗", by=people.secadmin, now=NOW)
    assert User.objects.get(pk=people.zhou_heng.pk).is_active
    assert last().verb == "account.reopened"


def test_the_journal_does_not_hold_the_password(people: People) -> None:
    password_reset(
        account=people.zhou_heng, password=PASSWORD, reason="忘记", by=people.secadmin, now=NOW
    )
    assert User.objects.get(pk=people.zhou_heng.pk).check_password(PASSWORD)
    entry = last()
    assert entry.verb == "account.password_reset"
    assert PASSWORD not in entry.payload + entry.reasons
    own_password_set(account=people.zhou_heng, password=f"{PASSWORD}-2", now=NOW)
    assert last().verb == "account.password_set"
    assert PASSWORD not in last().payload
