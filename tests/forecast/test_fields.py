"""Inputs of models: defaults with their ground, errors as the form shows them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.forecast.fields import CHOICE, Field, Spread, read_fields
from anlan.forecast.models_registry import FAMILIES, MODELS, models_for
from anlan.forecast.scenarios import ScenarioError
from anlan.science.common.card import card

FIELDS = (
    Field(
        key="hole_m",
        title="孔径",
        unit="mm",
        scale=0.001,
        low=0.0005,
        high=1.0,
        default=0.05,
        basis="管径10%",
    ),
    Field(key="mass_kg", title="质量", unit="t", scale=1000.0, low=1.0, required=True),
    Field(key="terrain", title="地形", kind=CHOICE, choices={"rural": "开阔"}, default="rural"),
)


def test_what_was_left_out_takes_its_default_and_says_on_what_ground() -> None:
    inputs = read_fields("leak", FIELDS, {"mass_kg": 2000})
    assert inputs.number("hole_m") == 0.05
    assert [a.text for a in inputs.assumptions] == [
        "孔径未填，按 50 mm 计（管径10%）",
        "地形未填，按 开阔 计（平台默认，待确认）",
    ]


def test_reading_what_was_stored_gives_the_same_values() -> None:
    first = read_fields("leak", FIELDS, {"mass_kg": 2000})
    again = read_fields("leak", FIELDS, first.stored())
    assert again.values == first.values
    assert again.assumptions == ()


@pytest.mark.parametrize("typed", ["1234567", "123.4567", "0.1", "33.3"])
def test_a_number_is_shown_again_as_it_was_typed(typed: str) -> None:
    for field in FIELDS[:2]:
        assert field.words(float(typed) * field.scale) == typed


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({}, "scenario.mass_kg 应填写质量"),
        ({"mass_kg": 1, "hole_m": 3}, "scenario.hole_m 应为 0.5 至 1000 mm 的数字，收到 3000.0"),
        ({"mass_kg": "many"}, "scenario.mass_kg 应为不小于 0.001 t 的数字，收到 'many'"),
        ({"mass_kg": True}, "scenario.mass_kg 应为不小于 0.001 t 的数字，收到 0.001"),
        ({"mass_kg": 1, "terrain": "sea"}, "scenario.terrain 应为 rural 之一"),
        ({"mass_kg": 1, "wind": 3}, "scenario.wind 应为已知字段"),
    ],
)
def test_a_wrong_field_is_refused_with_its_rule_and_value_as_shown(
    content: dict[str, object], said: str
) -> None:
    with pytest.raises(ScenarioError) as refusal:
        read_fields("leak", FIELDS, content)
    assert str(refusal.value).startswith(said)


@given(st.floats(min_value=0, max_value=1), st.floats(min_value=0.1, max_value=100))
def test_a_spread_keeps_between_its_ends(share: float, value: float) -> None:
    assert value * 0.5 <= Spread(low=0.5, high=2.0).apply(value, share) <= value * 2.0
    assert value - 3 <= Spread(low=-3, high=3, how="add").apply(value, share) <= value + 3


@pytest.mark.parametrize("kind", MODELS)
def test_every_model_names_known_cards_a_family_and_fields_that_hold_their_default(
    kind: str,
) -> None:
    model = MODELS[kind]
    assert model.kind == kind
    assert model.family in FAMILIES
    assert model.about
    for name in model.cards:
        assert card(name).key == name
    keys = [field.key for field in model.fields]
    assert len(keys) == len(set(keys))
    for field in model.fields:
        if isinstance(field.default, int | float):
            assert field.low <= field.default <= field.high
        elif field.default is not None and field.choices:
            assert field.default in field.choices


def test_the_models_for_an_event_are_those_that_name_its_code() -> None:
    assert [m.kind for m in models_for("12A04")][:1] == ["gas_release"]
    assert models_for("") == ()
