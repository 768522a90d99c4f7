"""Read a CAP 1.2 message from outside, and trust nothing in it.

Refused before anything is built: too many bytes, any document type (so no entities, no external
documents), nesting beyond reason. Then the schema, then the rules in words.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from lxml import etree

from anlan.warn.cap.checking import alert_problems
from anlan.warn.types import (
    CapAlert,
    CapArea,
    CapCircle,
    CapInfo,
    CapReference,
    CapResource,
    Problem,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anlan.warn.types import LatLon

__all__ = ["MAX_BYTES", "MAX_DEPTH", "CapRefusedError", "parse_cap", "schema_problems"]

MAX_BYTES = 1_000_000
"""The largest message we read. The largest of our real samples has 18 kB. Platform default."""

MAX_DEPTH = 30
"""The deepest nesting we read; CAP itself needs five, a signature some more. Platform default."""

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
ROOT = f"{{{NAMESPACE}}}alert"
SHOWN = 5


class CapRefusedError(ValueError):
    """The message is refused; `problems` says why, one by one."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("预警消息未通过检查：" + "；".join(str(p) for p in self.problems))


def parse_cap(data: bytes, *, strict: bool = True) -> CapAlert:
    """Return the message in `data`.

    Parameters
    ----------
    data
        The XML, in any encoding that its declaration names.
    strict
        Whether to demand the rules in words too, not only safety and the schema.

    Raises
    ------
    CapRefusedError
        If the text is unsafe, not XML, not a CAP 1.2 alert, or breaks a rule.
    """
    root = _safe_root(data)
    problems = schema_problems(root)
    if problems:
        raise CapRefusedError(problems)
    alert = _alert(root)
    if strict and (broken := alert_problems(alert)):
        raise CapRefusedError(broken)
    return alert


@cache
def _schema() -> Any:
    source = files("anlan.warn.cap") / "cap12.rng"
    return etree.RelaxNG(etree.fromstring(source.read_bytes()))


def schema_problems(root: Any) -> tuple[Problem, ...]:
    """Return what breaks the schema in a tree; empty when nothing does."""
    schema = _schema()
    if schema.validate(root):
        return ()
    return tuple(
        Problem(
            key=f"第{entry.line}行",
            rule="schema",
            value=str(entry.path or ""),
            message=f"不符合CAP 1.2格式：{entry.message}",
        )
        for entry in list(schema.error_log)[:SHOWN]
    )


# ---- safety


class _Guard:
    """Receives the events of a first reading that builds nothing."""

    def __init__(self) -> None:
        self.depth = 0

    def start(self, tag: str | bytes, attrib: object) -> None:  # noqa: ARG002  (lxml's signature)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _refused("depth", self.depth, f"嵌套超过 {MAX_DEPTH} 层")

    def end(self, tag: str | bytes) -> None:  # noqa: ARG002  (lxml's signature)
        self.depth -= 1

    def data(self, data: str | bytes) -> None:
        """Text is of no interest here."""

    def comment(self, text: str | bytes) -> None:
        """Nor are comments."""

    def doctype(self, name: str, public: str | None, system: str | None) -> None:  # noqa: ARG002
        raise _refused("doctype", name, "不接受文档类型声明（DTD）、实体和外部文件")

    def close(self) -> None:
        """Nothing was built."""


def _safe_root(data: bytes) -> Any:
    if len(data) > MAX_BYTES:
        raise _refused("size", f"{len(data)} 字节", f"超过 {MAX_BYTES} 字节")
    options: dict[str, Any] = {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "huge_tree": False,
    }
    try:
        etree.fromstring(data, etree.XMLParser(target=_Guard(), **options))
        root = etree.fromstring(data, etree.XMLParser(remove_comments=True, **options))
    except etree.XMLSyntaxError as error:
        raise _refused("xml", str(error)[:80], "不是合法的XML文本") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refused("doctype", root.tag, "不接受文档类型声明（DTD）、实体和外部文件")
    if root.tag != ROOT:
        raise _refused("root", root.tag, f"根元素应为 CAP 1.2 的 alert（{NAMESPACE}）")
    return root


def _refused(rule: str, value: object, message: str) -> CapRefusedError:
    return CapRefusedError([Problem(key="", rule=rule, value=str(value), message=message)])


# ---- reading


