"""No record of any type takes words that mislead the reader, by form, by file or by program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models

from anlan.core.records.checks import Checker
from anlan.core.records.registry import record_types
from kit.leak import NOW
from kit.rows import row_of

if TYPE_CHECKING:
    from anlan.core.records.types import RecordType
    from kit.people import People, Places

OVERRIDE = "\u202e"


@pytest.mark.parametrize("declared", record_types(), ids=lambda declared: declared.key)
def test_every_field_of_words_refuses_what_nobody_sees(
    declared: RecordType, people: People, places: Places
) -> None:
    checker = Checker(declared, user=people.lin_lan, now=NOW)
    row = row_of(declared, places.zhangqiu)
    fields = [f for f in declared.fields() if isinstance(f, models.CharField | models.TextField)]
    assert any(field.name == "name" for field in fields)
    for field in fields:
        before = getattr(row, field.attname)
        setattr(row, field.attname, f"a{OVERRIDE}b")
        with pytest.raises(ValidationError) as refused:
            checker.clean(row)
        found = " ".join(refused.value.message_dict[field.name])
        own_rule = field.choices or any(
            not isinstance(check, MaxLengthValidator) for check in field.validators
        )
        if type(field) in {models.CharField, models.TextField} and not own_rule:
            assert "看不见的字符" in found, field.name
            assert "U+202E" in found
            assert str(field.verbose_name) in found
        setattr(row, field.attname, before)
