"""Every address × every role × every place: what the table says is what the site answers.

`addresses.csv` is the table. An address that is not in it fails the first test; so a new page is
closed until somebody has written down who may open it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from anlan.console.selectors.maps import LEFT_OUT
from anlan.core.choices import Role
from anlan.core.dictionaries import table
from anlan.core.permissions import GRANTS
from anlan.core.records.registry import record_type, record_types
from permissions.table import LINES, METHODS, addresses_of_the_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anlan.core.records.types import RecordType
    from permissions.conftest import Person, World
    from permissions.table import Line

pytestmark = pytest.mark.django_db  # the test database is made for those who ask for it

FITS = {200, 201, 204, 302, 304, 400, 409, 422}
"""What an account may get where it may be: a page, a redirect, or a refusal that explains."""

MACHINES = ("api/", "ogc/", "tiles/")
UNKNOWN = 987_654_321
IN_FULL = {"division", "unit", "contact", "stock"}
"""Types asked for by every role: one of each area, and the one that is only read."""

PARTS = {
    "<anything:rest>": "nosuch/1",
    "<slug:identifier>": "none",
    "<str:token>": "none",
    "<str:form>": "csv",
}
PARTS |= {"<slug:table>": "report_deadlines", "<str:row>": table("report_deadlines")[0].key}
PARTS |= {"<int:z>": "10", "<int:x>": "846", "<int:y>": "398"}

LINES_BY_TYPE = [
    pytest.param(line, kind, id=f"{line}{'' if kind is None else f' {kind.key}'}")
    for line in LINES
    for kind in (record_types() if line.of_every_type else (None,))
    if not (
        kind and kind.read_only and line.address.startswith("api/") and line.methods != ("GET",)
    )
]


def test_every_address_is_in_the_table_and_no_other() -> None:
    assert {line.address for line in LINES} == addresses_of_the_site()


@pytest.mark.parametrize(("line", "kind"), LINES_BY_TYPE)
def test_an_address_answers_every_role_as_the_table_says(
    line: Line, kind: RecordType | None, world: World
) -> None:
    wrong = [
        f"{person.role} {person.place}, row {pk}: {status}, not {sorted(expected)}"
        for person in asked(line, kind, world)
        for pk in keys(line, kind, person, world)
        if (status := answer(line, kind, person, pk, world))
        not in (expected := expected_of(line, kind, person, pk))
    ]
    assert wrong == []


def test_a_given_password_opens_nothing_but_the_page_where_it_is_changed(world: World) -> None:
    person = next(p for p in world.people if (p.role, p.place) == (Role.DUTY_OFFICER, "inside"))
    assert person.user is not None
    closed = [line for line in LINES if line.right != "open" and line.address != "password/"]
    with transaction.atomic():
        type(person.user).objects.filter(pk=person.user.pk).update(must_choose_password=True)
        answers = {
            str(line): answer(line, kind, person, world.rows["incident"], world)
            for line in closed
            for kind in [record_type("unit") if line.of_every_type else None]
        }
        page = person.client.get("/password/").status_code
        transaction.set_rollback(True)
    assert set(answers.values()) == {302}, answers
    assert page == 200


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_method_that_is_not_in_the_table_is_refused(line: Line, world: World) -> None:
    kind = record_type("unit") if line.of_every_type else None
    allowed = {m for other in LINES if other.address == line.address for m in other.methods}
    right = right_of(line.right, kind)
    able = [p for p in world.people if p.place == "inside" and may(p, right)]
    pk = keys(line, kind, able[0], world)[0]
    answers = {m: answer(line, kind, able[0], pk, world, m) for m in METHODS if m not in allowed}
    assert set(answers.values()) <= {405}, answers


def right_of(right: str, kind: RecordType | None) -> str:
    return right if kind is None else right.replace("*", kind.area)


def may(person: Person, right: str) -> bool:
    if right == "open":
        return True
    return person.role is not None and (right == "signed in" or right in GRANTS[person.role])


def asked(line: Line, kind: RecordType | None, world: World) -> Iterator[Person]:
    """Yield who asks: everybody; for most record types one role that may and one that may not."""
    if kind is None or kind.key in IN_FULL:
        yield from world.people
        return
    right = right_of(line.seen_with or line.right, kind)
    able = next(p.role for p in world.people if may(p, right))
    yield from (p for p in world.people if p.role is None)
    yield from (p for p in world.people if p.role == able and p.place != "nowhere")
    yield from (p for p in world.people if p.role == Role.AUDIT_ADMIN and p.place == "inside")


def keys(line: Line, kind: RecordType | None, person: Person, world: World) -> list[int]:
    """Return the rows to ask for: the one in Zhangqiu, and for those inside one of nobody."""
    if "<int:pk>" not in line.address:
        return [0]
    name = next(n for n in line.rows if n not in {"kept", "layer", "drawn"})
    there = world.rows[f"record {kind.key}" if kind else name]
    return [there, UNKNOWN] if person.place == "inside" else [there]


def answer(
    line: Line,
    kind: RecordType | None,
    person: Person,
    pk: int,
    world: World,
    method: str = "",
) -> int:
    """Send the request, take back what it did, and return the status."""
    address = line.address.replace("<int:pk>", str(pk))
    for part, text in (PARTS | {"<slug:key>": kind.key if kind else ""}).items():
        address = address.replace(part, text)
    data: Any = {}
    if line.address == "reports/<int:pk>/attach/":
        data = {"incident": world.rows["incident"]}
    if line.address == "reports/<int:pk>/duplicate/":
        data = {"report": world.rows["verified report"]}
    if line.address == "api/reports":
        data = {"event_code": "12A04", "text": "泄漏"}
        data["location"] = {"type": "Point", "coordinates": [117.5, 36.7]}
    options = {"content_type": "application/json"} if address.startswith("api/") else {}
    send = getattr(person.client, (method or line.methods[0]).lower())
    if person.session:
        person.client.cookies["sessionid"] = person.session  # signing out takes it away
    with transaction.atomic():
        given = send(f"/{address}", data, **options)
        given.close()
        transaction.set_rollback(True)
    if person.role is None and given.status_code == 302:
        return 302 if re.match(r"/login/\?next=", given["Location"]) else 200
    status: int = given.status_code
    return status


def expected_of(line: Line, kind: RecordType | None, person: Person, pk: int) -> set[int]:
    right = right_of(line.right, kind)
    if right == "open":
        return FITS | {404}
    if person.role is None:
        return {401} if line.address.startswith(MACHINES) else {302}
    if not may(person, right):
        return {403}
    there = all(is_there(name, line, kind, person, pk) for name in line.rows)
    return FITS if there else {404}


def is_there(name: str, line: Line, kind: RecordType | None, person: Person, pk: int) -> bool:
    """Tell whether what the address names exists for this person."""
    sees = may(person, right_of(line.seen_with or line.right, kind))
    match name:
        case "nothing":
            return False
        case "home":
            return person.place != "nowhere"
        case "kept":
            return kind is not None and not kind.read_only
        case "drawn":
            return kind is not None and kind.key not in LEFT_OUT
        case "layer":
            return sees and kind is not None and kind.geometry is not None
        case "import":
            return pk != UNKNOWN and (person.role, person.place) == ("planner", "inside")
        case _:
            return pk != UNKNOWN and person.place == "inside" and sees
