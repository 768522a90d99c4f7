"""Runs of models: asked for, computed in the background, stopped, repeated."""

from __future__ import annotations

import time
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from django.db import transaction

from anlan.core import journal
from anlan.core.jobs.services import cancel_job, enqueue_job
from anlan.core.permissions import require
from anlan.forecast.choices import RunStatus
from anlan.forecast.daylight import sun_at
from anlan.forecast.ensemble import run_ensemble
from anlan.forecast.impact import impact_of
from anlan.forecast.known import assumed_from
from anlan.forecast.models import ModelRun
from anlan.forecast.models_registry import forecast_model
from anlan.forecast.plain import plain
from anlan.forecast.refusals import refusal_words
from anlan.forecast.results import digest_of, result_document
from anlan.forecast.scenarios import ScenarioError, Weather
from anlan.forecast.scoring import score_document
from anlan.forecast.selectors.setting import setting_of
from anlan.forecast.types import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from anlan.core.models import User
    from anlan.forecast.impact import Impact
    from anlan.forecast.setting import Setting
    from anlan.forecast.types import Assumption, Forecast

__all__ = [
    "JOB",
    "MOST_MEMBERS",
    "code_version",
    "entered",
    "run_abandon",
    "run_cancel",
    "run_compute",
    "run_repeat",
    "run_request",
    "run_score",
]

JOB = "forecast.run"
MOST_MEMBERS = 200
LONGEST_FILE = 5_000_000
"""Characters of one uploaded text."""


def code_version() -> str:
    """Return the version of the program, as it is kept with every run."""
    try:
        return version("anlan")
    except PackageNotFoundError:
        return "source"


def entered(read: Any) -> dict[str, Any]:
    """Return a scenario or weather with its defaults filled in: reading it gives the same."""
    if hasattr(read, "stored"):
        kept: dict[str, Any] = read.stored()
        return kept
    values = {key: value for key, value in plain(read).items() if key != "assumptions"}
    return {"kind": read.kind, **values} if hasattr(read, "kind") else values


@transaction.atomic
def run_request(
    *,
    kind: str,
    scenario: Mapping[str, Any],
    weather: Mapping[str, Any],
    place: Place,
    moment: datetime,
    by: User,
    now: datetime,
    members: int = 0,
    seed: int = 1,
    files: Mapping[str, str] | None = None,
    origins: Mapping[str, str] | None = None,
    lane: str = "actual",
    incident_id: int | None = None,
    incident_number: str = "",
    repeats: ModelRun | None = None,
) -> ModelRun:
    """Check what was entered and queue the run.

    Parameters
    ----------
    scenario, weather
        What was entered, in SI; what is missing is read cautiously.
    members
        Runs of the ensemble; 0 for a single run.
    origins
        By field of the scenario that no person entered: where its value comes from.
    repeats
        The run that this one repeats: its weather is taken as it was kept, with the sun or without.

    Raises
    ------
    PermissionDenied
        If the account may not run models.
    LookupError
        If there is no such model.
    ScenarioError
        If a field is wrong; nothing is queued.
    """
    require(by, "forecast.run")
    model = forecast_model(kind)
    if not 0 <= members <= MOST_MEMBERS:
        raise ScenarioError("members", f"为 0 至 {MOST_MEMBERS} 的整数", members)
    if members and not model.may_vary:
        raise ScenarioError("members", "为 0：这个模型没有可以抽样的输入", members)
    for key, text in (files or {}).items():
        if len(text) > LONGEST_FILE:
            raise ScenarioError(f"scenario.{key}", f"不超过 {LONGEST_FILE} 个字符", len(text))
    here = Weather.parse(weather, sun=None if repeats else sun_at(place, moment))
    model.parse({**scenario, "kind": kind}, here.temperature_c)
    run = ModelRun.objects.create(
        lane=lane,
        model=kind,
        title=(f"{model.title}：{place.name}" if place.name else model.title)[:120],
        status=RunStatus.WAITING,
        code_version=code_version(),
        seed=seed,
        scenario={**scenario, "kind": kind},
        weather=_with_sun(weather, here),
        place={"lon": place.lon, "lat": place.lat, "name": place.name, "division": place.division},
        division_id=place.division or None,
        moment=moment,
        files=dict(files or {}),
        origins={key: said for key, said in (origins or {}).items() if key in scenario},
        members=members,
        run_at=now,
        by=by,
        incident_number=incident_number,
        repeats=repeats,
    )
    job = enqueue_job(kind=JOB, payload={"run": run.pk}, by=by, now=now)
    ModelRun.objects.filter(pk=run.pk).update(job=job)
    run.job = job
    payload = {"title": run.title, "model": kind, "members": members, "seed": seed}
    journal.record(
        verb="forecast.requested",
        subject=run,
        by=by,
        now=now,
        lane=lane,
        payload=payload,
        incident_id=incident_id,
    )
    return run


def _with_sun(weather: Mapping[str, Any], here: Weather) -> dict[str, Any]:
    """Return weather as it was entered, with the sun that it was read under, if any."""
    if here.sun_deg is None:
        return dict(weather)
    return {**weather, "sun_deg": here.sun_deg, "sun_low_deg": here.sun_low_deg}


