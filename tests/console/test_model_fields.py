"""The form of a model takes every number that its own rule names, the ends included."""

from __future__ import annotations

import pytest

from anlan.console.forms.model_fields import ModelFieldsForm
from anlan.forecast.fields import NUMBER
from anlan.forecast.models_registry import MODELS


@pytest.mark.parametrize("kind", MODELS)
def test_the_ends_of_the_range_that_a_field_names_are_taken(kind: str) -> None:
    fields = [f for f in MODELS[kind].fields if f.kind == NUMBER and not f.choices]
    for field in fields:
        for end in field.bounds:
            if end is None:
                continue
            form = ModelFieldsForm([field], {f"model-{field.key}": f"{end:.10g}"}, prefix="model")
            assert form.is_valid(), (field.key, end, form.errors)
            entered = float(form.scenario().get(field.key, field.default) or 0.0)
            assert field.low <= entered <= field.high, (field.key, end, entered)
