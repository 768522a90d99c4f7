"""Studies (研判): choose a model, run it, look at what it says, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.command.models import Incident
from anlan.command.selectors.places import division_at
from anlan.console.access import account, page
from anlan.console.answers import UNFIT, WORD, attachment, page_of
from anlan.console.forms.hazards import WeatherForm
from anlan.console.forms.model_fields import ModelFieldsForm
from anlan.console.forms.study import ScoreForm, StudyForm
from anlan.console.lanes import lane_of, lane_view
from anlan.console.selectors.maps import extent_for
from anlan.console.selectors.studies import drawn, families, offers, study_page
from anlan.core.permissions import may, restrict
from anlan.core.rules import is_inside, whole_number
from anlan.forecast.choices import RunStatus
from anlan.forecast.comparison import compare as compared
from anlan.forecast.comparison import entered_inputs
from anlan.forecast.models_registry import MODELS
from anlan.forecast.refusals import refusal_words
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.selectors import runs_visible_to
from anlan.forecast.selectors.bulletins import printed_pdf, printed_word
from anlan.forecast.services import run_cancel, run_repeat, run_request, run_score
from anlan.forecast.types import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django import forms
    from django.http import HttpRequest

    from anlan.console.selectors.studies import Offer
    from anlan.core.models import User
    from anlan.forecast.model import ForecastModel
    from anlan.forecast.models import ModelRun

__all__ = [
    "bulletin_pdf",
    "bulletin_word",
    "cancel",
    "compare",
    "data",
    "detail",
    "listing",
    "new",
    "repeat",
    "score",
]

PAGE_SIZE = 30
PDF = "application/pdf"


def _incident(request: HttpRequest) -> Incident | None:
    """Return the incident that the address or the form names, if the account may see it."""
    named = whole_number(request.POST.get("incident") or request.GET.get("incident") or "")
    if named is None:
        return None
    seen = restrict(Incident.objects.select_related("division"), request.user, "incident.view")
    return get_object_or_404(seen, pk=named)


def _run(request: HttpRequest, pk: int) -> ModelRun:
    return get_object_or_404(runs_visible_to(request.user).select_related("job", "by"), pk=pk)


def _finished(request: HttpRequest, pk: int) -> ModelRun:
    """Return a run that has a result of its own; otherwise there is nothing to see."""
    run = _run(request, pk)
    if run.status != RunStatus.DONE or "forecast" not in run.result:
        raise Http404("这次研判还没有结果")
    return run


@page("incident.view")
def listing(request: HttpRequest) -> HttpResponse:
    """Show the models to choose from, those that fit the incident first, and the runs."""
    lane, incident = lane_of(request), _incident(request)
    runs = runs_visible_to(request.user).filter(lane=lane.name).defer("result", "files")
    if incident is not None:
        runs = runs.filter(incident_number=incident.number)
    fitting, groups = families(incident.event_code if incident else "")
    context = lane.context() | {
        "incident": incident,
        "fitting": fitting,
        "families": groups,
        "page": page_of(request, runs.select_related("by"), size=PAGE_SIZE),
        "may_run": may(request.user, "forecast.run"),
    }
    return render(request, "console/studies.html", context)


@page("forecast.run", methods=("GET", "HEAD", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a run: the inputs stand there already, each with where it comes from."""
    model = MODELS.get(request.POST.get("kind") or request.GET.get("kind") or "")
    if model is None:
        messages.warning(request, _("请先选一个模型。"))
        return redirect("console:studies")
    incident = _incident(request)
    before = _before(request, model)
    lane = lane_view(incident.lane, request.user) if incident else lane_of(request)
    given = offers(model, incident, _where(request, incident), timezone.now(), before=before)
    known = [key for key, offer in given.items() if offer.entered or offer.registered]
    if request.method == "POST":
        form = StudyForm(request.POST)
        inputs = ModelFieldsForm(
            model.fields, request.POST, request.FILES, known=known, prefix="model"
        )
        weather = WeatherForm(request.POST, prefix="hazard", places={})
        if form.is_valid() & inputs.is_valid() & weather.is_valid():
            run = _requested(
                request, model, incident, before, lane.name, form, inputs, weather, given
            )
            if run is not None:
                return redirect("console:study", run.pk)
    else:
        form = StudyForm(initial=_start(request, model, incident, before))
        shown = {key: offer.value for key, offer in given.items()}
        inputs = ModelFieldsForm(model.fields, initial=shown, known=known, prefix="model")
        entered = WeatherForm.as_entered({}, _weather(incident, before), places={})
        weather = WeatherForm(prefix="hazard", initial=entered, places={})
    context = lane.context() | {
        "model": model,
        "incident": incident,
        "before": before,
        "form": form,
        "inputs": inputs,
        "asked": [
            (inputs[field.key], given[field.key].origin if field.key in given else "")
            for field in model.fields
        ],
        "weather": weather if model.uses_weather else None,
        "weather_known": bool(_weather(incident, before)),
        "extent": extent_for(user=request.user),
    }
    bad = form.errors or inputs.errors or weather.errors
    return render(request, "console/study_new.html", context, status=UNFIT if bad else 200)


