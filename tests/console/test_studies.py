"""Pages of studies: what stands in the form, what is refused, what a result says."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from docx import Document
from shapely.geometry import Point

from anlan.console.selectors.charts import chart_of
from anlan.core.models import Division
from anlan.forecast.choices import RunStatus
from anlan.forecast.models import ModelRun
from anlan.forecast.services import run_compute
from anlan.register.models import StorageTank
from kit.cities import jinan_pack

if TYPE_CHECKING:
    from django.test import Client

    from kit.people import People

NEW = "/studies/new/"


@pytest.fixture
def city(settings: Any, people: People) -> None:
    """The pack of Jinan, and the outline of the district of the leak."""
    from anlan.forecast.selectors.city import city_surroundings

    settings.ANLAN_CITY = jinan_pack()
    for district in city_surroundings(settings.ANLAN_CITY).districts:
        Division.objects.filter(code=district.code).update(boundary=district.area)


def entered(**more: Any) -> dict[str, Any]:
    spot = {"longitude": "117.535", "latitude": "36.716", "place": "示例化工园区"}
    return {
        **spot,
        "kind": "gas_release",
        "moment": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "members": "0",
        "seed": "1",
        "model-substance": "液氨",
        "model-phase": "liquid",
        "model-hole_diameter_m": "30",
        "model-terrain": "rural",
        "hazard-wind_speed": "2",
        "hazard-wind_from_deg": "225",
        **more,
    }


@pytest.mark.usefixtures("city")
def test_a_study_is_asked_for_computed_and_read(client: Client, people: People) -> None:
    client.force_login(people.lin_lan)
    asked = client.post(NEW, entered())
    run = ModelRun.objects.get()
    assert asked.url == reverse("console:study", args=[run.pk])  # type: ignore[attr-defined]
    assert run.scenario["hole_diameter_m"] == 0.03
    waiting = client.get(f"/studies/{run.pk}/").content.decode()
    assert "正在计算" in waiting
    assert "取消计算" in waiting
    run_compute(run=run, now=timezone.now())
    page = client.get(f"/studies/{run.pk}/").content.decode()
    assert "分钟后氨AEGL-3" in page.replace(" ", "")
    for words in ("最大的不确定", "什么会改变判断", "夜间人口", "什么时候不能用", "SHA-256"):
        assert words in page
    pdf = client.get(f"/studies/{run.pk}/bulletin.pdf")
    assert pdf.content.startswith(b"%PDF-")
    word = Document(BytesIO(client.get(f"/studies/{run.pk}/bulletin.docx").content))
    assert any("AEGL-3" in p.text for p in word.paragraphs)
    drawn = client.get(f"/studies/{run.pk}/data.json").json()
    assert [zone["key"] for zone in drawn["zones"]] == ["aegl3", "aegl2", "aegl1"]
    assert "分钟后" in drawn["frames"][0]["words"]


@pytest.mark.usefixtures("city")
def test_the_figures_of_a_chain_stand_in_its_table_only(client: Client, people: People) -> None:
    client.force_login(people.lin_lan)
    client.post(NEW, entered(**{"kind": "chain", "model-start": "gas"}))
    run = ModelRun.objects.get()
    run_compute(run=run, now=timezone.now())
    page = client.get(f"/studies/{run.pk}/").content.decode()
    kept = run.result["forecast"]["figures"]
    assert kept, "comparison and scoring read them"
    assert not any(title in page for title in kept)
    assert "可能的后果" in page
    assert "关键数字" not in page


@pytest.mark.usefixtures("city")
def test_the_field_of_day_and_night_says_what_it_decides_and_where_it_comes_from(
    client: Client, people: People
) -> None:
    client.force_login(people.lin_lan)
    page = client.get(NEW, {"kind": "gas_release"}).content.decode()
    assert "留空按地点和时刻的太阳高度推算" in page
    assert "取自上次研判的录入" not in page
    client.post(NEW, entered(**{"hazard-is_day": "0"}))
    again = {"kind": "gas_release", "before": str(ModelRun.objects.get().pk)}
    assert "取自上次研判的录入" in client.get(NEW, again).content.decode()


@pytest.mark.usefixtures("city")
def test_the_first_answer_is_shown_while_the_ensemble_is_computed(
    client: Client, people: People
) -> None:
    client.force_login(people.lin_lan)
    client.post(NEW, entered(members="3"))
    run = ModelRun.objects.get()
    pages: list[str] = []

    def look(_share: float, note: str) -> None:
        if "先行" in note:
            pages.append(client.get(f"/studies/{run.pk}/").content.decode())
            polled = client.get(f"/studies/{run.pk}/", headers={"HX-Request": "true"})
            pages.append(polled.content.decode())
            assert client.get(f"/studies/{run.pk}/data.json").status_code == 200

    run_compute(run=run, now=timezone.now(), progress=look)
    shown, polled = pages
    assert "下面是先行结果，仍在细算" in shown
    assert "AEGL-3" in shown
    assert "取消计算" in shown
    assert "data-first" in polled
    assert 'id="map"' not in polled
    assert "集合 3 次的范围" in client.get(f"/studies/{run.pk}/").content.decode()


@pytest.mark.usefixtures("city")
def test_a_form_begins_with_the_nearest_record_and_the_result_says_which(
    client: Client, people: People
) -> None:
    StorageTank.objects.create(
        division=Division.objects.get(code="370114000000"),
        name="液氨一号罐",
        location=Point(117.536, 36.716),
        substance="液氨",
        cas="7664-41-7",
        phase="pressurised",
        volume_m3=100,
        inventory_kg=40_000,
        pressure_pa=860_000,
        source="测试",
    )
    client.force_login(people.lin_lan)
    address = f"{NEW}?kind=gas_release&longitude=117.535&latitude=36.716"
    form = client.get(address).content.decode()
    assert "登记表：液氨一号罐，距事发点89 m" in form
    assert 'value="40"' in form
    assert 'name="model-substance" value="液氨"' in form
    changed = {"model-inventory_kg": "40", "model-pressure_pa": "0.9"}
    client.post(address, entered(**changed))
    run = ModelRun.objects.get()
    assert set(run.origins) == {"substance", "phase", "inventory_kg"}
    run_compute(run=run, now=timezone.now())
    page = client.get(f"/studies/{run.pk}/").content.decode()
    assert "登记表：液氨一号罐" in page


@pytest.mark.usefixtures("city")
def test_two_runs_are_compared_and_one_is_scored(client: Client, people: People) -> None:
    client.force_login(people.lin_lan)
    for hole in ("30", "60"):
        client.post(NEW, entered(**{"model-hole_diameter_m": hole}))
    first, second = (
        run_compute(run=run, now=timezone.now()) for run in ModelRun.objects.order_by("pk")
    )
    page = client.get(f"/studies/{first.pk}/compare/", {"with": second.pk}).content.decode()
    assert "AEGL-3 可能致命区" in page
    assert "泄漏速率" in page
    assert client.get(f"/studies/{first.pk}/compare/", {"with": 999999}).status_code == 404
    address = f"/studies/{first.pk}/score/"
    nothing = client.post(address, {"source": "现场监测"})
    assert nothing.status_code == 422
    assert "填写实际范围或至少一个实测数字" in nothing.content.decode()
    wrong = client.post(address, {"source": "现场监测", "area": "117.5,x"})
    assert "第 1 行" in wrong.content.decode()
    spots = "117.535,36.716\n117.545,36.716\n117.545,36.726"
    done = client.post(address, {"source": "现场监测", "area": spots}, follow=True)
    assert "命中率" in done.content.decode()
    first.refresh_from_db()
    assert first.score["zones"][0]["hit_rate"] <= 1
    assert first.observed["source"] == "现场监测"


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("model-hole_diameter_m", "-3", "应为 0.5 至 1000 mm 的数字，收到 -3"),
        ("model-hole_diameter_m", "wide", "应为 0.5 至 1000 mm 的数字"),
        ("model-hole_diameter_m", "1e999", "收到 1e999"),
        ("members", "9999", "应为 0 至 200 的整数，收到 9999"),
        ("members", "2.5", "应为 0 至 200 的整数，收到 2.5"),
        ("hazard-wind_speed", "-1", "应为 0 至 60 的数字，收到 -1"),
        ("hazard-wind_speed", "strong", "收到 strong"),
        ("longitude", "121.47", "不在您管辖的区划内"),
        ("model-phase", "plasma", "plasma"),
        ("moment", "yesterday", "有效的日期"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_starts(
    field: str, value: str, said: str, client: Client, people: People
) -> None:
    client.force_login(people.lin_lan)
    answer = client.post(NEW, entered(**{field: value}))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ModelRun.objects.exists()


@pytest.mark.usefixtures("city")
def test_a_refused_run_says_why_and_leads_back(client: Client, people: People) -> None:
    client.force_login(people.lin_lan)
    client.post(NEW, entered(**{"model-substance": "仙丹"}))
    run = run_compute(run=ModelRun.objects.get(), now=timezone.now())
    page = client.get(f"/studies/{run.pk}/").content.decode()
    assert run.status == RunStatus.REFUSED
    assert "泄漏物质：应为物质表中的物质" in page
    assert "收到 仙丹。" in page
    assert "改参数再算" in page
    assert client.get(f"/studies/{run.pk}/data.json").status_code == 404


@pytest.mark.django_db
def test_a_planner_sees_every_model_and_a_grid_worker_no_page(
    client: Client, people: People
) -> None:
    client.force_login(people.xu_jing)
    page = client.get("/studies/").content.decode()
    assert "有毒气体泄漏扩散" in page
    assert "台风大风与降雨" in page
    client.force_login(people.wang_guilan)
    assert client.get("/studies/").status_code == 403


@pytest.mark.django_db
def test_an_unknown_model_leads_to_the_list(client: Client, people: People) -> None:
    client.force_login(people.lin_lan)
    answer = client.get(NEW, {"kind": "astrology"}, follow=True)
    assert "请先选一个模型" in answer.content.decode()


def test_a_chart_puts_its_ends_on_the_axes() -> None:
    start = datetime(2026, 3, 1, 14, 0, tzinfo=timezone.get_current_timezone())
    series = {
        "label": "人数",
        "unit": "人",
        "minutes": [0.0, 30.0, 60.0],
        "values": [0.0, 50.0, 100.0],
        "low": [0.0, 40.0, 80.0],
        "high": [0.0, 60.0, 120.0],
    }
    chart = chart_of(series, start)
    points = [tuple(map(float, point.split(","))) for point in chart.line.split()]
    assert points[0] == (chart.left, chart.bottom)
    assert points[-1][0] == chart.right
    assert chart.y_ticks[-1].label == "200"
    assert [tick.label for tick in chart.x_ticks][::4] == ["14:00", "15:00"]
    assert chart.rows[2] == ("03-01 15:00", 100.0, 80.0, 120.0)
    assert start + timedelta(minutes=chart.minutes[1]) == start + timedelta(hours=1)


@pytest.mark.usefixtures("city")
def test_the_inputs_of_a_run_stand_in_the_form_to_be_changed(
    client: Client, people: People
) -> None:
    client.force_login(people.lin_lan)
    client.post(NEW, entered(**{"members": "7", "model-hole_diameter_m": "42"}))
    first = ModelRun.objects.get()
    asked: dict[str, Any] = {"kind": "gas_release", "before": first.pk}
    page = client.get(NEW, asked)
    assert page.context["inputs"]["hole_diameter_m"].value() == "42"
    assert page.context["form"]["members"].value() == 7
    assert page.context["form"]["longitude"].value() == 117.535
    assert page.context["weather"]["wind_speed"].value() == 2
    assert "那次研判的录入" in page.content.decode()
    client.post(NEW, entered(**asked))
    assert ModelRun.objects.count() == 2
    other: dict[str, Any] = {"kind": "fireball", "before": first.pk}
    assert client.get(NEW, other).status_code == 404, "a run of another model"


@pytest.mark.usefixtures("city")
def test_a_form_is_english_for_whoever_reads_english_after_somebody_read_chinese(
    client: Client, people: People
) -> None:
    client.force_login(people.lin_lan)
    assert "孔径（mm）" in client.get(NEW, {"kind": "gas_release"}).content.decode()
    client.cookies["django_language"] = "en"
    with translation.override("en", deactivate=True):  # the language of a request stays otherwise
        page = client.get(NEW, {"kind": "gas_release"}).content.decode()
        wrong = client.post(NEW, entered(**{"model-hole_diameter_m": "-3"})).content.decode()
    assert "Hole diameter (mm)" in page
    assert "Slowest dilution over open ground" in page
    assert "must be a number from 0.5 to 1000 mm; got -3" in wrong


@pytest.mark.usefixtures("city")
def test_what_a_model_says_in_chinese_is_marked_where_people_read_english(
    client: Client, people: People
) -> None:
    client.force_login(people.lin_lan)
    client.post(NEW, entered())
    run = ModelRun.objects.get()
    run_compute(run=run, now=timezone.now())
    chinese = client.get(f"/studies/{run.pk}/").content.decode()
    client.cookies["django_language"] = "en"
    with translation.override("en", deactivate=True):
        english = client.get(f"/studies/{run.pk}/").content.decode()
    assert f'<li lang="zh-CN">{run.result["forecast"]["summary"][0]}' in english
    assert english.count("Written in Chinese by the model.") == 3, "conclusions, reasons, limits"
    assert "由模型用中文写出" not in chinese
