"""A disk that fills up during an incident: a small file system of its own, so only for root."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from core.live.conftest import site_environment
from core.live.rows import database_of
from kit.servers import Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import DjangoDbBlocker


@pytest.fixture
def small_site(tmp_path: Path, sqlite_template: Path) -> Iterator[Site]:
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small file system needs root")
    shutil.copy(sqlite_template, folder)
    site = Site(folder, site_environment(folder) | {"ANLAN_DEBUG": "1"})
    yield site
    site.close()
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.slow
def test_a_full_disk_is_said_and_what_was_acknowledged_stays(
    small_site: Site, django_db_blocker: DjangoDbBlocker
) -> None:
    small_site.start().wait_until_ready()
    ballast = small_site.folder / "ballast"
    free = shutil.disk_usage(small_site.folder).free
    ballast.write_bytes(b"\0" * (free - 2 * 2**20))

    acknowledged: set[str] = set()
    for number in range(3000):
        status, content = small_site.report(f"k{number}", text="水" * 1900)
        if status != 201:
            break
        acknowledged.add(f"k{number}")
    assert status == 507, content
    assert "没有保存" in content["message"]
    assert len(acknowledged) > 50
    assert small_site.http("/login/")[0] == 200
    assert small_site.http("/live/health")[0] == 200

    ballast.unlink()
    assert small_site.report("after", text="水" * 1900)[0] == 201
    with django_db_blocker.unblock(), database_of(small_site) as alias:
        cursor = connections[alias].cursor()
        cursor.execute("SELECT key FROM live_intakereport")
        assert acknowledged | {"after"} == {key for (key,) in cursor.fetchall()}
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchone() == ("ok",)
