"""How numbers and titles are written on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from anlan.command.rules.duplicates import Likeness
from anlan.console.templatetags.console import (
    amount,
    detail_rows,
    ground,
    hospital_grade,
    likeness_words,
    plainly,
    run_name,
    said,
    share,
    signed,
    threshold,
)
from anlan.core.numerals import power_of_ten
from anlan.forecast.models import ModelRun
from anlan.forecast.models_registry import MODELS

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from kit.people import Places


@pytest.mark.parametrize(
    ("value", "written"),
    [(3e-6, "3×10⁻⁶"), (2.34e-11, "2.3×10⁻¹¹"), (-0.004, "-4×10⁻³"), (0.5, "0.50"), (0, "0")],
)
def test_a_small_number_is_never_written_as_nothing(value: float, written: str) -> None:
    assert amount(value) == written


def test_ground_is_written_in_the_unit_that_suits_its_size() -> None:
    assert [ground(v).replace("\xa0", " ") for v in (0, 0.00567, 0.0662, 2.134, 18_765.4)] == [
        *("0", "5,700 m²", "0.07 km²", "2.1 km²", "18,800 km²"),
    ]


def test_a_share_is_a_percentage_that_never_claims_all_or_nothing_wrongly() -> None:
    written = [share(v).replace("\xa0", " ") for v in (0, 7e-4, 0.0056, 0.3, 0.9997, 1)]
    assert written == ["0%", "< 0.1%", "0.6%", "30%", "> 99.9%", "100%"]


def test_a_study_is_named_in_the_language_of_the_reader() -> None:
    run = ModelRun(model="explosion", title=f"{MODELS['explosion'].title}：示例地点")
    assert run_name(run) == run.title
    with translation.override("en"):
        assert run_name(run) == "Blast wave (vapour cloud, explosives): 示例地点"
    assert run_name(ModelRun(model="explosion", title="旧名")) == "旧名"


def test_a_difference_has_its_sign() -> None:
    assert [signed(v) for v in (8141, -0.7, 0)] == ["+8,141", "−0.70", "0"]


def test_an_input_has_the_digits_that_it_was_given() -> None:
    assert [plainly(v) for v in (1.58, 20.0, 100_000.0, 1e-6, "±20")] == [
        *("1.58", "20", "100,000", "1×10⁻⁶", "±20"),
    ]
    assert power_of_ten(5e-7) == "5×10⁻⁷"


def test_a_threshold_in_words_has_no_sign_before_it() -> None:
    words = threshold({"value": "累积和超过误报界", "unit": "", "source": "模型"})
    assert "≥" not in words
    at_most = {"value": 6, "unit": "h", "source": "表", "sign": "≤"}
    assert "≤\N{NO-BREAK SPACE}6" in threshold(at_most)
    assert "≥\N{NO-BREAK SPACE}1.58" in threshold({"value": 1.58, "unit": "kW/m²", "source": "表"})


def test_a_kept_title_is_said_in_the_language_of_its_reader() -> None:
    assert said(" 座") == " 座"
    with translation.override("en", deactivate=True):
        assert said(" 座") == " tanks"
        assert said("氨 AEGL-3 可能致命区") == "氨 AEGL-3 可能致命区"
        assert said("") == ""


def test_a_large_number_is_not_written_as_a_power_of_the_machine() -> None:
    assert plainly(5e6) == "5,000,000"
    assert plainly(0.95) == "0.95"


def test_why_two_reports_are_alike_is_said_in_the_language_of_the_reader() -> None:
    grounds = (("metres", 1840.0), ("minutes", 6.2), ("group", ""), ("caller", ""))
    alike = Likeness(0.9, (), grounds)
    assert likeness_words(alike) == "相距 1.8 公里；时间相差 6 分钟；同一类事件；同一联系电话"
    with translation.override("en", deactivate=True):
        said_so = likeness_words(alike)
    assert said_so.startswith("1.8 km away")
    assert "the same caller" in said_so


def test_a_hospital_is_graded_in_words() -> None:
    assert [hospital_grade(code) for code in ("3a", "1", "unheard")] == [
        *("三级甲等", "一级", "unheard"),
    ]


def test_a_number_for_reading_has_decimals_only_where_they_say_something() -> None:
    assert [amount(v) for v in (466.2, 1516.4, 12.34, 0.567, 3.0, 7_701)] == [
        *("466", "1,516", "12.3", "0.57", "3", "7,701"),
    ]


def test_the_rain_of_many_districts_is_named_with_one_query(
    places: Places, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows: list[dict[str, Any]] = [{"hours": 24, "amount_mm": 148.9}]
    rows += [
        {"division": d.code, "hours": 3, "amount_mm": 62} for d in (places.lixia, places.zhangqiu)
    ]
    rows.append({"division": "999999000000", "hours": 1, "amount_mm": 5})
    with django_assert_num_queries(1):
        ((_label, words),) = detail_rows({"rain": rows})
    assert words == (
        "24 小时 148.9 mm；历下区 3 小时 62 mm；章丘区 3 小时 62 mm；999999000000 1 小时 5 mm"
    )
