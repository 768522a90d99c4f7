from __future__ import annotations

import itertools
import shutil
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from kit.servers import Site, migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kit.servers import PostgresServer

numbers = itertools.count(1)


def site_environment(folder: Path) -> dict[str, str]:
    return {
        "ANLAN_VAR": str(folder),
        "ANLAN_SECRET_KEY": settings.SECRET_KEY,
        "ANLAN_DEBUG": "0",
        "ANLAN_REPORT_RATE": "0",
        "ANLAN_WARM_UP": "0",
        "DJANGO_SETTINGS_MODULE": "anlan.config.settings",
    }


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    folder = tmp_path_factory.mktemp("template")
    migrate(folder, site_environment(folder))
    return folder / "anlan.sqlite3"


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated PostgreSQL database."""
    postgres.create_database("site_template")
    folder = tmp_path_factory.mktemp("template")
    migrate(folder, site_environment(folder) | postgres.environment("site_template"))
    return "site_template"


def make_site(request: pytest.FixtureRequest, folder: Path) -> Site:
    """Return a site on an empty database of the kind that the fixture's parameter names."""
    environment = site_environment(folder)
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder)
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        name = f"site_{next(numbers)}"
        server.create_database(name, request.getfixturevalue("postgres_template"))
        environment |= server.environment(name)
    return Site(folder, environment)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A site on an empty database, not yet started."""
    site = make_site(request, tmp_path)
    yield site
    site.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def running_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site that serves, shared by the tests that leave it whole: a start takes seconds."""
    site = make_site(request, tmp_path_factory.mktemp("running"))
    site.start().wait_until_ready(120)
    yield site
    site.close()


@pytest.fixture
def sqlite_site(tmp_path: Path, sqlite_template: Path) -> Iterator[Site]:
    """A site on an empty SQLite database, not yet started."""
    shutil.copy(sqlite_template, tmp_path)
    site = Site(tmp_path, site_environment(tmp_path))
    yield site
    site.close()
