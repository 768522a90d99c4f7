"""What the answers of the views have in common: status codes, pages of a list, files to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.utils.http import content_disposition_header

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = [
    "CONFLICT",
    "GEOJSON",
    "ROWS_ON_A_PAGE",
    "UNFIT",
    "WORD",
    "attachment",
    "page_of",
    "reason_given",
]

CONFLICT: Final = 409
"""Somebody else was faster, or the thing is no longer in a state that allows this."""

UNFIT: Final = 422
"""What was entered does not keep to the rules; the page names each field."""

GEOJSON: Final = "application/geo+json"
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

ROWS_ON_A_PAGE: Final = 50
LONGEST_REASON: Final = 300
"""As long as the journal's column for it."""


def page_of(request: HttpRequest, rows: Any, *, size: int = ROWS_ON_A_PAGE) -> Page[Any]:
    """Return the page of a list that the address asks for; the nearest where there is none."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def attachment(content: str | bytes, name: str, media: str) -> HttpResponse:
    """Answer a file that the browser keeps under a name."""
    disposition = content_disposition_header(True, name)  # noqa: FBT003 - Django's
    return HttpResponse(
        content, content_type=media, headers={"Content-Disposition": disposition or "attachment"}
    )


def reason_given(request: HttpRequest) -> str:
    """Return the reason that was typed beside a button."""
    return request.POST.get("reason", "").strip()[:LONGEST_REASON]