def _alert(root: Any) -> CapAlert:
    return CapAlert(
        identifier=_text(root, "identifier"),
        sender=_text(root, "sender"),
        sent=_must_time(root, "sent"),
        status=_text(root, "status"),
        msg_type=_text(root, "msgType"),
        scope=_text(root, "scope"),
        source=_text(root, "source"),
        restriction=_text(root, "restriction"),
        addresses=_text(root, "addresses"),
        codes=_texts(root, "code"),
        note=_text(root, "note"),
        references=tuple(_references(_text(root, "references"))),
        incidents=_text(root, "incidents"),
        infos=tuple(_info(node) for node in _all(root, "info")),
    )


def _info(node: Any) -> CapInfo:
    return CapInfo(
        language=_text(node, "language") or "en-US",
        categories=_texts(node, "category"),
        event=_text(node, "event"),
        response_types=_texts(node, "responseType"),
        urgency=_text(node, "urgency"),
        severity=_text(node, "severity"),
        certainty=_text(node, "certainty"),
        audience=_text(node, "audience"),
        event_codes=_pairs(node, "eventCode"),
        effective=_time(node, "effective"),
        onset=_time(node, "onset"),
        expires=_time(node, "expires"),
        sender_name=_text(node, "senderName"),
        headline=_text(node, "headline"),
        description=_text(node, "description"),
        instruction=_text(node, "instruction"),
        web=_text(node, "web"),
        contact=_text(node, "contact"),
        parameters=_pairs(node, "parameter"),
        resources=tuple(_resource(inner) for inner in _all(node, "resource")),
        areas=tuple(_area(inner) for inner in _all(node, "area")),
    )


def _resource(node: Any) -> CapResource:
    size = _text(node, "size")
    return CapResource(
        description=_text(node, "resourceDesc"),
        mime_type=_text(node, "mimeType"),
        uri=_text(node, "uri"),
        size=int(size) if size else None,
        digest=_text(node, "digest"),
    )


def _area(node: Any) -> CapArea:
    altitude, ceiling = _text(node, "altitude"), _text(node, "ceiling")
    return CapArea(
        description=_text(node, "areaDesc"),
        polygons=tuple(_ring(text) for text in _texts(node, "polygon") if text),
        circles=tuple(_circle(text) for text in _texts(node, "circle") if text),
        geocodes=_pairs(node, "geocode"),
        altitude_ft=float(altitude) if altitude else None,
        ceiling_ft=float(ceiling) if ceiling else None,
    )


def _ring(text: str) -> tuple[LatLon, ...]:
    return tuple(_place(pair, "polygon") for pair in text.split())


def _circle(text: str) -> CapCircle:
    parts = text.split()
    if len(parts) != 2:
        raise _refused("circle", text[:80], "应为“纬度,经度 半径（千米）”")
    return CapCircle(
        centre=_place(parts[0], "circle"), radius_m=_number(parts[1], "circle") * 1000.0
    )


def _place(pair: str, key: str) -> LatLon:
    lat, comma, lon = pair.partition(",")
    if not comma:
        raise _refused(key, pair[:80], "坐标对应为“纬度,经度”")
    return _number(lat, key), _number(lon, key)


def _number(text: str, key: str) -> float:
    if not re.fullmatch(r"[+-]?[0-9]{1,12}(\.[0-9]*)?|[+-]?\.[0-9]+", text):
        raise _refused(key, text[:80], "应为数字")
    return float(text)


def _references(text: str) -> Iterable[CapReference]:
    for part in text.split():
        pieces = part.rsplit(",", 2)
        if len(pieces) != 3:
            raise _refused("references", part[:80], "应为“发送者,编号,时间”")
        try:
            sent = datetime.fromisoformat(pieces[2])
        except ValueError:
            raise _refused("references", part[:80], "时间不合法") from None
        if sent.tzinfo is None:
            raise _refused("references", part[:80], "时间须带时区")
        yield CapReference(sender=pieces[0], identifier=pieces[1], sent=sent)


def _must_time(node: Any, tag: str) -> datetime:
    moment = _time(node, tag)
    if moment is None:
        raise _refused(tag, "无", "缺少时间")
    return moment


def _time(node: Any, tag: str) -> datetime | None:
    text = _text(node, tag)
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _refused(tag, text[:80], "时间不合法") from None


def _all(node: Any, tag: str) -> list[Any]:
    return list(node.findall(f"{{{NAMESPACE}}}{tag}"))


def _texts(node: Any, tag: str) -> tuple[str, ...]:
    return tuple("".join(inner.itertext()).strip() for inner in _all(node, tag))


def _text(node: Any, tag: str) -> str:
    return next(iter(_texts(node, tag)), "")


def _pairs(node: Any, tag: str) -> tuple[tuple[str, str], ...]:
    return tuple((_text(inner, "valueName"), _text(inner, "value")) for inner in _all(node, tag))
