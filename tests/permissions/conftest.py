from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections, transaction
from django.test import Client
from shapely import MultiPolygon, box

from anlan.command.models import Package, PackagePart, ReportingClock
from anlan.command.rules.tasks import TaskDraft
from anlan.command.services import (
    official_report_draft,
    order_send_all,
    report_receive,
    report_verify,
    tasks_create,
)
from anlan.core.choices import Role
from anlan.core.dictionaries import table
from anlan.core.dictionaries.services import row_override
from anlan.core.models import RecordImport, User
from anlan.core.records.registry import record_types
from anlan.core.records.services import error_file
from anlan.drills.services import exercise_start
from anlan.forecast.services import run_compute, run_request
from anlan.forecast.types import Place
from anlan.plans.models import PlanVersion
from anlan.plans.selectors import example_texts
from anlan.warn.models import PublicWarning
from kit.leak import LEAK, NOW
from kit.people import make_people, make_places
from kit.rows import row_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import DjangoDbBlocker

    from kit.people import People, Places


SIGNED = "django.contrib.sessions.backends.signed_cookies"
"""Some 8,000 requests are sent: none should read a session from the database."""


@dataclass(frozen=True)
class Person:
    """Who asks: a role in a place, or nobody."""

    role: Role | None
    place: str
    client: Client
    user: User | None = None
    session: str = ""


@dataclass(frozen=True)
class World:
    """A city at work: every kind of account, and one row of every kind in Zhangqiu."""

    people: tuple[Person, ...]
    rows: dict[str, int]
    """Key of the row by what it is; records by `record <key>`."""


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """Make the city once for all addresses; every request takes back what it did."""
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        # Each test would close the connection at its end, and with it this transaction.
        patch.setattr(connections["default"], "close", lambda: None)
        patch.setattr("django.conf.settings.VAR", tmp_path_factory.mktemp("var"))
        patch.setattr("django.conf.settings.SESSION_ENGINE", SIGNED)
        places = make_places()
        places.zhangqiu.boundary = MultiPolygon([box(117.4, 36.5, 117.7, 37.0)])
        places.zhangqiu.save()
        rows = _operations(places, make_people(places))
        everybody = tuple(_people(places))
        owner = next(p.user for p in everybody if p.role == Role.PLANNER and p.place == "inside")
        rows["import"] = _import_of(owner)
        yield World(everybody, rows)
        transaction.set_rollback(True)


def _people(places: Places) -> Iterator[Person]:
    yield Person(None, "stranger", Client())
    homes = {"inside": places.jinan, "outside": places.dongchangfu, "nowhere": None}
    for place, division in homes.items():
        for role in Role:
            user = User.objects.create_user(f"{role}-{place}", role=role, division=division)
            client = Client()
            client.force_login(user)
            yield Person(role, place, client, user, client.cookies["sessionid"].value)


def _operations(places: Places, people: People) -> dict[str, int]:
    duty, commander = people.lin_lan, people.gao_feng
    verified = report_receive(entered=LEAK, by=duty, now=NOW)
    incident = report_verify(report_id=verified.pk, by=duty, now=NOW)
    waiting = report_receive(entered=LEAK, by=duty, now=NOW)
    drafts = [TaskDraft(key="a", title="疏散下风向群众", owner_label="章丘区政府")]
    tasks_create(incident_id=incident.pk, drafts=drafts, by=duty, now=NOW)
    order_send_all(incident_id=incident.pk, by=commander, now=NOW)
    package = Package.objects.create(incident=incident, version=1, created_at=NOW, by=duty)
    part = PackagePart.objects.create(package=package, kind="units", position=1)
    warning = PublicWarning.objects.create(
        division=places.zhangqiu,
        event_code="12A04",
        hazard="危险化学品事故",
        colour="orange",
        issuer="章丘区应急管理局",
        effective=NOW,
        expires=NOW + timedelta(hours=6),
        drafted_by=duty,
        drafted_at=NOW,
    )
    text = next(iter(example_texts().values()))
    plan = PlanVersion.objects.create(
        plan_id="example", version="1", division=places.zhangqiu, text=text, imported_at=NOW
    )
    revised = PlanVersion.objects.create(
        plan_id="example", version="2", division=places.zhangqiu, text=text, imported_at=NOW
    )
    exercise = exercise_start(
        title="夜间演练", kind="tabletop", division=places.zhangqiu, aim="", by=duty, now=NOW
    )
    official = official_report_draft(incident_id=incident.pk, kind="initial", by=duty, now=NOW)
    study = run_request(
        kind="gas_release",
        scenario={"substance": "液氨"},
        weather={},
        place=Place(lon=117.5, lat=36.7, division=places.zhangqiu.code),
        moment=NOW,
        by=duty,
        now=NOW,
    )
    run_compute(run=study, now=NOW)
    operations: dict[str, Any] = {
        "study": study,
        "report": waiting,
        "incident": incident,
        "verified report": verified,
        "clock": ReportingClock.objects.filter(incident=incident).first(),
        "task": incident.tasks.first(),
        "package": package,
        "part": part,
        "official": official,
        "warning": warning,
        "plan": plan,
        "revised": revised,
        "exercise": exercise,
        "account": people.wang_guilan,
        "override": row_override(
            table="report_deadlines",
            row_key=table("report_deadlines")[0].key,
            division_code=places.zhangqiu.code,
            values={"minutes": "50"},
            document="章政办字〔2026〕1号",
            by=people.xu_jing,
            now=NOW,
        ),
    }
    records = {f"record {kind.key}": row_of(kind, places.zhangqiu) for kind in record_types()}
    return {name: row.pk for name, row in (operations | records).items()}


def _import_of(owner: User | None) -> int:
    run = RecordImport.objects.create(
        type_key="school", file_name="学校.xlsx", by=owner, started_at=NOW
    )
    path: Path = error_file(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PK")
    return run.pk
