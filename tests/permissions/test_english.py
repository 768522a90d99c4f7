"""Every page in English: what stays Chinese is data, or was kept (ADR 19)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import translation

from anlan.core.choices import Role
from anlan.core.dictionaries import event_codes, table_names
from anlan.core.records.registry import record_type
from anlan.forecast.fields import NUMBER
from anlan.forecast.models_registry import MODELS
from kit.english import Written, untranslated, written
from permissions.table import LINES
from permissions.test_matrix import IN_FULL, MACHINES, PARTS, UNKNOWN

if TYPE_CHECKING:
    from django.test import Client

    from anlan.core.records.types import RecordType
    from permissions.conftest import World
    from permissions.table import Line

pytestmark = pytest.mark.django_db

PAGES = [
    pytest.param(line, kind, id=f"{line}{'' if kind is None else f' {kind.key}'}")
    for line in LINES
    for kind in (map(record_type, sorted(IN_FULL)) if line.of_every_type else (None,))
    if "GET" in line.methods
    and not line.address.startswith(MACHINES)
    and not line.address.endswith((".pdf", ".docx"))  # in Chinese: they go to Chinese authorities
]
ENGLISH = {settings.LANGUAGE_COOKIE_NAME: "en"}


@pytest.fixture(scope="module")
def allowed(world: World) -> Written:
    return written()


def address_of(line: Line, kind: RecordType | None, pk: int) -> str:
    address = line.address.replace("<int:pk>", str(pk))
    for part, text in (PARTS | {"<slug:key>": kind.key if kind else ""}).items():
        address = address.replace(part, text)
    return f"/{address}"


def said_in_english(client: Client, address: str, allowed: Written, **sent: Any) -> list[str]:
    """Ask for a page in English, or send a form that says nothing; return the Chinese left."""
    client.cookies.load(ENGLISH)
    with translation.override("en", deactivate=True), transaction.atomic():
        answer = client.post(address, **sent) if sent else client.get(address)
        transaction.set_rollback(True)
    answer.close()
    if answer.streaming or not answer["Content-Type"].startswith("text/html"):
        return []
    left = untranslated(answer.content.decode(), allowed)
    return [f"{address} {answer.status_code}: {text}" for text in left]


@pytest.mark.parametrize(("line", "kind"), PAGES)
def test_a_page_speaks_english(
    line: Line, kind: RecordType | None, world: World, allowed: Written
) -> None:
    names = [n for n in line.rows if n not in {"kept", "layer", "drawn", "home"}]
    pk = world.rows[f"record {kind.key}" if kind else names[0]] if names else 0
    address = address_of(line, kind, pk)
    left: list[str] = []
    for person in world.people:
        if person.place != "inside" or (kind and person.role != Role.DUTY_OFFICER):
            continue
        person.client.cookies["sessionid"] = person.session
        left += said_in_english(person.client, address, allowed)
        if "POST" in line.methods:
            left += said_in_english(person.client, address, allowed, data={})
    assert not left, "\n".join(left)


def duty_desk(world: World) -> Client:
    person = next(p for p in world.people if (p.role, p.place) == (Role.COMMANDER, "inside"))
    person.client.cookies["sessionid"] = person.session
    return person.client


@pytest.mark.parametrize("kind", MODELS)
def test_the_form_of_a_model_and_its_refusals_speak_english(
    kind: str, world: World, allowed: Written
) -> None:
    desk, address = duty_desk(world), f"/studies/new/?kind={kind}"
    numbers = [f for f in MODELS[kind].fields if f.kind == NUMBER and not f.choices]
    left = said_in_english(desk, address, allowed)
    for wrong in ("-1e30", "several", ""):
        sent = {f"model-{field.key}": wrong for field in numbers}
        sent |= {"kind": kind, "members": wrong, "hazard-wind_speed": wrong, "moment": wrong}
        left += said_in_english(desk, address, allowed, data=sent)
    assert not left, "\n".join(left)


def test_what_a_report_asks_about_a_hazard_is_english(world: World, allowed: Written) -> None:
    desk = duty_desk(world)
    left: list[str] = []
    for code in event_codes():
        address = f"/reports/hazard-fields/?event_code={code.code}"
        left += said_in_english(desk, address, allowed)
    assert not left, "\n".join(left)


def test_norm_tables_and_missing_pages_speak_english(world: World, allowed: Written) -> None:
    desk = duty_desk(world)
    addresses = [f"/norms/{name}/" for name in table_names()]
    addresses += [f"/reports/{UNKNOWN}/", "/nosuch/", f"/studies/{UNKNOWN}/"]
    left = [text for one in addresses for text in said_in_english(desk, one, allowed)]
    assert not left, "\n".join(left)