def run_compute(
    *, run: ModelRun, now: datetime, progress: Callable[[float, str], None] = lambda _s, _n: None
) -> ModelRun:
    """Compute a run that waits. A refused input is a result too; a fault is raised.

    Where the whole takes longer, a first answer is kept while it waits: of the quick form of the
    inputs, then of the run that was asked for, before its ensemble. The reckoning reads only; what
    it found is then written in one transaction, unless the run was stopped meanwhile.
    """
    model = forecast_model(run.model)
    began = time.perf_counter()
    progress(0.0, "读取城市数据")
    try:
        weather = Weather.parse(run.weather)
        setting = setting_of(run, weather)
        inputs = model.parse(run.scenario, weather.temperature_c)
        taken = assumed_from(model, run.scenario, run.origins)
        alone = 0.1 if run.members else 1.0
        progress(0.02, "计算")
        quick = model.quick(inputs, setting)
        if quick is not None:
            early = model.run(quick, replace(setting, first=True))
            _answer(run, _answered(early, setting, taken)[2])
            progress(0.05, "先行结果已出，正在细算")
        forecast, impact, document = _answered(
            model.run(
                inputs,
                replace(
                    setting,
                    progress=lambda share, note: progress(0.05 + (alone - 0.05) * share, note),
                ),
            ),
            setting,
            taken,
        )
        if run.members:
            _answer(run, document)
            progress(alone, "先行结果已出，正在集合计算")
            ensemble = run_ensemble(
                model,
                entered(inputs),
                entered(weather),
                setting,
                members=run.members,
                progress=lambda share, note: progress(alone + (1.0 - alone) * share, note),
            )
            document = result_document(forecast, impact, ensemble)
    except ScenarioError as error:
        said = f"{refusal_words(model, error)}。请改正后再算。"
        _finish(run, now=now, status=RunStatus.REFUSED, error=said, result={})
        return run
    _finish(
        run,
        now=now,
        status=RunStatus.DONE,
        result=document,
        digest=digest_of({k: document[k] for k in ("forecast", "ensemble")}),
        version=forecast.version,
        seconds=round(time.perf_counter() - began, 3),
    )
    return run


def _answered(
    forecast: Forecast, setting: Setting, taken: tuple[Assumption, ...]
) -> tuple[Forecast, Impact, dict[str, Any]]:
    """Return a forecast with what the register filled in, its impact, and the document of both."""
    told = replace(forecast, assumptions=(*taken, *forecast.assumptions))
    impact = impact_of(told, setting)
    return told, impact, result_document(told, impact, None)


def _answer(run: ModelRun, document: dict[str, Any]) -> None:
    """Keep a first answer of a run that still waits: it is shown, and replaced when it ends."""
    ModelRun.objects.filter(pk=run.pk, status=RunStatus.WAITING).update(result=document)


@transaction.atomic
def _finish(run: ModelRun, *, now: datetime, **values: Any) -> None:
    """Write how a run ended, if it still waits."""
    waiting = ModelRun.objects.filter(pk=run.pk, status=RunStatus.WAITING)
    if not waiting.update(**values):
        return
    for name, value in values.items():
        setattr(run, name, value)
    payload = {"title": run.title, "status": str(run.status), "error": run.error}
    journal.record(
        verb=f"forecast.{run.status}", subject=run, by=None, now=now, lane=run.lane, payload=payload
    )


def run_abandon(*, run: ModelRun, now: datetime, error: str) -> None:
    """Say that a run failed by a fault of ours."""
    _finish(run, now=now, status=RunStatus.FAILED, error=error, result={})


@transaction.atomic
def run_cancel(*, run: ModelRun, by: User, now: datetime) -> bool:
    """Stop a run that waits or computes; False when it had already ended."""
    require(by, "forecast.run")
    if not ModelRun.objects.filter(pk=run.pk, status=RunStatus.WAITING).update(
        status=RunStatus.CANCELLED, result={}
    ):
        return False
    if run.job_id:
        cancel_job(job_id=run.job_id, now=now)
    journal.record(
        verb="forecast.cancelled",
        subject=run,
        by=by,
        now=now,
        lane=run.lane,
        payload={"title": run.title},
    )
    return True


def run_repeat(*, run: ModelRun, by: User, now: datetime) -> ModelRun:
    """Ask for the same run again: same inputs, same seed. The digests tell whether it agrees."""
    place = Place(**run.place)
    return run_request(
        kind=run.model,
        scenario=run.scenario,
        weather=run.weather,
        place=place,
        moment=run.moment or run.run_at,
        by=by,
        now=now,
        members=run.members,
        seed=run.seed or 1,
        files=run.files,
        origins=run.origins,
        lane=run.lane,
        incident_number=run.incident_number,
        repeats=run,
    )


@transaction.atomic
def run_score(
    *,
    run: ModelRun,
    area: str,
    figures: Mapping[str, float],
    source: str,
    by: User,
    now: datetime,
) -> dict[str, Any]:
    """Score a finished run against what happened, and keep both.

    Parameters
    ----------
    area
        What was hit, as `scoring.read_area` reads it; empty: not known.
    figures
        What was measured, by the title of the forecast's figure, in its unit.

    Raises
    ------
    ScenarioError
        If the area cannot be read, nothing was given, or a figure is not in the forecast.
    """
    require(by, "forecast.run")
    if not area.strip() and not figures:
        raise ScenarioError("area", "填写实际范围或至少一个实测数字", "")
    score = score_document(run.result, area=area, figures=figures)
    observed = {"area": area, "figures": dict(figures), "source": source}
    ModelRun.objects.filter(pk=run.pk).update(observed=observed, score=score)
    run.observed, run.score = observed, score
    payload = {"title": run.title, "source": source}
    journal.record(
        verb="forecast.scored", subject=run, by=by, now=now, lane=run.lane, payload=payload
    )
    return score
