"""Addresses of the record pages."""

from __future__ import annotations

from django.urls import path

from anlan.console.records import changing, exchanging, reading

urlpatterns = [
    path("", reading.index, name="records"),
    path("confirmations/", changing.confirmations, name="record-confirmations"),
    path("imports/<int:pk>/", exchanging.import_result, name="record-import-result"),
    path("imports/<int:pk>/errors.xlsx", exchanging.import_errors, name="record-import-errors"),
    path("<slug:key>/", reading.listing, name="record-list"),
    path("<slug:key>/new/", changing.new, name="record-new"),
    path("<slug:key>/import/", exchanging.import_new, name="record-import"),
    path("<slug:key>/template.xlsx", exchanging.template, name="record-template"),
    path("<slug:key>/export.<str:form>", exchanging.export, name="record-export"),
    path("<slug:key>/<int:pk>/", reading.detail, name="record"),
    path("<slug:key>/<int:pk>/edit/", changing.edit, name="record-edit"),
    path("<slug:key>/<int:pk>/delete/", changing.delete, name="record-delete"),
    path("<slug:key>/<int:pk>/confirm/", changing.confirm, name="record-confirm"),
]
