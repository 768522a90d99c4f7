"""Addresses of the pages."""

from __future__ import annotations

from django.urls import path

from anlan.console.views import account, desk, maps

app_name = "console"

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("login/", account.LoginView.as_view(), name="login"),
    path("logout/", account.LogoutView.as_view(), name="logout"),
    path("preferences/", account.preferences, name="preferences"),
    path("help/", account.overview_of_help, name="help"),
    path("health/", account.health, name="health"),
    path("map/", maps.city_map, name="map"),
    path("map/districts.geojson", maps.districts, name="map-districts"),
    path("map/ground.geojson", maps.ground, name="map-ground"),
    path("map/operations.geojson", maps.operations, name="map-operations"),
    path("map/records/<slug:key>.geojson", maps.records, name="map-records"),
]
