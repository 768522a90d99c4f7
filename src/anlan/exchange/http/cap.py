"""The public warnings: an Atom feed, and the CAP 1.2 file of each message. Open to everybody.

Only what was issued in the actual lane is here; drafts and exercises do not exist at these
addresses.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from anlan.core.gate import PUBLIC
from anlan.warn.rules.feed import CAP_MEDIA_TYPE
from anlan.warn.selectors import cap_message, feed_entries, public_feed

if TYPE_CHECKING:
    from django.http import HttpRequest

    from anlan.warn.rules import FeedEntry

__all__ = ["feed", "message"]

ATOM_MEDIA_TYPE = "application/atom+xml; charset=utf-8"
FRESH_SECONDS = 30
"""How long a reader may keep the feed: a warning must reach the next reader soon."""


def _version(request: HttpRequest) -> str:
    """Return what changes when the feed does."""
    parts = [request.get_host(), *(f"{e.identifier}@{e.updated.isoformat()}" for e in _entries())]
    return f'"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'


def _entries() -> list[FeedEntry]:
    return feed_entries(timezone.now())


@require_safe
@condition(etag_func=_version)
def feed(request: HttpRequest) -> HttpResponse:
    """Answer the feed of the last days and of what is in force."""
    address = request.build_absolute_uri(reverse("exchange:cap-feed"))
    content = public_feed(timezone.now(), title=_("公开预警"), address=address)
    response = HttpResponse(content, content_type=ATOM_MEDIA_TYPE)
    patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
    return response


@require_safe
def message(request: HttpRequest, identifier: str) -> HttpResponse:  # noqa: ARG001 - Django's
    """Answer a message as it was issued; it never changes."""
    content = cap_message(identifier)
    if content is None:
        raise Http404(f"没有公开预警 {identifier}")
    response = HttpResponse(content, content_type=CAP_MEDIA_TYPE)
    patch_cache_control(response, public=True, max_age=86_400, immutable=True)
    return response


feed.page_action = message.page_action = PUBLIC  # type: ignore[attr-defined]
