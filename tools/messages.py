"""Keep the English catalogue: find every message, update the .po, compile the .mo.

    python tools/messages.py          update src/anlan/locale/en/LC_MESSAGES/django.po and .mo
    python tools/messages.py --check  say what is missing or out of date

Chinese is the language of the source, so a message is its own Chinese text. Pure Python: neither
set-up nor `make demo` needs the gettext programs. Both files are committed; a test compares them.
"""

from __future__ import annotations

import ast
import json
import re
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SRC = Path(__file__).resolve().parents[1] / "src" / "anlan"
FOLDER = SRC / "locale" / "en" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
SINGLE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy", "ngettext_noop"}
HEADER = (
    "Project-Id-Version: anlan\n"
    "Language: en\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Plural-Forms: nplurals=2; plural=(n != 1);\n"
)
CHINESE = re.compile(r"[\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e]")
"""Characters of Chinese text, its punctuation among them."""
Messages = dict[str, tuple[str, ...]]
"""Message to its translations: one, or two where it counts something."""


def messages_in_python(source: str) -> dict[str, bool]:
    """Return the messages of a module, and whether each counts something."""
    found: dict[str, bool] = {}
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            if name in SINGLE:
                found.setdefault(first.value, False)
            elif name in PLURAL:
                found[first.value] = True
    return found


def messages_in_template(source: str) -> dict[str, bool]:
    """Return the messages of a template, read as Django itself reads them."""
    from django.utils.translation.template import templatize  # noqa: PLC0415 - needs Django

    found: dict[str, bool] = {}
    call = re.compile(r"\b(gettext|ngettext|_)\((u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))")
    for name, literal in call.findall(templatize(source)):
        text = ast.literal_eval(literal.removeprefix("u"))
        found[text] = found.get(text, False) or name == "ngettext"
    return found


