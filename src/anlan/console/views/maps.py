"""The map and the GeoJSON that the page itself draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from anlan.console.access import account, page
from anlan.console.answers import GEOJSON
from anlan.console.lanes import lane_of
from anlan.console.selectors import maps
from anlan.core.permissions import may

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["city_map", "districts", "ground", "operations"]

HOUR = 3600


@page("register.view")
def city_map(request: HttpRequest) -> HttpResponse:
    """Show the map of the city with its legend."""
    layers = maps.layers_for(account(request))
    context = lane_of(request).context() | {
        "extent": maps.extent_for(user=request.user),
        "layers": layers,
        "synthetic": any(layer.synthetic for layer in layers),
        "sees_incidents": may(request.user, "incident.view"),
    }
    return render(request, "console/map.html", context)


@page("register.view")
@cache_control(private=True, max_age=HOUR)
def districts(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """Answer the districts with their outlines."""
    return HttpResponse(maps.districts_geojson(), content_type=GEOJSON)


@page("register.view")
@cache_control(private=True, max_age=HOUR)
def ground(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """Answer main roads and rivers."""
    return HttpResponse(maps.ground_geojson(), content_type=GEOJSON)


@page("incident.view")
def operations(request: HttpRequest) -> HttpResponse:
    """Answer what is happening: open incidents and undecided reports of a lane."""
    text = maps.operations_geojson(lane=lane_of(request).name, user=request.user)
    return HttpResponse(text, content_type=GEOJSON)
