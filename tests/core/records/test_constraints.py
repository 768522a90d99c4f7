"""Check constraints told in Python agree with the database."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.core.records.constraints import broken_constraints
from anlan.core.records.registry import record_types

CHECKED = [
    declared.model
    for declared in record_types()
    if any(isinstance(c, CheckConstraint) for c in declared.model._meta.constraints)
    and declared.has_division
]
NUMBERS = {"FloatField", "PositiveIntegerField"}


@pytest.mark.parametrize("model", CHECKED, ids=lambda m: m._meta.model_name)
@given(data=st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_constraint_holds_in_python_where_it_holds_in_the_database(
    model: type, data: st.DataObject, db: None
) -> None:
    row = model()
    for field in row._meta.concrete_fields:
        if field.get_internal_type() in NUMBERS:
            values = st.integers(-2, 3) | (st.none() if field.null else st.nothing())
            setattr(row, field.name, data.draw(values, label=field.name))
    expected = []
    for constraint in row._meta.constraints:
        if isinstance(constraint, CheckConstraint):
            try:
                constraint.validate(model, row)
            except ValidationError as error:
                expected += error.messages
    assert [m for m in broken_constraints(row) if "unique" not in m] == expected
