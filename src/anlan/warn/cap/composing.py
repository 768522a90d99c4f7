"""Write a CAP 1.2 message as XML, in the order the schema asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from anlan.warn.cap.checking import alert_problems
from anlan.warn.cap.identifiers import cap_time
from anlan.warn.cap.parsing import CapRefusedError, schema_problems
from anlan.warn.cap.polygons import DECIMALS, ring_text

if TYPE_CHECKING:
    from anlan.warn.types import CapAlert, CapArea, CapInfo, CapReference, CapResource

__all__ = ["NAMESPACE", "compose_cap"]

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"

_METRES_PER_KM = 1000.0
_NSMAP: Any = {None: NAMESPACE}
"""The default namespace; the stubs of lxml want a text as key."""
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def compose_cap(alert: CapAlert) -> bytes:
    """Return the message as UTF-8 XML that has passed the schema and the rules in words.

    Raises
    ------
    CapRefusedError
        If the message breaks a rule. Nothing unlawful leaves the platform.
    """
    problems = alert_problems(alert)
    if problems:
        raise CapRefusedError(problems)
    root = _alert(alert)
    problems = schema_problems(root)
    if problems:
        raise CapRefusedError(problems)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _alert(alert: CapAlert) -> Any:
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap=_NSMAP)
    _put(root, "identifier", alert.identifier)
    _put(root, "sender", alert.sender)
    _put(root, "sent", cap_time(alert.sent))
    _put(root, "status", alert.status)
    _put(root, "msgType", alert.msg_type)
    _put(root, "source", alert.source)
    _put(root, "scope", alert.scope)
    _put(root, "restriction", alert.restriction)
    _put(root, "addresses", alert.addresses)
    for code in alert.codes:
        _put(root, "code", code)
    _put(root, "note", alert.note)
    _put(root, "references", " ".join(_reference(r) for r in alert.references))
    _put(root, "incidents", alert.incidents)
    for info in alert.infos:
        _info(root, info)
    return root


def _info(root: Any, info: CapInfo) -> None:
    node = _add(root, "info")
    _put(node, "language", info.language)
    for category in info.categories:
        _put(node, "category", category)
    _put(node, "event", info.event)
    for kind in info.response_types:
        _put(node, "responseType", kind)
    _put(node, "urgency", info.urgency)
    _put(node, "severity", info.severity)
    _put(node, "certainty", info.certainty)
    _put(node, "audience", info.audience)
    _pairs(node, "eventCode", info.event_codes)
    for tag, moment in (
        ("effective", info.effective),
        ("onset", info.onset),
        ("expires", info.expires),
    ):
        _put(node, tag, cap_time(moment) if moment else "")
    _put(node, "senderName", info.sender_name)
    _put(node, "headline", info.headline)
    _put(node, "description", info.description)
    _put(node, "instruction", info.instruction)
    _put(node, "web", info.web)
    _put(node, "contact", info.contact)
    _pairs(node, "parameter", info.parameters)
    for resource in info.resources:
        _resource(node, resource)
    for area in info.areas:
        _area(node, area)


def _resource(node: Any, resource: CapResource) -> None:
    inner = _add(node, "resource")
    _put(inner, "resourceDesc", resource.description)
    _put(inner, "mimeType", resource.mime_type)
    _put(inner, "size", "" if resource.size is None else str(resource.size))
    _put(inner, "uri", resource.uri)
    _put(inner, "digest", resource.digest)


def _area(node: Any, area: CapArea) -> None:
    inner = _add(node, "area")
    _put(inner, "areaDesc", area.description)
    for ring in area.polygons:
        _put(inner, "polygon", ring_text(ring))
    for circle in area.circles:
        lat, lon = circle.centre
        radius = f"{circle.radius_m / _METRES_PER_KM:.3f}"
        _put(inner, "circle", f"{lat:.{DECIMALS}f},{lon:.{DECIMALS}f} {radius}")
    _pairs(inner, "geocode", area.geocodes)
    _put(inner, "altitude", "" if area.altitude_ft is None else f"{area.altitude_ft:g}")
    _put(inner, "ceiling", "" if area.ceiling_ft is None else f"{area.ceiling_ft:g}")


def _reference(reference: CapReference) -> str:
    return f"{reference.sender},{reference.identifier},{cap_time(reference.sent)}"


def _pairs(node: Any, tag: str, pairs: tuple[tuple[str, str], ...]) -> None:
    for name, value in pairs:
        inner = _add(node, tag)
        _put(inner, "valueName", name)
        _put(inner, "value", value)


def _add(node: Any, tag: str) -> Any:
    return etree.SubElement(node, f"{{{NAMESPACE}}}{tag}")


def _put(node: Any, tag: str, text: str) -> None:
    """Add an element, unless there is nothing to say in it."""
    if text:
        _add(node, tag).text = _NOT_XML.sub("", text)
