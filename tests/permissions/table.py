"""The table of addresses, and the addresses that the site really has."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.urls import URLPattern, get_resolver

from anlan.core.records.registry import record_types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.urls import URLResolver

__all__ = ["LINES", "Line", "addresses_of_the_site"]

TABLE = Path(__file__).with_name("addresses.csv")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
OWN_ADDRESSES = "|".join(kind.key for kind in record_types())


@dataclass(frozen=True, slots=True)
class Line:
    """What the table says about an address.

    `right` is an action, `signed in`, or `open`; `*` in it stands for the area of the record type.
    `rows` names what must be there for this account, or the answer is 404; `seen_with` the action
    that shows it where that is not `right`.
    """

    methods: tuple[str, ...]
    address: str
    right: str
    rows: tuple[str, ...]
    seen_with: str

    def __str__(self) -> str:
        return f"{self.methods[0]} /{self.address}"

    @property
    def of_every_type(self) -> bool:
        """Tell whether every record type has this address."""
        return "<slug:key>" in self.address


def _lines() -> Iterator[Line]:
    with TABLE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            methods = tuple(row["methods"].split())
            rows = tuple(row["row"].split())
            yield Line(methods, row["address"], row["right"], rows, row["seen with"])


LINES = tuple(_lines())


def addresses_of_the_site() -> set[str]:
    """Return every address, those that are made for each record type once."""
    return {
        re.sub(rf"^api/records/({OWN_ADDRESSES})(?=/|$)", "api/records/<slug:key>", address)
        for address in _walk(get_resolver())
    }


def _walk(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield address
        else:
            yield from _walk(entry, address)
