"""The backup is whole, is made beside a running site, and never over an older one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from django.db import connection

from anlan.cli.backup import command
from anlan.core.sqlite.library import sqlite3

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from kit.people import People


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_what_was_committed(
    people: People, tmp_path: Path, settings: Settings
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is saved with pg_dump")
    settings.ANLAN_CITY = tmp_path / "city"
    settings.ANLAN_CITY.mkdir()
    (settings.ANLAN_CITY / "city.toml").write_text("")
    target = tmp_path / "saved"

    said = CliRunner().invoke(command, [str(target)])

    assert said.exit_code == 0, said.output
    assert (target / "city" / "city.toml").is_file()
    copy = sqlite3.connect(str(target / "anlan.sqlite3"))
    names = {row[0] for row in copy.execute("SELECT username FROM core_user")}
    copy.close()
    assert people.lin_lan.username in names
    again = CliRunner().invoke(command, [str(target)])
    assert again.exit_code == 1
    assert "已存在" in again.output
