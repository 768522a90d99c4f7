"""Accounts from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from anlan.cli.account import command
from anlan.core.models import JournalEntry, User

if TYPE_CHECKING:
    from click.testing import Result

    from kit.people import People, Places

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-2026"  # noqa: S105 - of an account that lives for one test


def run(*args: str) -> Result:
    return CliRunner().invoke(command, args)


def opening(username: str, **changed: str) -> Result:
    given = {"name": "张敏", "role": "duty_officer", "division": "370114000000"}
    given |= {"password": PASSWORD} | changed
    return run("open", username, *(f"--{key}={value}" for key, value in given.items()))


def test_an_account_is_opened_with_its_one_role(places: Places) -> None:
    said = opening("zhang_min")
    assert said.exit_code == 0, said.output
    account = User.objects.get(username="zhang_min")
    assert (account.role, account.division) == ("duty_officer", places.zhangqiu)
    assert account.check_password(PASSWORD)
    assert not account.is_superuser
    assert JournalEntry.objects.filter(verb="account.opened").count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"role": "boss"}, "没有角色 boss"),
        ({"division": "3701"}, "没有区划 3701"),
        ({"password": "short"}, "口令不合要求"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_opened(
    places: Places,
    changed: dict[str, str],
    words: str,
) -> None:
    said = opening("zhang_min", **changed)
    assert said.exit_code == 1
    assert words in said.output
    assert not User.objects.filter(username="zhang_min").exists()


def test_a_name_in_use_is_refused(people: People) -> None:
    assert people.lin_lan.username == "lin_lan"
    assert "已有人使用" in opening("lin_lan").output


def test_a_closed_account_stays_and_signs_in_no_more(people: People) -> None:
    assert run("close", "lin_lan", "--reason= ").exit_code == 1
    said = run("close", "lin_lan", "--reason=调离")
    assert said.exit_code == 0, said.output
    people.lin_lan.refresh_from_db()
    assert not people.lin_lan.is_active
    assert "已停用" in run("list").output
    entry = JournalEntry.objects.get(verb="account.closed")
    assert "调离" in entry.reasons
    assert "已经停用" in run("close", "lin_lan", "--reason=调离").output
    assert "没有账号 nobody" in run("close", "nobody", "--reason=调离").output