def messages_of_dictionaries() -> dict[str, bool]:
    """Return the words that pages translate out of tables of their own code."""
    sys.path.insert(0, str(SRC.parent))
    from anlan.command.rules.scenario_changes import INPUT_LABELS, INPUT_WORDS  # noqa: PLC0415
    from anlan.command.types import FIGURE_LABELS  # noqa: PLC0415 - needs the path above
    from anlan.core.dictionaries import table  # noqa: PLC0415
    from anlan.forecast.fields import RULES  # noqa: PLC0415
    from anlan.forecast.models_registry import FAMILIES, MODELS  # noqa: PLC0415

    words = {
        *FIGURE_LABELS.values(),
        *INPUT_LABELS.values(),
        *INPUT_WORDS.values(),
        *RULES,
        *FAMILIES.values(),
    }
    for row in table("report_deadlines"):
        words |= {row.text(column) for column in ("from_zh", "to_zh", "mode_zh")}
    for model in MODELS.values():
        words |= {model.title, model.about}
        for field in model.fields:
            words |= {field.title, field.unit, field.help, field.basis, *field.choices.values()}
            words |= {field.spread.basis} if field.spread else set()
    tree = ast.parse((SRC / "console" / "templatetags" / "console.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            values = (v.value for v in node.value.values if isinstance(v, ast.Constant))
            words |= {v for v in values if isinstance(v, str)}
    return dict.fromkeys(words, False)


TITLES = {"label", "title", "columns", "unit"}


def messages_of_forecasts() -> dict[str, bool]:
    """Return what the numbers, areas, lines and tables of a forecast, and of a plan, are called.

    They are kept with the run in Chinese (ADR 19); a page says them in its reader's language.
    Those that are put together while it runs have no entry here and stay as they are.
    """
    found: set[str] = set()
    sheet = SRC / "plans" / "rules" / "one_page.py"
    for path in sorted([*(SRC / "forecast").rglob("*.py"), sheet]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Dict):
                found.update(_texts(node.keys))
            elif isinstance(node, ast.keyword) and node.arg in TITLES:
                value = node.value
                parts = value.elts if isinstance(value, ast.Tuple) else [value]
                found |= {text.strip() for text in _texts(parts)}
    return dict.fromkeys(found, False)


def _texts(nodes: Iterable[ast.expr | None]) -> Iterator[str]:
    """Return the texts that are written out."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def extract() -> dict[str, bool]:
    """Return every Chinese message of the source, sorted."""
    found: dict[str, bool] = {}
    for path in sorted(SRC.rglob("*.py")):
        if "migrations" not in path.parts:
            found |= messages_in_python(path.read_text(encoding="utf-8"))
    for path in sorted(SRC.rglob("*.html")):
        found |= messages_in_template(path.read_text(encoding="utf-8"))
    found |= messages_of_dictionaries() | messages_of_forecasts()
    return {text: found[text] for text in sorted(found) if CHINESE.search(text)}


def read_po(text: str) -> Messages:
    """Return what a .po file of ours says."""
    entries: Messages = {}
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        values = {
            line.split(" ", 1)[0]: json.loads(line.split(" ", 1)[1])
            for line in lines
            if line.startswith("msg")
        }
        key = values.get("msgid")
        if key:
            forms = [value for name, value in values.items() if name.startswith("msgstr")]
            entries[key] = tuple(forms)
    return entries


def write_po(messages: dict[str, bool], known: Messages) -> str:
    """Return the .po file: every message of the source, translated where we know how."""
    quote = json.dumps
    header = "".join(f"{quote(line + chr(10))}\n" for line in HEADER.splitlines())
    blocks = [f'msgid ""\nmsgstr ""\n{header}'.rstrip()]
    for text, counts in messages.items():
        forms = known.get(text, ("",))
        key = quote(text, ensure_ascii=False)
        if counts:
            one, many = (forms * 2)[:2]
            blocks.append(
                f"msgid {key}\nmsgid_plural {key}\n"
                f"msgstr[0] {quote(one, ensure_ascii=False)}\n"
                f"msgstr[1] {quote(many, ensure_ascii=False)}"
            )
        else:
            blocks.append(f"msgid {key}\nmsgstr {quote(forms[0], ensure_ascii=False)}")
    return "\n\n".join(blocks) + "\n"


def compile_mo(messages: dict[str, bool], known: Messages) -> bytes:
    """Return the .mo file (GNU gettext, little-endian, sorted keys)."""
    catalogue = {"": HEADER}
    for text, counts in messages.items():
        forms = known.get(text, ("",))
        if all(forms):
            key = f"{text}\0{text}" if counts else text
            catalogue[key] = "\0".join((forms * 2)[:2]) if counts else forms[0]
    keys = sorted(catalogue, key=lambda key: key.encode())
    originals = [key.encode() for key in keys]
    translations = [catalogue[key].encode() for key in keys]
    table = 7 * 4
    start = table + 16 * len(keys)
    rows: list[tuple[int, int]] = []
    for raw in (*originals, *translations):
        rows.append((len(raw), start))
        start += len(raw) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), table, table + 8 * len(keys), 0, 0)
    index = b"".join(struct.pack("<2I", *row) for row in rows)
    return head + index + b"".join(raw + b"\0" for raw in (*originals, *translations))


def main(arguments: list[str]) -> int:
    """Update both files, or say what is wrong with them."""
    messages = extract()
    known = read_po(PO.read_text(encoding="utf-8")) if PO.is_file() else {}
    missing = [text for text in messages if not all(known.get(text, ("",)))]
    po, mo = write_po(messages, known), compile_mo(messages, known)
    if "--check" in arguments:
        stale = PO.read_text(encoding="utf-8") != po or MO.read_bytes() != mo
        for text in missing:
            print(f"no English for: {text}")
        if stale:
            print("run: python tools/messages.py")
        return int(stale or bool(missing))
    FOLDER.mkdir(parents=True, exist_ok=True)
    PO.write_text(po, encoding="utf-8")
    MO.write_bytes(mo)
    print(f"{len(messages)} messages, {len(missing)} without English")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
