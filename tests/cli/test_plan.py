"""Plans from the command line: two people, errors with lines, one version in force."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from anlan.cli.plan import command
from anlan.core.choices import Role
from anlan.core.models import User
from anlan.plans.choices import PlanStatus
from anlan.plans.models import PlanVersion

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from kit.people import People

pytestmark = pytest.mark.django_db


def run(*args: str) -> Result:
    return CliRunner().invoke(command, args)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    text = (files("anlan.plans.examples") / "earthquake.toml").read_text(encoding="utf-8")
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def second_planner(people: People) -> User:
    return User.objects.create_user("he_ping", role=Role.PLANNER, division=people.xu_jing.division)


def test_a_plan_is_imported_by_one_and_approved_by_another(
    people: People, second_planner: User, file: Path
) -> None:
    said = run("import", str(file), "--by", people.xu_jing.username)
    assert said.exit_code == 0, said.output
    version = PlanVersion.objects.get()
    assert version.status == PlanStatus.DRAFT
    approving = ("approve", str(version.pk), "--reason=会议纪要3号", "--by")
    assert "由另一人批准" in run(*approving, people.xu_jing.username).output
    assert run(*approving, second_planner.username).exit_code == 0
    version.refresh_from_db()
    assert version.status == PlanStatus.APPROVED
    assert "现行" in run("list").output
    ending = ("withdraw", str(version.pk), "--reason=修订", "--by", second_planner.username)
    assert run(*ending).exit_code == 0
    assert run(*ending).exit_code == 1


def test_a_plan_with_a_mistake_is_refused_with_its_line(people: People, file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('owner = "', 'owner = "nobody_', 1), encoding="utf-8")
    said = run("import", str(file), "--by", people.xu_jing.username)
    assert said.exit_code == 1
    assert "plan.toml:" in said.output
    assert "nobody_" in said.output
    assert not PlanVersion.objects.exists()


def test_who_is_no_planner_may_not(people: People, file: Path) -> None:
    assert "需要预案管理员" in run("import", str(file), "--by", people.lin_lan.username).output
    assert "没有账号 nobody" in run("import", str(file), "--by", "nobody").output
    assert (
        "没有第 99 号预案"
        in run("approve", "99", "--reason=无", "--by", people.xu_jing.username).output
    )