def _where(request: HttpRequest, incident: Incident | None) -> Place | None:
    """Return the place of the incident or of the address, whose records the form starts from."""
    if incident is not None:
        spot = incident.location
        return Place(
            lon=spot.x, lat=spot.y, name=incident.place, division=str(incident.division_id)
        )
    try:
        lon, lat = (float(request.GET.get(name) or "") for name in ("longitude", "latitude"))
    except ValueError:
        return None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    code = _division(account(request), lon, lat)
    return None if code is None else Place(lon=lon, lat=lat, division=code)


def _before(request: HttpRequest, model: ForecastModel) -> ModelRun | None:
    """Return the run whose inputs are to be changed, if the address or the form names one."""
    named = whole_number(request.POST.get("before") or request.GET.get("before") or "")
    if named is None:
        return None
    return get_object_or_404(runs_visible_to(request.user), pk=named, model=model.kind)


def _weather(incident: Incident | None, before: ModelRun | None) -> dict[str, Any]:
    if before is not None:
        return dict(before.weather)
    return dict(incident.weather or {}) if incident else {}


def _start(
    request: HttpRequest,
    model: ForecastModel,
    incident: Incident | None,
    before: ModelRun | None,
) -> dict[str, Any]:
    """Return place and time as the form shows them first."""
    found: dict[str, Any] = {"members": model.members, "seed": 1}
    if before is not None:
        return {
            "place": before.place["name"],
            "longitude": before.place["lon"],
            "latitude": before.place["lat"],
            "moment": timezone.localtime(before.moment or before.run_at),
            "members": before.members,
            "seed": before.seed or 1,
        }
    if incident is None:
        found |= {name: request.GET.get(name) for name in ("longitude", "latitude", "place")}
        return found | {"moment": timezone.localtime()}
    return found | {
        "place": incident.place,
        "longitude": round(incident.location.x, 5),
        "latitude": round(incident.location.y, 5),
        "moment": timezone.localtime(incident.occurred_at),
    }


def _requested(
    request: HttpRequest,
    model: ForecastModel,
    incident: Incident | None,
    before: ModelRun | None,
    lane: str,
    form: StudyForm,
    inputs: ModelFieldsForm,
    weather: WeatherForm,
    given: Mapping[str, Offer],
) -> ModelRun | None:
    """Queue the run; None after the problem was put at its field."""
    user, chosen = account(request), form.cleaned_data
    division = _division(user, chosen["longitude"], chosen["latitude"])
    if division is None:
        form.add_error("longitude", _("这一点不在您管辖的区划内，请在地图上重新选点"))
        return None
    scenario = inputs.scenario()
    origins = {
        field.key: given[field.key].origin
        for field in model.fields
        if field.key in scenario
        and field.key in given
        and given[field.key].registered
        and field.words(scenario[field.key]) == given[field.key].value
    }
    try:
        return run_request(
            kind=model.kind,
            scenario=scenario,
            origins=origins,
            weather=weather.details().get("weather", {}) if model.uses_weather else {},
            place=Place(
                lon=chosen["longitude"],
                lat=chosen["latitude"],
                name=chosen["place"],
                division=division,
            ),
            moment=chosen["moment"],
            members=chosen["members"],
            seed=chosen["seed"],
            files={**(before.files if before else {}), **inputs.texts()},
            lane=lane,
            incident_id=incident.pk if incident else None,
            incident_number=incident.number if incident else "",
            by=user,
            now=timezone.now(),
        )
    except ScenarioError as error:
        _blame(error, form, inputs, weather, model=model)
        return None


def _division(user: User, longitude: float, latitude: float) -> str | None:
    found = division_at(longitude, latitude)
    own = user.division_id
    if found is None or own is None or not is_inside(found.code, own):
        return None
    return str(found.code)


