"""The public feed as Atom (RFC 4287): one entry a message, pointing to its CAP file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from anlan.warn.cap.identifiers import cap_time

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

__all__ = ["ATOM", "CAP_MEDIA_TYPE", "FeedEntry", "atom_feed"]

ATOM = "http://www.w3.org/2005/Atom"
CAP_MEDIA_TYPE = "application/cap+xml"
_NSMAP: Any = {None: ATOM}
"""The default namespace; the stubs of lxml want a text as key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """A message in the feed. `path` is where its CAP file lies below the feed's own address."""

    identifier: str
    title: str
    summary: str
    author: str
    published: datetime
    updated: datetime
    path: str
    category: str
    severity: str


def atom_feed(
    entries: Sequence[FeedEntry], *, title: str, address: str, updated: datetime
) -> bytes:
    """Return the feed as UTF-8 XML, newest first.

    Parameters
    ----------
    entries
        Messages to list.
    title
        Title of the feed.
    address
        Address of the feed itself; the files lie below it.
    updated
        Time of the last change; used when there is no entry.
    """
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=_NSMAP)
    ordered = sorted(entries, key=lambda e: (e.updated, e.identifier), reverse=True)
    _put(root, "id", address)
    _put(root, "title", title)
    _put(root, "updated", cap_time(ordered[0].updated if ordered else updated))
    _link(root, rel="self", href=address, media="application/atom+xml")
    for entry in ordered:
        node = etree.SubElement(root, f"{{{ATOM}}}entry")
        href = f"{address.rstrip('/')}/{entry.path}"
        _put(node, "id", href)
        _put(node, "title", entry.title)
        _put(node, "updated", cap_time(entry.updated))
        _put(node, "published", cap_time(entry.published))
        author = etree.SubElement(node, f"{{{ATOM}}}author")
        _put(author, "name", entry.author)
        _put(node, "summary", entry.summary)
        etree.SubElement(node, f"{{{ATOM}}}category", term=entry.category)
        etree.SubElement(node, f"{{{ATOM}}}category", term=entry.severity)
        _link(node, rel="alternate", href=href, media=CAP_MEDIA_TYPE)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _put(node: Any, tag: str, text: str) -> None:
    etree.SubElement(node, f"{{{ATOM}}}{tag}").text = text


def _link(node: Any, *, rel: str, href: str, media: str) -> None:
    etree.SubElement(node, f"{{{ATOM}}}link", rel=rel, href=href, type=media)
