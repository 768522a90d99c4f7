"""The history of an incident, read from the journal: the timeline, and frames for the map."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from anlan.command.models import Incident, Report
from anlan.command.selectors.drawings import area_feature, package_features, point_feature
from anlan.command.types import figures_sentence
from anlan.command.verbs import sentence_of
from anlan.core.dictionaries import event_name
from anlan.core.models import JournalEntry
from anlan.warn.models import PublicWarning

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TimelineEntry", "replay_frames", "timeline"]


PUBLIC = "report.received_from_public"
ENDINGS = {"warning.updated", "warning.cancelled", "warning.expired"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One thing that happened: when, who, what, why."""

    at: datetime
    actor: str
    verb: str
    sentence: str
    reasons: tuple[str, ...]
    subject_type: str
    subject_id: str
    payload: Mapping[str, Any]
    node: str
    seq: int

    @property
    def topic(self) -> str:
        """Return what it is about: report, incident, task, clock, package and so on."""
        return self.verb.partition(".")[0]


def timeline(incident: Incident) -> list[TimelineEntry]:
    """Return everything that happened to an incident, first things first.

    The reports that lead to it came before it had a number; they are found by their subject. Two
    queries, and one more for each report of the public: the journal has one entry for a batch of
    them, in which each is looked up.
    """
    reports = list(incident.reports.all())
    ids = [str(report.pk) for report in reports]
    entries = JournalEntry.objects.filter(
        Q(incident_id=incident.pk) | Q(subject_type=Report._meta.label_lower, subject_id__in=ids)
    ).exclude(verb=PUBLIC)
    found = [_entry(entry) for entry in entries.order_by("physical_ms", "logical", "node", "seq")]
    told = {entry.subject_id for entry in found if entry.verb == "report.received"}
    receipts = (_public_receipt(report) for report in reports if str(report.pk) not in told)
    # The sort is stable: what the journal put in order stays so.
    return sorted([*(r for r in receipts if r is not None), *found], key=lambda entry: entry.at)


def replay_frames(incident: Incident) -> list[dict[str, Any]]:
    """Return the moments of an incident for the slider of the map, ready for JSON.

    A frame has `time` (ISO 8601), `sentence`, `actor`, `verb`, and `features`: all that the map
    shows at that moment, as GeoJSON features with `id`, `layer` and `title` in their properties.
    Five queries, whatever happened.
    """
    entries = timeline(incident)
    reports = {str(report.pk): report for report in incident.reports.all()}
    packages = {str(package.pk): package for package in incident.packages.prefetch_related("parts")}
    parts = {str(part.pk): part for package in packages.values() for part in package.parts.all()}
    warnings = {
        str(warning.pk): warning
        for warning in PublicWarning.objects.filter(incident_id=incident.pk, lane=incident.lane)
    }
    shown: dict[str, dict[str, Any]] = {}
    state: dict[str, Any] = {}
    frames = []
    for entry in entries:
        if entry.subject_type == "command.report" and entry.subject_id in reports:
            report = reports[entry.subject_id]
            shown[f"report-{report.pk}"] = _report_feature(report)
        elif entry.subject_type == "warn.publicwarning":
            _show_warning(shown, entry, warnings)
        elif entry.subject_type == "command.package" and entry.subject_id in packages:
            shown = {key: f for key, f in shown.items() if not key.startswith("package-")}
            shown.update(package_features(packages[entry.subject_id]))
        elif entry.subject_type == "command.packagepart" and entry.subject_id in parts:
            _mark_part(shown, parts[entry.subject_id].kind, entry.verb)
        if entry.verb.startswith("incident."):
            _learn(state, entry)
            shown["incident"] = _incident_feature(incident, state)
        frames.append(
            {
                "time": entry.at.isoformat(),
                "sentence": entry.sentence,
                "actor": entry.actor,
                "verb": entry.verb,
                "features": list(shown.values()),
            }
        )
    return frames


