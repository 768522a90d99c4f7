"""What another version of a plan changes."""

from __future__ import annotations

from anlan.plans.rules import load_plan, plan_difference, trusting_vocabulary
from anlan.plans.selectors import example_texts

TEXT = example_texts()["hazardous_chemicals.toml"]


def difference(changed: str) -> list[tuple[str, str, str, tuple[tuple[str, str, str], ...]]]:
    words = trusting_vocabulary()
    before = load_plan(TEXT, file="旧", vocabulary=words)
    after = load_plan(changed, file="新", vocabulary=words)
    return [(d.part, d.change, d.subject, d.fields) for d in plan_difference(before, after)]


def test_comments_and_moved_lines_are_no_change() -> None:
    assert difference("# 说明\n\n" + TEXT) == []


def test_a_changed_title_of_the_plan_is_named() -> None:
    changed = TEXT.replace('title = "危险化学品', 'title = "济南市危险化学品', 1)
    ((part, change, _subject, fields),) = difference(changed)
    assert (part, change) == ("预案", "changed")
    assert fields[0][0] == "名称"


def test_a_task_that_comes_later_names_the_field_and_both_values() -> None:
    first = TEXT.index("[[tasks]]")
    at = TEXT.index("offset_min = ", first)
    end = TEXT.index("\n", at)
    changed = TEXT[:at] + "offset_min = 1" + TEXT[end:]
    ((part, change, subject, fields),) = difference(changed)
    assert (part, change) == ("任务", "changed")
    assert subject
    assert [(name, new) for name, _old, new in fields] == [("T+（分钟）", "1")]


def test_a_row_that_is_gone_and_one_that_is_new_are_told_apart() -> None:
    last = TEXT.rindex("[[resources]]")
    following = TEXT.find("[[", last + 2)
    block = TEXT[last:following] if following > 0 else TEXT[last:]
    without = TEXT.replace(block, "")
    ((part, change, subject, _),) = difference(without)
    assert (part, change) == ("力量与物资", "removed")
    assert subject
