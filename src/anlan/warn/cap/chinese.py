"""Write the exchange file of the national warning-release system (12379), from a CAP 1.2 message.

Field names, values, times, identifiers, file names and the unit of circles follow public integrator
code of the interface (国突对接CAP协议). The order of the elements was not seen there: 待确认 with the
warning centre before the first file is handed over. The platform writes the file; it sends nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from anlan.warn.cap.checking import alert_problems
from anlan.warn.cap.identifiers import BEIJING
from anlan.warn.cap.parsing import CapRefusedError
from anlan.warn.cap.polygons import DECIMALS, ring_text
from anlan.warn.types import COLOURS, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from anlan.warn.types import CapAlert, CapArea, CapInfo

__all__ = ["METHODS", "NAMESPACE_CN", "compose_cn", "file_name_cn"]

NAMESPACE_CN: Final = "http://com.icss.amp"

METHODS: Final = ("SMS", "SPEAKER", "BROADCAST")
"""Channels seen in live files. An empty message means that the channel takes the full text."""

CERTAINTY: Final[Mapping[str, str]] = {
    "Observed": "Observed",
    "Likely": "Likely",
    "Possible": "Likely",
    "Unlikely": "Unlikely",
    "Unknown": "Unknown",
}
"""Words of CAP 1.2 to those of the Chinese format, which has no Possible: we err to the grave side."""

SEVERITY: Final = {colour.severity: colour.severity_cn for colour in COLOURS.values()}
OUTWARD_STATUS: Final = frozenset({"Actual", "Test"})
OUTWARD_TYPES: Final = frozenset({"Alert", "Update", "Cancel"})


def compose_cn(
    alert: CapAlert, *, event_code: str, short_text: str, methods: Sequence[str] = METHODS
) -> bytes:
    """Return the exchange file as UTF-8 XML.

    Parameters
    ----------
    alert
        The message in CAP 1.2, with one info.
    event_code
        Five-character event code.
    short_text
        The text for short messages; other channels take the full description.
    methods
        Channels to ask for.

    Raises
    ------
    CapRefusedError
        If the message breaks a rule, is of an exercise, or lacks what this format demands.
    """
    problems = [*alert_problems(alert), *_problems(alert, methods)]
    if problems:
        raise CapRefusedError(problems)
    info = alert.infos[0]
    root = etree.Element(f"{{{NAMESPACE_CN}}}alert", nsmap=_NSMAP)
    _put(root, "identifier", alert.identifier)
    _put(root, "sender", info.sender_name)
    _put(root, "senderCode", alert.sender)
    _put(root, "sendTime", _time(alert.sent))
    _put(root, "status", alert.status)
    _put(root, "msgType", alert.msg_type)
    _put(root, "scope", "Public")
    _put(root, "secClassification", "None")
    _put(root, "note", alert.note)
    # The first message of the event, where CAP 1.2 lists every one.
    _put(root, "references", alert.references[0].identifier if alert.references else "")
    code = _add(root, "code")
    for name in methods:
        method = _add(code, "method")
        _put(method, "methodName", name)
        _put(method, "message", short_text if name == "SMS" else "", even_empty=True)
    _info(root, info, event_code)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def file_name_cn(alert: CapAlert, *, event_code: str) -> str:
    """Return the name of the file: sender, time, event, colour and type in capitals."""
    colour = SEVERITY.get(alert.infos[0].severity, "Unknown") if alert.infos else "Unknown"
    moment = f"{alert.sent.astimezone(BEIJING):%Y%m%d%H%M%S}"
    parts = (alert.sender, moment, event_code, colour, alert.msg_type)
    return "_".join(parts).upper() + ".xml"


_NSMAP: Any = {None: NAMESPACE_CN}


def _info(root: Any, info: CapInfo, event_code: str) -> None:
    node = _add(root, "info")
    _put(node, "language", "zh-CN")
    _put(node, "eventType", event_code)
    _put(node, "urgency", info.urgency)
    _put(node, "severity", SEVERITY.get(info.severity, "Unknown"))
    _put(node, "certainty", CERTAINTY[info.certainty])
    for tag, moment in (
        ("effective", info.effective),
        ("onset", info.onset),
        ("expires", info.expires),
    ):
        _put(node, tag, _time(moment) if moment else "")
    _put(node, "senderName", info.sender_name)
    _put(node, "headline", info.headline)
    _put(node, "description", info.description)
    _put(node, "instruction", info.instruction)
    _put(node, "web", info.web)
    for area in info.areas:
        _area(node, area)


def _area(node: Any, area: CapArea) -> None:
    inner = _add(node, "area")
    _put(inner, "areaDesc", area.description)
    _put(inner, "geocode", ",".join(value for _name, value in area.geocodes))
    for ring in area.polygons:
        _put(inner, "polygon", ring_text(ring))
    for circle in area.circles:
        lat, lon = circle.centre
        centre = f"{lat:.{DECIMALS}f},{lon:.{DECIMALS}f}"
        _put(inner, "circle", f"{centre} {circle.radius_m:.0f}")


def _problems(alert: CapAlert, methods: Sequence[str]) -> list[Problem]:
    found = []
    if alert.status not in OUTWARD_STATUS:
        found.append(_problem("status", "exercise", alert.status, "演练和草稿不得对外交换"))
    if alert.msg_type not in OUTWARD_TYPES:
        found.append(_problem("msgType", "type", alert.msg_type, "只交换首发、更新、解除"))
    if alert.msg_type == "Cancel" and not alert.note:
        found.append(_problem("note", "required", "无", "解除须写明原因"))
    if not methods:
        found.append(_problem("code", "required", "无", "至少选一种发布渠道"))
    if len(alert.infos) != 1:
        found.append(_problem("info", "required", len(alert.infos), "应有且只有一个 info"))
        return found
    info = alert.infos[0]
    required = {
        "effective": info.effective,
        "senderName": info.sender_name,
        "headline": info.headline,
        "description": info.description,
    }
    found += [
        _problem(f"info.{key}", "required", "无", "缺少必填项")
        for key, value in required.items()
        if not value
    ]
    found += [
        _problem(f"info.area[{number}].geocode", "required", "无", "缺少行政区划代码")
        for number, area in enumerate(info.areas, 1)
        if not area.geocodes
    ]
    return found


def _problem(key: str, rule: str, value: object, message: str) -> Problem:
    return Problem(key=key, rule=rule, value=str(value), message=message)


def _time(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}+08:00"


def _add(node: Any, tag: str) -> Any:
    return etree.SubElement(node, f"{{{NAMESPACE_CN}}}{tag}")


def _put(node: Any, tag: str, text: str, *, even_empty: bool = False) -> None:
    if text or even_empty:
        _add(node, tag).text = text
