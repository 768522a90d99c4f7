"""The words of a warning, the message made from it, and the feed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from shapely import box

from anlan.core.dictionaries import event_codes
from anlan.warn.cap import compose_cap, parse_cap
from anlan.warn.rules import (
    FeedEntry,
    TooLongError,
    WarningFacts,
    alert_of,
    areas_of,
    atom_feed,
    compose_text,
)
from anlan.warn.rules.messages import category_of
from anlan.warn.rules.texts import LIMITS, guidance_for
from anlan.warn.types import COLOURS, CapReference, WarningText

START = datetime(2019, 8, 11, 0, 30, tzinfo=UTC)
END = START + timedelta(hours=6)
ISSUER = "济南市防汛抗旱指挥部"


def words(**changes: object) -> WarningText:
    given_ = {
        "hazard": "暴雨",
        "colour": "orange",
        "issuer": ISSUER,
        "places": ["章丘区", "莱芜区"],
        "effective": START,
        "expires": END,
        "what": "未来3小时雨量将达50毫米以上",
        **changes,
    }
    return compose_text(**given_)  # type: ignore[arg-type]


def test_a_text_says_what_where_when_and_what_to_do() -> None:
    text = words()
    assert text.headline == "济南市防汛抗旱指挥部发布暴雨橙色预警"
    for part in (ISSUER, "章丘区、莱芜区", "8月11日8时30分", "14时30分", "50毫米", "12345"):
        assert part in text.description
    assert "积水" in text.instruction
    assert "章丘区" in text.short
    assert "减少外出" in text.short


def test_an_exercise_says_so_in_every_part() -> None:
    text = words(exercise=True)
    for part in LIMITS:
        assert getattr(text, part).startswith("【演练】")


def test_a_cancellation_says_so() -> None:
    text = words(cancels=True, what="降雨已停")
    assert text.headline == "济南市防汛抗旱指挥部解除暴雨橙色预警"
    assert "解除" in text.short


def test_what_is_too_long_is_refused_not_cut() -> None:
    with pytest.raises(TooLongError, match="字，超过"):
        words(what="很长" * 150)
    with pytest.raises(TooLongError, match="标题"):
        words(issuer="局" * 60)


@pytest.mark.parametrize(
    "changes",
    [
        {"places": []},
        {"expires": START},
        {"colour": "purple"},
        {"effective": START.replace(tzinfo=None)},
    ],
)
def test_a_text_without_place_or_time_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        words(**changes)


@given(
    places=st.lists(st.text("甲乙丙丁戊", min_size=2, max_size=5), min_size=1, max_size=12),
    what=st.text("雨风大小强", min_size=1, max_size=40),
    colour=st.sampled_from(sorted(COLOURS)),
    hazard=st.sampled_from(["台风", "暴雨", "洪水", "危险化学品泄漏", "山洪"]),
)
def test_every_part_keeps_its_length(
    places: list[str], what: str, colour: str, hazard: str
) -> None:
    text = words(places=places, what=what, colour=colour, hazard=hazard)
    assert all(len(getattr(text, part)) <= limit for part, limit in LIMITS.items())
    assert what in text.short


def test_guidance_falls_back_to_general_words() -> None:
    assert guidance_for("未知灾害", "red").hazard == "其他"
    with pytest.raises(ValueError, match="颜色"):
        guidance_for("暴雨", "green")


def facts(**changes: object) -> WarningFacts:
    text = words()
    given_ = {
        "identifier": "37010000000000_20190811083000_0",
        "sender": "37010000000000",
        "sender_name": ISSUER,
        "sent": START,
        "msg_type": "Alert",
        "event_code": "11B03",
        "event_name": "暴雨",
        "colour": "orange",
        "headline": text.headline,
        "description": text.description,
        "instruction": text.instruction,
        "effective": START,
        "expires": END,
        "areas": areas_of([("370114000000", "章丘区")], box(117.3, 36.4, 117.6, 36.9)),
        **changes,
    }
    return WarningFacts(**given_)  # type: ignore[arg-type]


def test_a_warning_becomes_a_lawful_message() -> None:
    alert = parse_cap(compose_cap(alert_of(facts())))
    (info,) = alert.infos
    assert (alert.status, info.severity, info.event) == ("Actual", "Severe", "暴雨橙色预警")
    assert info.event_codes[0][1] == "11B03"
    assert info.parameters == (("ColorCode", "Orange"),)
    assert info.areas[0].geocodes == (("GB/T 2260", "370114000000"),)
    assert info.areas[0].polygons[0][0] == info.areas[0].polygons[0][-1]


def test_an_exercise_has_the_status_exercise_and_the_mark() -> None:
    alert = alert_of(facts(exercise=True))
    assert alert.status == "Exercise"
    assert alert.infos[0].headline.startswith("【演练】")
    assert "演练" in alert.note


def test_a_cancellation_refers_and_gives_the_all_clear() -> None:
    reference = CapReference(sender="37010000000000", identifier="a", sent=START)
    alert = alert_of(
        facts(
            msg_type="Cancel",
            note="降雨结束",
            references=(reference,),
            sent=START + timedelta(hours=1),
        )
    )
    assert alert.infos[0].response_types == ("AllClear",)
    assert parse_cap(compose_cap(alert)).references == (reference,)


@pytest.mark.parametrize("code", [entry.code for entry in event_codes()])
def test_every_event_code_has_a_category(code: str) -> None:
    assert category_of(code)


def test_many_places_are_named_shortly() -> None:
    places = [(f"3701{n:02d}000000", f"很长的区县名称{n}") for n in range(40)]
    (area,) = areas_of(places, None)
    assert area.description == "很长的区县名称0等40个行政区划"
    assert len(area.geocodes) == 40


def test_the_feed_lists_the_newest_first_and_points_to_the_files() -> None:
    def entry(name: str, minutes: int) -> FeedEntry:
        at = START + timedelta(minutes=minutes)
        return FeedEntry(
            identifier=name, title=f"标题 <{name}>", summary="摘要", author=ISSUER, published=at,
            updated=at, path=f"{name}.xml", category="Met", severity="Severe",
        )  # fmt: skip

    xml = atom_feed(
        [entry("a", 0), entry("b", 5)], title="预警", address="https://x.test/cap", updated=END
    )
    root = etree.fromstring(xml)
    ns = {"a": "http://www.w3.org/2005/Atom"}
    assert root.xpath("a:entry/a:title/text()", namespaces=ns) == ["标题 <b>", "标题 <a>"]
    links = root.xpath("a:entry/a:link/@href", namespaces=ns)
    assert links == ["https://x.test/cap/b.xml", "https://x.test/cap/a.xml"]
    assert root.findtext("a:updated", namespaces=ns) == "2019-08-11T08:35:00+08:00"
    empty = etree.fromstring(atom_feed([], title="预警", address="https://x.test", updated=END))
    assert empty.findtext("a:updated", namespaces=ns) == "2019-08-11T14:30:00+08:00"
