"""Reading and writing a site's database from beside its server."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kit.databases import alias_for, sqlite_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kit.servers import Site

__all__ = ["database_of", "is_postgres"]


def is_postgres(site: Site) -> bool:
    return "ANLAN_POSTGRES" in site.environment


@contextmanager
def database_of(site: Site, alias: str = "site") -> Iterator[str]:
    """Let `connections[alias]` mean the site's database."""
    settings: dict[str, Any] = sqlite_settings(site.database)
    if is_postgres(site):
        settings = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": site.environment["ANLAN_POSTGRES"],
            "HOST": site.environment["PGHOST"],
            "PORT": site.environment["PGPORT"],
            "USER": site.environment["PGUSER"],
        }
    with alias_for(alias, settings) as name:
        yield name