def _blame(error: ScenarioError, *asked: forms.Form, model: ForecastModel | None = None) -> None:
    """Put a refusal at the field it names, or on top of the first form."""
    name = error.field.rpartition(".")[2]
    given = _("空") if error.value in (None, "") else error.value
    words = _("应%(rule)s，收到 %(value)s") % {"rule": _(error.rule), "value": given}
    for form in asked:
        if name in form.fields:
            form.add_error(name, words)
            return
    asked[0].add_error(None, refusal_words(model, error))


@page("incident.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a run: how far it is, or what it says."""
    run = _run(request, pk)
    waiting = run.status == RunStatus.WAITING
    told = (waiting or run.status == RunStatus.DONE) and "forecast" in run.result
    polled = "HX-Request" in request.headers  # only how far it is: the page reloads for the rest
    incident = None
    if run.incident_number:
        seen = restrict(Incident.objects.all(), request.user, "incident.view")
        incident = seen.filter(number=run.incident_number).first()
    context = lane_view(run.lane, request.user).context() | {
        "run": run,
        "incident": incident,
        "seen": study_page(run) if told and not polled else None,
        "waiting": waiting,
        "first": waiting and told,
        "percent": round(100 * run.job.progress) if run.job else 0,
        "agrees": run.repeats_id and run.repeats and run.repeats.digest == run.digest,
        "may_run": may(request.user, "forecast.run"),
        "extent": extent_for(user=request.user),
    }
    return render(request, "console/study.html", context)


@page("incident.view")
def data(request: HttpRequest, pk: int) -> JsonResponse:
    """Answer what the map of a run draws: finished, or its first answer."""
    run = _run(request, pk)
    if run.status not in (RunStatus.DONE, RunStatus.WAITING) or "forecast" not in run.result:
        raise Http404("这次研判还没有结果")
    return JsonResponse(drawn(run))


@page("forecast.run", methods=("POST",))
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a run that has not ended."""
    run = _run(request, pk)
    if run_cancel(run=run, by=account(request), now=timezone.now()):
        messages.success(request, _("已取消计算。"))
    else:
        messages.warning(request, _("计算已经结束，没有取消。"))
    return redirect("console:study", run.pk)


@page("forecast.run", methods=("POST",))
def repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """Run the same inputs again."""
    run = run_repeat(run=_run(request, pk), by=account(request), now=timezone.now())
    return redirect("console:study", run.pk)


@page("incident.view")
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show two runs of one model side by side."""
    run = _finished(request, pk)
    same = runs_visible_to(request.user).filter(lane=run.lane, model=run.model)
    finished = same.filter(status=RunStatus.DONE).exclude(pk=run.pk).exclude(digest="")
    others = list(finished.defer("result", "files")[:PAGE_SIZE])
    named = whole_number(request.GET.get("with") or "")
    chosen = next((one.pk for one in others if named in (None, one.pk)), None)
    if named is not None and chosen is None:
        raise Http404("没有这次研判")
    context = lane_view(run.lane, request.user).context() | {"run": run, "others": others}
    if chosen is not None:
        other = _finished(request, chosen)
        one, two = (entered_inputs(r.model, r.scenario, r.weather) for r in (run, other))
        zones, figures, inputs = compared(run.result, other.result, entered=(one, two))
        context |= {"other": other, "zones": zones, "figures": figures, "inputs": inputs}
    return render(request, "console/study_compare.html", context)


@page("forecast.run", methods=("GET", "HEAD", "POST"))
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what happened, and show how good the run was."""
    run = _finished(request, pk)
    known = run.result["forecast"]["figures"]
    form = ScoreForm(known, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            run_score(
                run=run,
                area=given["area"],
                figures=form.measured(),
                source=given["source"],
                by=account(request),
                now=timezone.now(),
            )
        except ScenarioError as error:
            _blame(error, form)
        else:
            messages.success(request, _("已评分。"))
            return redirect("console:study-score", run.pk)
    context = lane_view(run.lane, request.user).context() | {
        "run": run,
        "form": form,
        "figures": [form[name] for name in form.titles],
    }
    return render(
        request, "console/study_score.html", context, status=UNFIT if form.errors else 200
    )


@page("incident.view")
def bulletin_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the printed page of a run as PDF."""
    run = _finished(request, pk)
    return attachment(printed_pdf(run), f"研判简报 {run.title}.pdf", PDF)


@page("incident.view")
def bulletin_word(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the printed page of a run as a Word file."""
    run = _finished(request, pk)
    return attachment(printed_word(run), f"研判简报 {run.title}.docx", WORD)
