"""The exchange file of the national warning-release system."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from anlan.warn.cap import CapRefusedError, compose_cn, file_name_cn
from anlan.warn.types import CapAlert, CapArea, CapCircle, CapInfo, CapReference

SENT = datetime(2019, 8, 10, 16, 0, 5, tzinfo=UTC)
NS = "{http://com.icss.amp}"
ALERT = CapAlert(
    identifier="37010000000000_20190811000005_0",
    sender="37010000000000",
    sent=SENT,
    status="Actual",
    msg_type="Alert",
    infos=(
        CapInfo(
            event="台风红色预警",
            urgency="Immediate",
            severity="Extreme",
            certainty="Possible",
            categories=("Met",),
            effective=SENT,
            expires=SENT + timedelta(hours=6),
            sender_name="济南市应急管理局",
            headline="济南市应急管理局发布台风红色预警",
            description="正文",
            areas=(
                CapArea(
                    description="章丘区、莱芜区",
                    circles=(CapCircle(centre=(36.7, 117.5), radius_m=1500.0),),
                    geocodes=(("GB/T 2260", "370114000000"), ("GB/T 2260", "370116000000")),
                ),
            ),
        ),
    ),
)


def text(alert: CapAlert, path: str) -> str | None:
    xml = compose_cn(alert, event_code="11B01", short_text="短信")
    return etree.fromstring(xml).findtext("/".join(NS + part for part in path.split("/")))


def test_the_words_are_those_of_the_chinese_format() -> None:
    assert text(ALERT, "sendTime") == "2019-08-11 00:00:05+08:00"
    assert text(ALERT, "senderCode") == "37010000000000"
    assert text(ALERT, "info/severity") == "Red"
    assert text(ALERT, "info/certainty") == "Likely"
    assert text(ALERT, "info/eventType") == "11B01"
    assert text(ALERT, "info/area/geocode") == "370114000000,370116000000"


def test_a_circle_is_in_metres_here() -> None:
    assert text(ALERT, "info/area/circle") == "36.70000,117.50000 1500"


def test_short_messages_take_their_own_text_and_the_others_the_whole() -> None:
    root = etree.fromstring(compose_cn(ALERT, event_code="11B01", short_text="短信"))
    found = [
        (method.findtext(NS + "methodName"), method.findtext(NS + "message"))
        for method in root.iter(NS + "method")
    ]
    assert found == [("SMS", "短信"), ("SPEAKER", ""), ("BROADCAST", "")]


def test_a_reference_is_the_first_message_of_the_event() -> None:
    references = tuple(CapReference(sender="a", identifier=name, sent=SENT) for name in "xyz")
    alert = replace(ALERT, msg_type="Cancel", note="结束", references=references)
    assert text(alert, "references") == "x"
    assert text(alert, "note") == "结束"


def test_the_file_name_is_in_capitals() -> None:
    name = file_name_cn(ALERT, event_code="11B01")
    assert name == "37010000000000_20190811000005_11B01_RED_ALERT.xml"


@pytest.mark.parametrize(
    ("alert", "key"),
    [
        (replace(ALERT, status="Exercise"), "status"),
        (replace(ALERT, msg_type="Ack", references=(CapReference(sender="a", identifier="b", sent=SENT),)), "msgType"),
        (replace(ALERT, infos=(*ALERT.infos, *ALERT.infos)), "info"),
        (replace(ALERT, infos=(replace(ALERT.infos[0], headline=""),)), "info.headline"),
        (
            replace(ALERT, infos=(replace(ALERT.infos[0], areas=(CapArea(description="x"),)),)),
            "info.area[1].geocode",
        ),
    ],
)  # fmt: skip
def test_what_the_format_does_not_take_is_refused(alert: CapAlert, key: str) -> None:
    with pytest.raises(CapRefusedError) as refused:
        compose_cn(alert, event_code="11B01", short_text="短信")
    assert key in [p.key for p in refused.value.problems]


def test_a_file_without_channel_is_refused() -> None:
    with pytest.raises(CapRefusedError, match="渠道"):
        compose_cn(ALERT, event_code="11B01", short_text="短信", methods=())
