"""When the database cannot take a write: try again or say what to do, instead of failing the page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["StorageErrors", "is_busy", "is_deadlock", "is_full"]

FULL, BUSY = 507, 503
RETRY_SECONDS = "5"
PAUSES = (0.05, 0.2, 0.5)
"""How long a request waits each time before it is run again after a deadlock. [s]"""

DEADLOCK, SERIALIZATION = "40P01", "40001"
"""How PostgreSQL tells that it took a transaction back for another's sake."""


def is_full(error: OperationalError) -> bool:
    """Tell whether the disk was full, as SQLite and PostgreSQL say it."""
    text = str(error).lower()
    return "is full" in text or "no space left" in text


def is_busy(error: OperationalError) -> bool:
    """Tell whether another writer held the database for too long."""
    return "is locked" in str(error).lower()


def is_deadlock(error: Exception) -> bool:
    """Tell whether PostgreSQL took the transaction back because two waited for each other."""
    return getattr(error.__cause__, "sqlstate", None) in {DEADLOCK, SERIALIZATION}


class StorageErrors:
    """Middleware: a full disk is 507 and a busy database 503, each with what to do.

    The journal gives its numbers one writer after the other, so two requests that change several
    things may come to wait for each other. PostgreSQL then takes one of them back wholly; as a view
    makes one call of a service, and that is one transaction, it can be run again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer the errors that are nobody's mistake; leave every other alone."""
        for pause in PAUSES:
            if not is_deadlock(error) or request.resolver_match is None:
                break
            time.sleep(pause)
            view, args, kwargs = request.resolver_match
            try:
                response: HttpResponse = view(request, *args, **kwargs)
            except OperationalError as next_error:
                error = next_error
            else:
                return response
        if not isinstance(error, OperationalError):
            return None
        if is_full(error):
            return _page(
                FULL,
                _("存储空间已满，刚才的内容没有保存。请联系系统管理员清理磁盘；查询不受影响。"),
            )
        if is_busy(error) or is_deadlock(error):
            response = _page(BUSY, _("数据库正忙，刚才的内容没有保存。请稍候再试一次。"))
            response.headers["Retry-After"] = RETRY_SECONDS
            return response
        return None


def _page(status: int, message: str) -> HttpResponse:
    html = render_to_string("core/storage_error.html", {"message": message})
    return HttpResponse(html, status=status)
