from __future__ import annotations

import pytest

from anlan.core.rules import code_range, code_stem, full_code, is_inside, whole_number


def test_a_code_is_its_own_path() -> None:
    assert code_stem("370000000000") == "37"
    assert code_stem("370100000000") == "3701"
    assert code_stem("370114") == "370114"
    assert code_stem("370114100000") == "370114100"
    assert code_stem("370114100201") == "370114100201"


def test_a_city_holds_its_districts_and_no_others() -> None:
    assert is_inside("370114", "3701")
    assert is_inside("3701", "370100")
    assert not is_inside("371502", "3701")
    assert code_range("3701") == ("370100000000", "370199999999")


@pytest.mark.parametrize("code", ["", "3", "37011", "37O1", "000000", "３７０１", "0037"])
def test_a_code_that_names_no_place_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="division code"):
        full_code(code)


@pytest.mark.parametrize(
    "text", ["", " 1", "-1", "+1", "1.0", "٣", "²", "1_0", "9" * 19, "9" * 5000]
)
def test_what_is_no_key_of_a_row_is_no_number(text: str) -> None:
    assert whole_number(text) is None


def test_plain_digits_are_a_number() -> None:
    assert (whole_number("0"), whole_number("9" * 18)) == (0, 10**18 - 1)
