"""The map and the GeoJSON that the page itself draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from anlan.console.access import page
from anlan.console.selectors import maps

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["city_map", "districts"]

GEOJSON = "application/geo+json"
HOUR = 3600


@page("register.view")
def city_map(request: HttpRequest) -> HttpResponse:
    """Show the map of the city with its legend."""
    return render(request, "console/map.html", {"extent": maps.extent_for(user=request.user)})


@page("register.view")
@cache_control(private=True, max_age=HOUR)
def districts(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """Answer the districts with their outlines."""
    return HttpResponse(maps.districts_geojson(), content_type=GEOJSON)
