"""What the duty desk shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anlan.core.models import Person
from anlan.core.permissions import restrict

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser

    from anlan.core.models import User

__all__ = ["Desk", "desk_of"]

SHIFT_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Desk:
    """One look at what waits."""

    on_shift: list[Person]


def desk_of(*, user: User | AnonymousUser, now: datetime) -> Desk:  # noqa: ARG001 - clocks follow
    """Return what `user` should see first."""
    people = restrict(Person.objects.filter(on_duty=True), user, "contact.view")
    return Desk(on_shift=list(people.select_related("unit", "post")[:SHIFT_SHOWN]))
