"""The English catalogue is complete, and the compiled file is that of the text."""

from __future__ import annotations

import gettext
import re

from django.utils import translation

import messages

HOLES = re.compile(r"%\(\w+\)s|%s")


def test_every_message_has_english() -> None:
    known = messages.read_po(messages.PO.read_text(encoding="utf-8"))
    missing = [text for text in messages.extract() if not all(known.get(text, ("",)))]
    assert missing == [], "add them with `python tools/messages.py`"


def test_the_files_are_those_that_the_tool_writes() -> None:
    known = messages.read_po(messages.PO.read_text(encoding="utf-8"))
    found = messages.extract()
    assert messages.PO.read_text(encoding="utf-8") == messages.write_po(found, known)
    assert messages.MO.read_bytes() == messages.compile_mo(found, known)


def test_a_translation_keeps_the_holes_of_its_message() -> None:
    known = messages.read_po(messages.PO.read_text(encoding="utf-8"))
    broken = [
        text
        for text, forms in known.items()
        if any(sorted(HOLES.findall(text)) != sorted(HOLES.findall(form)) for form in forms)
    ]
    assert broken == []


def test_the_compiled_file_can_be_read_by_gettext() -> None:
    with messages.MO.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert catalogue.gettext("值班台") == "Duty desk"
    assert catalogue.ngettext("%(n)s 项缺口", "%(n)s 项缺口", 1) == "%(n)s shortfall"


def test_pages_speak_english_when_asked() -> None:
    with translation.override("en"):
        assert translation.gettext("新建接报") == "New report"


def test_messages_of_python_and_templates_are_found() -> None:
    assert messages.messages_in_python('_("甲"); ngettext("乙", "乙", 2)') == {
        "甲": False,
        "乙": True,
    }
    text = (
        '{% load i18n %}{% translate "丙" %}{% blocktranslate %}{{ n }} 丁{% endblocktranslate %}'
    )
    assert messages.messages_in_template(text) == {"丙": False, "%(n)s 丁": False}
