"""Addresses for machines."""

from __future__ import annotations

from django.urls import path

from anlan.exchange.http import cap, ogc, tiles

app_name = "exchange"

urlpatterns = [
    path("cap/", cap.feed, name="cap-feed"),
    path("cap/<slug:identifier>.xml", cap.message, name="cap-message"),
    path("ogc/", ogc.landing, name="ogc-landing"),
    path("ogc/api", ogc.api, name="ogc-api"),
    path("ogc/conformance", ogc.conformance, name="ogc-conformance"),
    path("ogc/collections", ogc.collections, name="ogc-collections"),
    path("ogc/collections/<slug:key>", ogc.collection, name="ogc-collection"),
    path("ogc/collections/<slug:key>/items", ogc.items, name="ogc-items"),
    path("ogc/collections/<slug:key>/items/<int:pk>", ogc.item, name="ogc-item"),
    path("tiles/<slug:key>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tile"),
]
