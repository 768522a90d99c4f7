"""Runs of models: asked for, computed, refused, stopped, repeated to the last bit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied

from anlan.core.jobs.models import Job, JobState
from anlan.core.jobs.services import claim_job
from anlan.core.jobs.worker import run_next
from anlan.core.models import JournalEntry
from anlan.forecast.choices import RunStatus
from anlan.forecast.models import ModelRun
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.selectors import runs_visible_to
from anlan.forecast.services import run_cancel, run_compute, run_repeat, run_request
from anlan.forecast.types import Place
from kit.cities import jinan_pack

if TYPE_CHECKING:
    from kit.people import People

NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
PLACE = Place(lon=117.535, lat=36.716, name="示例化工园区", division="370114000000")
LEAK = {"substance": "液氨", "hole_diameter_m": 0.05}
WEATHER = {"wind_speed": 2.0, "wind_from_deg": 225.0, "is_day": True}


@pytest.fixture(autouse=True)
def city(settings: Any) -> None:
    settings.ANLAN_CITY = jinan_pack()


def ask(people: People, **more: Any) -> ModelRun:
    given: dict[str, Any] = {
        "kind": "gas_release",
        "scenario": LEAK,
        "weather": WEATHER,
        "place": PLACE,
        "moment": NOW - timedelta(minutes=10),
        "by": people.lin_lan,
        "now": NOW,
        **more,
    }
    return run_request(**given)


def test_a_run_is_queued_checked_and_computed_with_its_impact(people: People) -> None:
    run = ask(people)
    assert run.status == RunStatus.WAITING
    assert run_next(owner="test")
    run.refresh_from_db()
    assert run.status == RunStatus.DONE
    forecast, impact = run.result["forecast"], run.result["impact"]
    assert [f["key"] for f in forecast["footprints"]] == ["aegl3", "aegl2", "aegl1"]
    assert len(forecast["frames"]) > 5
    assert forecast["summary"]
    assert run.version
    assert len(run.digest) == 64
    inner, middle, outer = (z["people_by_night"]["value"] for z in impact["zones"])
    assert 0 <= inner <= middle <= outer
    by_day = impact["zones"][2]["people_by_day"]
    assert by_day["to_confirm"]
    assert by_day["low"] <= by_day["value"] <= by_day["high"]
    people_inside = next(s for s in impact["over_time"] if s["key"] == "people_aegl1")
    assert people_inside["values"] == sorted(people_inside["values"])
    verbs = JournalEntry.objects.filter(subject_id=str(run.pk)).values_list("verb", flat=True)
    assert {"forecast.requested", "forecast.done"} <= set(verbs)


def test_a_repeated_run_agrees_to_the_last_bit_and_another_seed_does_not(people: People) -> None:
    first = run_compute(run=ask(people, members=8, seed=5), now=NOW)
    again = run_compute(run=run_repeat(run=first, by=people.lin_lan, now=NOW), now=NOW)
    other = run_compute(run=ask(people, members=8, seed=6), now=NOW)
    assert again.repeats_id == first.pk
    assert again.digest == first.digest
    assert other.digest != first.digest
    assert first.result["ensemble"]["members"] == 8


WINTER = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
"""Ten in the morning: the sun stands 23 degrees high."""


def class_of(run: ModelRun) -> str:
    return str(run.result["forecast"]["figures"]["稳定度"]["value"])


def test_a_run_keeps_the_sun_that_its_class_was_read_under(people: People) -> None:
    weather = {"wind_speed": 2.5, "wind_from_deg": 225.0, "cloud_octas": 2}
    run = run_compute(run=ask(people, moment=WINTER, weather=weather), now=NOW)
    assert run.weather == {**weather, "sun_deg": 22.8, "sun_low_deg": 15.5}
    assert class_of(run) == "C"
    said = {a["field"]: a["basis"] for a in run.result["forecast"]["assumptions"]}
    assert "太阳高度 23°" in said["weather.is_day"]
    assert "太阳高度 23°" in said["weather.stability"]
    again = run_compute(run=run_repeat(run=run, by=people.lin_lan, now=NOW), now=NOW)
    assert again.weather == run.weather
    assert again.digest == run.digest


def test_a_run_kept_before_the_sun_was_recorded_keeps_its_class_when_repeated(
    people: People,
) -> None:
    weather = {"wind_speed": 2.5, "wind_from_deg": 225.0, "cloud_octas": 2, "is_day": True}
    old = ask(people, moment=WINTER, weather=weather, members=4)
    ModelRun.objects.filter(pk=old.pk).update(weather=weather)
    old.refresh_from_db()
    old = run_compute(run=old, now=NOW)
    assert class_of(old) == "B"
    assert "weather.stability" not in {a["field"] for a in old.result["forecast"]["assumptions"]}
    again = run_compute(run=run_repeat(run=old, by=people.lin_lan, now=NOW), now=NOW)
    assert again.weather == weather
    assert again.digest == old.digest


def test_the_first_answer_is_there_while_the_ensemble_is_computed(people: People) -> None:
    run = ask(people, members=4)
    seen: list[tuple[float, str, dict[str, Any]]] = []

    def look(share: float, note: str) -> None:
        seen.append((share, note, ModelRun.objects.get(pk=run.pk).result))

    run_compute(run=run, now=NOW, progress=look)
    shares = [share for share, _note, _result in seen]
    assert shares == sorted(shares)
    answered = [(note, result) for _share, note, result in seen if result]
    assert "先行结果" in answered[0][0]
    assert all(result["ensemble"] is None for _note, result in answered)
    run.refresh_from_db()
    assert run.result["ensemble"]["members"] == 4
    assert run.result["forecast"]["figures"] == answered[0][1]["forecast"]["figures"]


def test_a_fine_flood_shows_the_coarse_one_first_and_how_far_it_is(people: People) -> None:
    flood = {"rain_m": 0.02, "detail": "fine", "width_m": 1600.0, "duration_s": 600.0}
    run = ask(people, kind="flood", scenario=flood, weather={})
    seen: list[tuple[float, dict[str, Any]]] = []
    run_compute(
        run=run,
        now=NOW,
        progress=lambda share, _note: seen.append((share, ModelRun.objects.get(pk=run.pk).result)),
    )
    shares = [share for share, _result in seen]
    assert shares == sorted(shares)
    assert len({s for s in shares if 0.05 < s < 1}) > 10
    coarse = next(result for _share, result in seen if result)
    run.refresh_from_db()
    assert "13.3333 m 网格" in coarse["forecast"]["reasons"][0]
    assert "5 m 网格" in run.result["forecast"]["reasons"][0]


def test_a_run_stopped_after_its_first_answer_keeps_none(people: People) -> None:
    run = ask(people, members=4)

    def stop(_share: float, note: str) -> None:
        if "先行" in note:
            run_cancel(run=run, by=people.lin_lan, now=NOW)

    run_compute(run=run, now=NOW, progress=stop)
    run.refresh_from_db()
    assert run.status == RunStatus.CANCELLED
    assert run.result == {}


def test_what_the_register_filled_in_is_kept_with_its_origin(people: People) -> None:
    run = ask(
        people,
        scenario={**LEAK, "inventory_kg": 40_000.0},
        origins={"inventory_kg": "登记表：示例罐", "height_m": "不在情景里"},
    )
    assert run.origins == {"inventory_kg": "登记表：示例罐"}
    run_compute(run=run, now=NOW)
    said = {a["field"]: a for a in run.result["forecast"]["assumptions"]}
    assert said["scenario.inventory_kg"]["basis"] == "登记表：示例罐"
    again = run_compute(run=run_repeat(run=run, by=people.lin_lan, now=NOW), now=NOW)
    assert again.digest == run.digest


def test_a_wrong_field_is_refused_at_once_and_nothing_is_queued(people: People) -> None:
    with pytest.raises(ScenarioError, match="hole_diameter_m"):
        ask(people, scenario={**LEAK, "hole_diameter_m": 9})
    with pytest.raises(ScenarioError, match=r"weather\.wind_speed"):
        ask(people, weather={"wind_speed": -1})
    with pytest.raises(ScenarioError, match="members"):
        ask(people, members=5000)
    assert not ModelRun.objects.exists()
    assert not Job.objects.exists()


def test_what_only_the_science_refuses_ends_as_refused_with_the_reason(people: People) -> None:
    run = run_compute(run=ask(people, scenario={"substance": "仙丹"}), now=NOW)
    assert run.status == RunStatus.REFUSED
    assert "仙丹" in run.error


def test_a_cancelled_run_keeps_no_result_and_its_job_stops(people: People) -> None:
    run = ask(people)
    assert run_cancel(run=run, by=people.lin_lan, now=NOW)
    assert not run_cancel(run=run, by=people.lin_lan, now=NOW)
    run_compute(run=run, now=NOW)
    run.refresh_from_db()
    assert run.status == RunStatus.CANCELLED
    assert run.result == {}
    assert Job.objects.get().state == JobState.CANCELLED


def test_who_may_not_run_models_cannot_and_others_do_not_see_the_run(people: People) -> None:
    with pytest.raises(PermissionDenied):
        ask(people, by=people.wang_guilan)
    run = ask(people)
    assert list(runs_visible_to(people.gao_feng)) == [run]
    assert list(runs_visible_to(people.sun_yuan)) == []


def test_a_run_that_breaks_says_so_and_does_not_wait_for_ever(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_arguments: Any) -> None:
        raise RuntimeError("broken")

    run = ask(people)
    monkeypatch.setattr("anlan.forecast.tasks.run_compute", broken)
    assert run_next(owner="test")
    run.refresh_from_db()
    assert run.status == RunStatus.FAILED
    assert "系统管理员" in run.error


def test_a_run_whose_workers_die_every_time_ends_and_says_so(people: People) -> None:
    run = ask(people)
    for n in range(3):
        assert claim_job(owner=f"dies-{n}", now=NOW + n * timedelta(minutes=1)) is not None
    assert claim_job(owner="last", now=NOW + timedelta(minutes=3)) is None
    run.refresh_from_db()
    assert run.job is not None
    assert run.job.state == JobState.FAILED
    assert run.status == RunStatus.FAILED
    assert "计算中断" in run.error
