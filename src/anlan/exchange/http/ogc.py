"""OGC API - Features, Part 1 (Core, GeoJSON, OpenAPI 3.0): every layer the account may see."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from anlan.exchange.http.access import for_accounts
from anlan.exchange.layers import BadParameter, feature, layer, layers, read_page

if TYPE_CHECKING:
    from django.http import HttpRequest

    from anlan.core.models import User
    from anlan.exchange.layers import Layer

__all__ = ["api", "collection", "collections", "conformance", "item", "items", "landing"]

GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS_TO = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}"
    for part in ("core", "geojson", "oas30")
]
CHINA = [73.0, 3.0, 136.0, 54.0]


def _link(
    request: HttpRequest, rel: str, path: str, kind: str = "application/json"
) -> dict[str, str]:
    return {"rel": rel, "type": kind, "href": request.build_absolute_uri(path)}


def _describe(request: HttpRequest, found: Layer) -> dict[str, Any]:
    path = reverse("exchange:ogc-items", args=[found.kind.key])
    return {
        "id": found.kind.key,
        "title": found.kind.label,
        "itemType": "feature",
        "crs": [CRS84],
        "extent": {"spatial": {"bbox": [CHINA], "crs": CRS84}},
        "links": [_link(request, "items", path, GEOJSON)],
    }


def _layer_or_404(key: str, account: User) -> Layer:
    found = layer(key, account)
    if found is None:
        raise Http404(f"没有图层 {key}")
    return found


@require_safe
@for_accounts
def landing(request: HttpRequest, account: User) -> HttpResponse:  # noqa: ARG001 - same for all
    """Say what is here."""
    links = [
        _link(request, "self", request.path),
        _link(request, "conformance", reverse("exchange:ogc-conformance")),
        _link(request, "data", reverse("exchange:ogc-collections")),
        _link(request, "service-desc", reverse("exchange:ogc-api"), OPENAPI),
    ]
    return JsonResponse({"title": "安澜", "description": "城市应急资源图层", "links": links})


@require_safe
@for_accounts
def conformance(request: HttpRequest, account: User) -> HttpResponse:  # noqa: ARG001
    """Name the parts of the standard that are kept."""
    return JsonResponse({"conformsTo": CONFORMS_TO})


@require_safe
@for_accounts
def collections(request: HttpRequest, account: User) -> HttpResponse:
    """List the layers."""
    return JsonResponse(
        {
            "links": [_link(request, "self", request.path)],
            "collections": [_describe(request, found) for found in layers(account)],
        }
    )


@require_safe
@for_accounts
def collection(request: HttpRequest, account: User, key: str) -> HttpResponse:
    """Describe one layer."""
    return JsonResponse(_describe(request, _layer_or_404(key, account)))


@require_safe
@for_accounts
def items(request: HttpRequest, account: User, key: str) -> HttpResponse:
    """Return features, by box and by attribute, page after page."""
    found = _layer_or_404(key, account)
    try:
        page = read_page(found, request.GET.dict())
    except BadParameter as error:
        return JsonResponse(
            {"code": "InvalidParameterValue", "description": str(error)}, status=400
        )
    links = [_link(request, "self", request.get_full_path(), GEOJSON)]
    if page.after is not None:
        query = request.GET.copy()
        query["after"] = str(page.after)
        links.append(_link(request, "next", f"{request.path}?{query.urlencode()}", GEOJSON))
    head: dict[str, Any] = {
        "type": "FeatureCollection",
        "numberReturned": len(page.features),
        "links": links,
    }
    if page.matched is not None:
        head["numberMatched"] = page.matched
    body = f'{json.dumps(head)[:-1]},"features":[{",".join(page.features)}]}}'
    return HttpResponse(body, content_type=GEOJSON)


@require_safe
@for_accounts
def item(request: HttpRequest, account: User, key: str, pk: int) -> HttpResponse:  # noqa: ARG001
    """Return one feature."""
    found = _layer_or_404(key, account)
    names = found.names
    values = found.rows().filter(pk=pk).values_list("pk", found.geometry, *names).first()
    if values is None:
        raise Http404(f"{found.kind.label}没有编号 {pk}")
    return HttpResponse(feature(values, names), content_type=GEOJSON)


@require_safe
@for_accounts
def api(request: HttpRequest, account: User) -> HttpResponse:
    """Describe the addresses in OpenAPI 3.0."""
    base = reverse("exchange:ogc-landing").rstrip("/")
    box = {
        "name": "bbox",
        "in": "query",
        "schema": {"type": "string"},
        "description": "西,南,东,北",
    }
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    paths = {
        f"/collections/{found.kind.key}/items": {
            "get": {
                "summary": found.kind.label,
                "parameters": [box, limit],
                "responses": {
                    "200": {"description": "GeoJSON"},
                    "400": {"description": "参数不符"},
                },
            }
        }
        for found in layers(account)
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "安澜图层", "version": "1"},
        "servers": [{"url": request.build_absolute_uri(base)}],
        "paths": paths,
    }
    return JsonResponse(document, content_type=OPENAPI)
