"""The journal from the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from django.db import connection

from anlan.cli.journal import command


@pytest.mark.django_db
def test_an_empty_database_is_named_not_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    assert CliRunner().invoke(command, ["verify"]).exit_code == 0
    monkeypatch.setattr(connection.introspection, "table_names", list)
    said = CliRunner().invoke(command, ["verify"])
    assert said.exit_code == 1
    assert "anlan migrate" in said.output
