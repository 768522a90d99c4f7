"""A warning's facts to a CAP 1.2 message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anlan.warn.cap.polygons import polygons_of
from anlan.warn.rules.texts import EXERCISE_MARK, guidance_for
from anlan.warn.types import COLOURS, CapAlert, CapArea, CapInfo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from shapely.geometry.base import BaseGeometry

    from anlan.warn.types import CapReference

__all__ = ["CATEGORIES", "EVENT_CODE_NAME", "WarningFacts", "alert_of", "areas_of", "category_of"]

EVENT_CODE_NAME = "国家应急平台体系事件分类代码"
"""Value name of the event code; the five characters follow that classification."""

GEOCODE_NAME = "GB/T 2260"
COLOUR_NAME = "ColorCode"

CATEGORIES = {
    "11A": "Met",
    "11B": "Met",
    "11C": "Geo",
    "11D": "Geo",
    "11E": "Met",
    "11F": "Env",
    "11G": "Fire",
    "12A": "CBRNE",
    "12B": "Fire",
    "12C": "Transport",
    "12D": "Infra",
    "12E": "CBRNE",
    "12F": "Env",
    "12G": "Safety",
    "13": "Health",
    "14": "Security",
}
"""CAP category by the beginning of the event code; else `Safety`. Platform default."""

AREA_DESCRIPTION_LIMIT = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningFacts:
    """What a warning says, before it becomes XML."""

    identifier: str
    sender: str
    sender_name: str
    sent: datetime
    msg_type: str
    event_code: str
    event_name: str
    colour: str
    headline: str
    description: str
    instruction: str
    effective: datetime
    expires: datetime
    areas: tuple[CapArea, ...]
    onset: datetime | None = None
    urgency: str = "Expected"
    certainty: str = "Likely"
    references: tuple[CapReference, ...] = ()
    note: str = ""
    exercise: bool = False
    web: str = ""
    contact: str = ""


def alert_of(facts: WarningFacts) -> CapAlert:
    """Return the message. An exercise has the status Exercise and says 演练 in its headline."""
    colour = COLOURS[facts.colour]
    lifted = facts.msg_type == "Cancel"
    note = facts.note
    headline = facts.headline
    if facts.exercise:
        note = f"{EXERCISE_MARK}{note}" if EXERCISE_MARK not in note else note
        headline = f"{EXERCISE_MARK}{headline}" if EXERCISE_MARK not in headline else headline
    return CapAlert(
        identifier=facts.identifier,
        sender=facts.sender,
        sent=facts.sent,
        status="Exercise" if facts.exercise else "Actual",
        msg_type=facts.msg_type,
        note=note,
        references=facts.references,
        infos=(
            CapInfo(
                categories=(category_of(facts.event_code),),
                event=f"{facts.event_name}{colour.name}色预警",
                response_types=("AllClear",)
                if lifted
                else guidance_for(facts.event_name, facts.colour).response_types,
                urgency="Past" if lifted else facts.urgency,
                severity=colour.severity,
                certainty=facts.certainty,
                event_codes=((EVENT_CODE_NAME, facts.event_code),),
                effective=facts.effective,
                onset=facts.onset,
                expires=facts.expires,
                sender_name=facts.sender_name,
                headline=headline,
                description=facts.description,
                instruction=facts.instruction,
                web=facts.web,
                contact=facts.contact,
                parameters=((COLOUR_NAME, colour.severity_cn),),
                areas=facts.areas,
            ),
        ),
    )


def areas_of(
    places: Sequence[tuple[str, str]], geometry: BaseGeometry | None
) -> tuple[CapArea, ...]:
    """Return one area: the names, the codes and, where there is one, the outline.

    Parameters
    ----------
    places
        Division codes with names.
    geometry
        Outline in longitude and latitude, or None when whole places are warned.
    """
    names = "、".join(name for _code, name in places)
    if len(names) > AREA_DESCRIPTION_LIMIT:
        names = f"{places[0][1]}等{len(places)}个行政区划"
    return (
        CapArea(
            description=names,
            polygons=() if geometry is None else polygons_of(geometry),
            geocodes=tuple((GEOCODE_NAME, code) for code, _name in places),
        ),
    )


def category_of(event_code: str) -> str:
    """Return the CAP category of an event code."""
    return CATEGORIES.get(event_code[:3]) or CATEGORIES.get(event_code[:2]) or "Safety"
