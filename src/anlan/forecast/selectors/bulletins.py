"""The printed page of a finished run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from anlan.forecast.bulletin import (
    BulletinFacts,
    bulletin_docx,
    bulletin_map,
    bulletin_of,
    bulletin_pdf,
)
from anlan.forecast.models_registry import forecast_model
from anlan.forecast.selectors.city import city_surroundings

if TYPE_CHECKING:
    from anlan.forecast.bulletin import Bulletin
    from anlan.forecast.models import ModelRun

__all__ = ["printed_pdf", "printed_word"]


def printed_pdf(run: ModelRun) -> bytes:
    """Return the bulletin of a finished run as PDF."""
    return bulletin_pdf(*_page_and_map(run))


def printed_word(run: ModelRun) -> bytes:
    """Return the bulletin of a finished run as a Word file."""
    return bulletin_docx(*_page_and_map(run))


def _page_and_map(run: ModelRun) -> tuple[Bulletin, bytes]:
    bulletin = bulletin_of(run.result, _facts(run))
    around = city_surroundings(settings.ANLAN_CITY)
    return bulletin, bulletin_map(bulletin, roads=around.roads, districts=around.districts)


def _facts(run: ModelRun) -> BulletinFacts:
    model = forecast_model(run.model)
    return BulletinFacts(
        title=run.title,
        place_name=run.place.get("name", ""),
        lon=run.place["lon"],
        lat=run.place["lat"],
        moment=timezone.localtime(run.moment or run.run_at),
        model_title=model.title,
        cards=model.cards,
        version=run.version,
        code_version=run.code_version,
        seed=run.seed or 1,
        digest=run.digest,
        made_by=str(run.by) if run.by else "",
        made_at=timezone.localtime(run.run_at),
        incident_number=run.incident_number,
        exercise=run.is_exercise,
    )