def _entry(entry: JournalEntry) -> TimelineEntry:
    payload = json.loads(entry.payload)
    return TimelineEntry(
        at=datetime.fromtimestamp(entry.physical_ms / 1000, tz=UTC),
        actor=entry.actor_name or "平台",
        verb=entry.verb,
        sentence=sentence_of(entry.verb, payload),
        reasons=tuple(json.loads(entry.reasons)),
        subject_type=entry.subject_type,
        subject_id=entry.subject_id,
        payload=payload,
        node=entry.node,
        seq=entry.seq,
    )


def _public_receipt(report: Report) -> TimelineEntry | None:
    """Return the receipt of a report of the public, as of the moment it was acknowledged."""
    batches = JournalEntry.objects.filter(
        verb=PUBLIC,
        division_code=report.division_id,
        physical_ms__gte=int(report.received_at.timestamp() * 1000),
    ).order_by("physical_ms", "logical", "node", "seq")
    for batch in batches.iterator(chunk_size=100):
        if report.pk not in json.loads(batch.payload).get("reports", ()):
            continue
        payload = {
            "place": report.place,
            "event": event_name(report.event_code),
            "channel": f"公众{report.get_channel_display()}",
            "figures": figures_sentence(report.figures),
        }
        entry = _entry(batch)
        return replace(
            entry,
            at=report.received_at,
            actor="公众",
            sentence=sentence_of("report.received", payload),
            subject_id=str(report.pk),
            payload=payload,
        )
    return None


def _show_warning(
    shown: dict[str, dict[str, Any]], entry: TimelineEntry, warnings: Mapping[str, PublicWarning]
) -> None:
    """Draw a warning from the moment it is issued until it ends."""
    warning = warnings.get(entry.subject_id)
    key = f"warning-{entry.subject_id}"
    if entry.verb in ENDINGS:
        shown.pop(key, None)
    elif entry.verb == "warning.issued" and warning is not None and warning.area is not None:
        shown[key] = area_feature(
            key, layer="warning", title=warning.headline, area=warning.area, colour=warning.colour
        )


def _report_feature(report: Report) -> dict[str, Any]:
    return point_feature(
        f"report-{report.pk}",
        layer="report",
        title=f"接报：{report.place or report.text[:20]}",
        longitude=report.location.x,
        latitude=report.location.y,
    )


def _learn(state: dict[str, Any], entry: TimelineEntry) -> None:
    """Take from an entry what the label of the incident shows from then on."""
    payload = entry.payload
    known = {
        "incident.opened": ("figures", payload.get("figures")),
        "incident.graded": ("grade", payload.get("to")),
        "incident.response_started": ("response", payload.get("to")),
        "incident.response_changed": ("response", payload.get("to")),
        "incident.response_ended": ("response", ""),
        "incident.closed": ("closed", "已结束"),
    }
    if entry.verb == "incident.casualties_updated":
        state["figures"] = figures_sentence(payload.get("figures", {}))
    elif entry.verb in known:
        name, value = known[entry.verb]
        state[name] = value


def _incident_feature(incident: Incident, state: Mapping[str, Any]) -> dict[str, Any]:
    return point_feature(
        "incident",
        layer="incident",
        title=incident.title,
        longitude=incident.location.x,
        latitude=incident.location.y,
        figures=state.get("figures", ""),
        grade=state.get("grade", ""),
        response=state.get("response", ""),
        closed=bool(state.get("closed")),
    )


def _mark_part(shown: dict[str, dict[str, Any]], kind: str, verb: str) -> None:
    """Mark what the map shows of a part as decided; what was rejected goes."""
    mine = [key for key in shown if key.startswith(f"package-{kind}-")]
    for key in mine:
        if verb.endswith("rejected"):
            del shown[key]
        else:
            feature = shown[key]
            properties = {**feature["properties"], "status": verb.partition(".")[2]}
            shown[key] = {**feature, "properties": properties}
