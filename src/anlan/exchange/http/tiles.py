"""Vector tiles of the layers."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db.models import Count, Max
from django.http import Http404, HttpResponse, HttpResponseNotModified, JsonResponse
from django.views.decorators.http import require_safe

from anlan.exchange.http.access import for_accounts
from anlan.exchange.layers import layer
from anlan.exchange.tiles import MVT, encode_tile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from anlan.core.models import User

__all__ = ["tile"]

DEEPEST = 22


@require_safe
@for_accounts
def tile(request: HttpRequest, account: User, key: str, z: int, x: int, y: int) -> HttpResponse:
    """Return one tile; 304 while neither the layer nor the account's division has changed.

    `?names=name,synthetic` asks for these attributes only.
    """
    found = layer(key, account)
    if found is None or z > DEEPEST or x >= 2**z or y >= 2**z:
        raise Http404(f"没有图块 {key}/{z}/{x}/{y}")
    names = _names(request.GET.get("names"), found.names)
    if names is None:
        return JsonResponse(
            {"detail": f"names 应为 {'、'.join(found.names)} 中的若干个，用逗号分开"}, status=400
        )
    rows = found.rows()
    newest = "updated_at" if hasattr(found.kind.model, "updated_at") else "pk"
    state = rows.order_by().aggregate(n=Count("pk"), newest=Max(newest))
    text = (
        f"{key}/{z}/{x}/{y}/{','.join(names)}/{account.division_id}/{state['n']}/{state['newest']}"
    )
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    body = encode_tile(rows, name=key, geometry=found.geometry, names=names, z=z, x=x, y=y)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    return HttpResponse(body, content_type=MVT, headers=headers)


def _names(asked: str | None, known: Sequence[str]) -> tuple[str, ...] | None:
    """Return the attributes asked for, all when nothing is said, None when one does not exist."""
    if asked is None:
        return tuple(known)
    wanted = set(asked.split(",")) - {""}
    return tuple(name for name in known if name in wanted) if wanted <= set(known) else None
