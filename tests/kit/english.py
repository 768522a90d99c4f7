"""Chinese left on an English page that is neither data nor kept: interface nobody translated."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models

import messages
from anlan.core.dictionaries import event_codes, table, table_names
from anlan.forecast.hazards.typhoon_track import TRACK_NAMES
from anlan.plans.rules import shipped_vocabulary
from anlan.science.common.card import cards

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Written", "untranslated", "written"]

RUN = re.compile(r"[\u4e00-\u9fff]+")
SAID = {"aria-label", "title", "placeholder", "alt", "value"}
"""Attributes that a person reads or hears; so are those of `data-*` that scripts say."""

ENTERED = {"input", "option", "textarea", "button"}
"""Elements whose `value` is a code or was typed."""

VOID = {"br", "img", "input", "hr", "use", "link", "meta"}
SOURCES = {"data-source"}
OWN_NAMES = {"中文", "简体中文"}
"""A language is called by its own name."""


@dataclass(frozen=True)
class Written:
    """What a page may say in Chinese in any language (ADR 19): data, and what was kept."""

    texts: frozenset[str]
    joined: str

    def holds(self, said: str) -> bool:
        """Tell whether this was written, and is not a word of the interface that stands alone."""
        if said in OWN_NAMES or said in self.texts:
            return True
        if said.strip(" ：:（）()·…，。") in MESSAGES:
            return False
        return all(run in self.joined for run in RUN.findall(said))


CATALOGUE = messages.read_po(messages.PO.read_text(encoding="utf-8"))
MESSAGES = frozenset(CATALOGUE)


class _Reader(HTMLParser):
    """Takes what a page says: its text, and the attributes that are read to people.

    Left out is what the page itself marks as Chinese: sentences made from what was kept.
    """

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.code = False
        self.marked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.code = tag in {"script", "style"}
        if tag not in VOID and (self.marked or ("lang", "zh-CN") in attrs):
            self.marked.append(tag)
        for name, value in attrs:
            spoken = name in SAID or (name.startswith("data-") and name not in SOURCES)
            if value and spoken and not (name == "value" and tag in ENTERED):
                self.said.append(value)

    def handle_endtag(self, tag: str) -> None:
        self.code = False
        if self.marked:
            self.marked.pop()

    def handle_data(self, data: str) -> None:
        if not self.code and not self.marked and data.strip():
            self.said.append(" ".join(data.split()))


def untranslated(page: str, allowed: Written) -> list[str]:
    """Return what a page says in Chinese beyond what was written, as it stands there."""
    reader = _Reader()
    reader.feed(page)
    said = dict.fromkeys(text for text in reader.said if RUN.search(text))
    return [text for text in said if not allowed.holds(text)]


def written() -> Written:
    """Return what the database keeps, the norms, the plans and the names that the city knows."""
    texts = frozenset(text for text in _texts() if RUN.search(text))
    return Written(texts, "\n".join(texts))


def _texts() -> Iterator[str]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                for value in model._default_manager.values_list(field.attname, flat=True):
                    yield from _strings(value)
    for name in table_names():
        for row in table(name):
            yield from _strings([*row.values.values(), row.source, row.conf_note, row.mark])
    yield from (code.name for code in event_codes())
    yield from (metric.name for metric in shipped_vocabulary().metrics.values())
    yield from TRACK_NAMES.values()
    # Heads of files are Chinese in both languages, and so are examples of what stands in them.
    yield from (form for forms in CATALOGUE.values() for form in forms)
    for held in cards():
        yield from held.references


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if value.startswith(("{", "[")):
            yield from _parsed(value)
    elif isinstance(value, dict):
        yield from _all(value.keys())
        yield from _all(value.values())
    elif isinstance(value, list | tuple):
        yield from _all(value)


def _all(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        yield from _strings(value)


def _parsed(text: str) -> Iterator[str]:
    """Read what the journal keeps as text."""
    try:
        yield from _strings(json.loads(text))
    except ValueError:
        return
