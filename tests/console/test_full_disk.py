"""A disk that fills up while officers write on pages: a small file system, so only for root."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from kit.databases import alias_for, sqlite_settings
from kit.servers import Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import DjangoDbBlocker

PREPARE = """
import django; django.setup()
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from shapely import MultiPolygon, box
from anlan.core.models import Division, User
call_command("migrate", verbosity=0)
place = Division.objects.create(
    code="370114000000", name="章丘区", level="county",
    boundary=MultiPolygon([box(117.4, 36.5, 117.7, 37.0)]),
)
user = User.objects.create_user("lin_lan", division=place, role="duty_officer")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print("session", session.session_key)
"""
ROOM = 2 * 2**20
WORDS = "水" * 3000


@pytest.fixture
def small_site(tmp_path: Path) -> Iterator[tuple[Site, str]]:
    """A site with a duty officer who is signed in, on a file system of 24 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small file system needs root")
    environment = {
        "ANLAN_VAR": str(folder),
        "ANLAN_SECRET_KEY": settings.SECRET_KEY,
        "ANLAN_DEBUG": "1",
        "ANLAN_WARM_UP": "0",
        "DJANGO_SETTINGS_MODULE": "anlan.config.settings",
    }
    site = Site(folder, environment)
    try:
        done = subprocess.run(
            [sys.executable, "-c", PREPARE],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=True,
        )
        yield site, done.stdout.split("session ")[1].strip()
    finally:
        site.close()
        subprocess.run(["umount", "-l", str(folder)], check=True)


def send(site: Site, session: str, number: int) -> tuple[int, str]:
    """Enter a report on the page, as a browser does; return status and page."""
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
    _status, headers, page = site.http("/reports/new/", headers=cookie)
    fields = dict(re.findall(r'name="(csrfmiddlewaretoken|client_key)" value="([^"]+)"', str(page)))
    mark = headers["set-cookie"].partition(";")[0]
    entered = {
        **fields,
        "text": f"{number} {WORDS}",
        "event_code": "12B03",
        "longitude": "117.5",
        "latitude": "36.7",
        "occurred_at": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        "channel": "phone",
    }
    status, _headers, answer = site.http(
        "/reports/new/",
        urlencode(entered).encode(),
        {"Cookie": f"{cookie['Cookie']}; {mark}"},
    )
    return status, answer.decode()


@pytest.mark.slow
def test_a_page_says_that_the_disk_is_full_and_what_was_saved_stays(
    small_site: tuple[Site, str], django_db_blocker: DjangoDbBlocker
) -> None:
    site, session = small_site
    site.start().wait_until_ready(120)
    ballast = site.folder / "ballast"
    ballast.write_bytes(b"\0" * (shutil.disk_usage(site.folder).free - ROOM))

    saved: set[int] = set()
    for number in range(600):
        status, page = send(site, session, number)
        if status != 200:
            break
        assert f"{number} 水" in page  # the page of the report
        saved.add(number)
    assert status == 507, page[:500]
    assert "存储空间已满" in page
    assert "没有保存" in page
    assert "Traceback" not in page
    assert len(saved) > 5
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
    assert site.http("/reports/", headers=cookie)[0] == 200  # looking things up goes on

    ballast.unlink()
    status, page = send(site, session, 999)
    assert status == 200, page[:500]
    with (
        django_db_blocker.unblock(),
        alias_for("small", sqlite_settings(site.database)) as alias,
    ):
        cursor = connections[alias].cursor()
        cursor.execute("SELECT text FROM command_report")
        kept = {int(text.split()[0]) for (text,) in cursor.fetchall()}
        assert kept == saved | {999}
        cursor.execute("SELECT count(*) FROM core_journalentry WHERE verb = 'report.received'")
        assert cursor.fetchone() == (len(kept),)
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchone() == ("ok",)
    checked = subprocess.run(
        [sys.executable, "-m", "anlan", "journal", "verify"],
        env=os.environ | site.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
