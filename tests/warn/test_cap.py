"""CAP 1.2: what we write is lawful, what comes in is safe."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from shapely import MultiPolygon, Point, Polygon, box, make_valid, union_all
from shapely.geometry import shape

from anlan.warn.cap import (
    CapRefusedError,
    alert_problems,
    cap_identifier,
    cap_time,
    compose_cap,
    parse_cap,
    polygons_of,
    sender_code,
)
from anlan.warn.cap.parsing import MAX_BYTES, schema_problems
from anlan.warn.types import CapAlert, CapArea, CapCircle, CapInfo, CapReference
from kit.shared import shared_data

NS = "urn:oasis:names:tc:emergency:cap:1.2"
SENT = datetime(2019, 8, 10, 16, 0, 5, tzinfo=UTC)
AREA = CapArea(
    description="章丘区",
    polygons=(((36.7, 117.5), (36.7, 117.6), (36.8, 117.6), (36.7, 117.5)),),
    circles=(CapCircle(centre=(36.75, 117.55), radius_m=1500.0),),
    geocodes=(("GB/T 2260", "370114"),),
)
INFO = CapInfo(
    event="台风橙色预警",
    urgency="Expected",
    severity="Severe",
    certainty="Likely",
    categories=("Met",),
    response_types=("Shelter",),
    event_codes=(("code", "11B01"),),
    effective=SENT,
    expires=SENT + timedelta(hours=12),
    sender_name="济南市应急管理局",
    headline="发布台风橙色预警 <&>",
    description="风力10级",
    instruction="留在室内",
    areas=(AREA,),
)
ALERT = CapAlert(
    identifier=cap_identifier(sender_code("370100000000"), SENT, serial=0),
    sender="370100@anlan",
    sent=SENT,
    status="Actual",
    msg_type="Alert",
    infos=(INFO,),
)


def element(xml: bytes, path: str) -> str:
    found = etree.fromstring(xml).findtext(path.replace("cap:", f"{{{NS}}}"))
    assert found is not None
    return str(found)


def test_the_identifier_follows_the_norm() -> None:
    assert ALERT.identifier == "37010000000000_20190811000005_0"
    assert len(ALERT.identifier) == 31
    assert sender_code("330000", trade="416") == "33000041600000"


@pytest.mark.parametrize("bad", [{"division": "37"}, {"trade": "4a6"}, {"unit": "0000"}])
def test_a_wrong_sender_code_is_refused(bad: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="14 digits"):
        sender_code(**{"division": "370100", **bad})
    with pytest.raises(ValueError, match="serial"):
        cap_identifier("37010000000000", SENT, serial=10)


def test_a_time_is_written_with_its_offset_never_with_z() -> None:
    assert cap_time(SENT) == "2019-08-11T00:00:05+08:00"
    assert b"Z<" not in compose_cap(ALERT)
    with pytest.raises(ValueError, match="zone"):
        cap_time(SENT.replace(tzinfo=None))


def test_a_message_is_written_and_read_back_whole() -> None:
    again = parse_cap(compose_cap(ALERT))
    assert replace(again, sent=SENT) == replace(ALERT, sent=SENT)


def test_a_circle_is_in_kilometres_and_a_polygon_latitude_first() -> None:
    xml = compose_cap(ALERT)
    circle = element(xml, "cap:info/cap:area/cap:circle")
    assert circle == "36.75000,117.55000 1.500"
    assert element(xml, "cap:info/cap:area/cap:polygon").startswith("36.70000,117.50000 ")
    assert parse_cap(xml).infos[0].areas[0].circles[0].radius_m == 1500.0


def with_area(**changes: Any) -> CapAlert:
    return replace(ALERT, infos=(replace(INFO, areas=(replace(AREA, **changes),)),))


@pytest.mark.parametrize(
    ("alert", "rule", "key"),
    [
        (replace(ALERT, identifier="a b"), "forbidden-character", "identifier"),
        (replace(ALERT, sender="a,b"), "forbidden-character", "sender"),
        (replace(ALERT, scope="Restricted"), "required", "restriction"),
        (replace(ALERT, scope="Private"), "required", "addresses"),
        (replace(ALERT, msg_type="Update"), "required", "references"),
        (replace(ALERT, infos=()), "required", "info"),
        (replace(ALERT, sent=SENT.replace(tzinfo=None)), "time-zone", "sent"),
        (
            replace(
                ALERT,
                references=(CapReference(sender="a", identifier="b", sent=SENT + timedelta(1)),),
            ),
            "order",
            "references",
        ),
        (
            replace(ALERT, infos=(replace(INFO, expires=SENT - timedelta(days=42)),)),
            "order",
            "info[1].expires",
        ),
        (
            replace(ALERT, infos=(replace(INFO, onset=SENT + timedelta(days=3)),)),
            "order",
            "info[1].onset",
        ),
        (with_area(polygons=(AREA.polygons[0][:3],)), "polygon-size", "info[1].area[1].polygon[1]"),
        (
            with_area(polygons=((*AREA.polygons[0][:3], (36.9, 117.9)),)),
            "polygon-open",
            "info[1].area[1].polygon[1]",
        ),
        (
            with_area(polygons=(((117.5, 36.7), (117.6, 36.7), (117.6, 36.8), (117.5, 36.7)),)),
            "coordinate",
            "info[1].area[1].polygon[1]",
        ),
        (
            with_area(polygons=(((0, 0), (1, 1), (0, 1), (1, 0), (0, 0)),)),
            "polygon-crossing",
            "info[1].area[1].polygon[1]",
        ),
        (
            with_area(circles=(CapCircle(centre=(36, 117), radius_m=1_500_000.0),)),
            "radius",
            "info[1].area[1].circle[1]",
        ),
        (
            with_area(circles=(CapCircle(centre=(36, 117), radius_m=float("nan")),)),
            "radius",
            "info[1].area[1].circle[1]",
        ),
    ],
)
def test_a_message_that_breaks_a_rule_never_leaves(alert: CapAlert, rule: str, key: str) -> None:
    assert (rule, key) in {(p.rule, p.key) for p in alert_problems(alert)}
    with pytest.raises(CapRefusedError):
        compose_cap(alert)


def test_swapped_coordinates_are_named_as_such() -> None:
    swapped = with_area(polygons=(((117.5, 36.7), (117.6, 36.7), (117.6, 36.8), (117.5, 36.7)),))
    assert "写反" in str(alert_problems(swapped)[0])


@pytest.mark.parametrize(
    "alert",
    [
        replace(ALERT, status="Real"),
        replace(ALERT, infos=(replace(INFO, certainty="Very Likely"),)),
        replace(ALERT, infos=(replace(INFO, severity="Red"),)),
        replace(ALERT, infos=(replace(INFO, categories=()),)),
    ],
)
def test_words_that_the_schema_does_not_know_are_refused(alert: CapAlert) -> None:
    with pytest.raises(CapRefusedError, match="不符合CAP"):
        compose_cap(alert)


def test_a_control_character_does_not_break_the_file() -> None:
    alert = replace(ALERT, infos=(replace(INFO, description="风\x00大\x0b"),))
    assert parse_cap(compose_cap(alert)).infos[0].description == "风大"


@given(
    headline=st.text(max_size=80).map(str.strip),
    radius=st.floats(0, 400_000),
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
)
def test_any_text_and_circle_survive_the_journey(
    headline: str, radius: float, lat: float, lon: float
) -> None:
    circle = CapCircle(centre=(lat, lon), radius_m=radius)
    area = CapArea(description="某地", circles=(circle,))
    alert = replace(ALERT, infos=(replace(INFO, headline=headline, areas=(area,)),))
    read = parse_cap(compose_cap(alert)).infos[0]
    assert read.areas[0].circles[0].radius_m == pytest.approx(radius, abs=0.51)
    assert read.areas[0].circles[0].centre == pytest.approx((lat, lon), abs=6e-6)
    kept = "".join(c for c in headline if c.isprintable())
    assert "".join(c for c in read.headline if c.isprintable()).strip() == kept.strip()


# ---- shapes


def test_rings_are_closed_and_cover_the_shape() -> None:
    two = MultiPolygon([box(117, 36, 117.2, 36.1), box(118, 36, 118.1, 36.3)])
    rings = polygons_of(two)
    assert len(rings) == 2
    assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10**6),
    size=st.integers(201, 600),
    rough=st.sampled_from([0.4, 0.9, 0.99, 1.0]),
    most=st.integers(40, 200),
)
def test_a_thinned_ring_leaves_nobody_out(seed: int, size: int, rough: float, most: int) -> None:
    angle = np.linspace(0, 2 * np.pi, size, endpoint=False)
    radius = 0.3 * np.random.default_rng(seed).uniform(rough, 1.0, size)
    points = zip(117 + radius * np.cos(angle), 36 + radius * np.sin(angle), strict=True)
    rough_shape = Polygon(list(points))
    (ring,) = polygons_of(rough_shape, max_points=most)
    assert len(ring) <= most
    assert Polygon([(lon, lat) for lat, lon in ring]).covers(rough_shape)


def test_an_outline_that_crosses_itself_is_mended() -> None:
    bow = Polygon([(117, 36), (117.2, 36.2), (117.2, 36), (117, 36.2)])
    rings = polygons_of(bow)
    assert len(rings) == 2
    alert = with_area(polygons=rings)
    assert alert_problems(alert) == ()


def test_a_neck_narrower_than_the_rounding_is_filled() -> None:
    neck = Polygon(
        [(117, 36), (117.1, 36), (117.1, 36.05), (117.05, 36.0000012), (117, 36.05), (117, 36)]
    )
    for outline in (neck, neck.buffer(1e-7)):
        assert alert_problems(with_area(polygons=polygons_of(outline))) == ()


def test_the_districts_of_jinan_become_lawful_areas_that_cover_them() -> None:
    folder = shared_data("boundaries")
    judged = 0
    for path in sorted(folder.glob("*.geojson")):
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            district = make_valid(shape(feature["geometry"]))
            rings = polygons_of(district)
            assert alert_problems(with_area(polygons=rings)) == ()
            assert max(map(len, rings)) <= 200
            covered = union_all([Polygon([(lon, lat) for lat, lon in ring]) for ring in rings])
            assert covered.buffer(1.5e-5).covers(district)
            judged += 1
    assert judged >= 20


def test_what_has_no_area_is_no_warning_area() -> None:
    with pytest.raises(ValueError, match="area"):
        polygons_of(Point(117, 36))
    with pytest.raises(ValueError, match="area"):
        polygons_of(Polygon())


# ---- from outside


def attack(body: str, *, head: str = "") -> bytes:
    return f'{head}<alert xmlns="{NS}">{body}</alert>'.encode()


ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ATTACKS = {
    "billion laughs": attack(
        "<identifier>&l9;</identifier>", head=f'<!DOCTYPE a [<!ENTITY l0 "ha">{ENTITIES}]>'
    ),
    "file entity": attack(
        "<identifier>&x;</identifier>",
        head='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    ),
    "external document type": attack("", head='<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">'),
    "parameter entity": attack(
        "", head='<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/a.dtd">%p;]>'
    ),
    "harmless document type": attack("", head="<!DOCTYPE a>"),
    "document type in UTF-16": '<!DOCTYPE a [<!ENTITY x "y">]><a/>'.encode("utf-16"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_document_type_is_refused_before_anything_is_built(name: str) -> None:
    with pytest.raises(CapRefusedError) as refused:
        parse_cap(ATTACKS[name])
    assert [p.rule for p in refused.value.problems] == ["doctype"]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b" " * (MAX_BYTES + 1), "size"),
        (b"<a>" * 50_000 + b"</a>" * 50_000, "depth"),
        (b"", "xml"),
        (bytes(range(256)), "xml"),
        (b"<a>&undefined;</a>", "xml"),
        (b"<a><b></a>", "xml"),
        (b"<alert/>", "root"),
        (b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.1"/>', "root"),
        (attack("<identifier>1</identifier>"), "schema"),
    ],
)
def test_what_is_no_message_is_refused_with_the_rule(data: bytes, rule: str) -> None:
    with pytest.raises(CapRefusedError) as refused:
        parse_cap(data)
    assert refused.value.problems[0].rule == rule


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("36.75000,117.55000 1.500", "36.75,117.55", "circle"),
        ("36.75000,117.55000 1.500", "36.75;117.55 1", "circle"),
        ("36.75000,117.55000 1.500", "36.75,117.55 1e400", "circle"),
        ("36.70000,117.50000 ", "36.7_0,117.5 ", "polygon"),
        ("2019-08-11T00:00:05+08:00</sent>", "2019-02-31T00:00:05+08:00</sent>", "schema"),
        ("2019-08-11T00:00:05+08:00</sent>", "2019-08-10T16:00:05Z</sent>", "schema"),
    ],
)
def test_a_damaged_field_is_refused_by_name(old: str, new: str, rule: str) -> None:
    text = compose_cap(ALERT).decode()
    assert old in text
    with pytest.raises(CapRefusedError) as refused:
        parse_cap(text.replace(old, new).encode())
    assert refused.value.problems[0].rule == rule


@pytest.mark.parametrize("reference", ["abc", "a,b,c", "a,b,2019-08-11T00:00:00"])
def test_a_damaged_reference_is_refused(reference: str) -> None:
    text = (
        compose_cap(ALERT)
        .decode()
        .replace("<info>", f"<references>{reference}</references><info>", 1)
    )
    with pytest.raises(CapRefusedError, match="references"):
        parse_cap(text.encode())


def test_a_message_in_gb18030_is_read() -> None:
    text = compose_cap(ALERT).decode().replace("UTF-8", "GB18030").replace("utf-8", "GB18030")
    assert parse_cap(text.encode("gb18030")).infos[0].sender_name == "济南市应急管理局"


def index() -> list[dict[str, str]]:
    import csv

    with shared_data("cap", "INDEX.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_our_grammar_judges_real_messages_as_the_schema_of_oasis_does() -> None:
    official = etree.XMLSchema(etree.parse(str(shared_data("cap", "schema", "cap12.xsd"))))
    judged = 0
    for row in index():
        path = shared_data("cap").joinpath(row["file"])
        if not path.exists() or row["wellformed"] != "yes":
            continue
        for node in etree.fromstring(path.read_bytes()).iter(f"{{{NS}}}alert"):
            alert = etree.fromstring(etree.tostring(node))
            assert (schema_problems(alert) == ()) == official.validate(alert), row["file"]
            judged += 1
    assert judged > 90


def test_our_grammar_judges_damaged_messages_as_the_schema_of_oasis_does() -> None:
    official = etree.XMLSchema(etree.parse(str(shared_data("cap", "schema", "cap12.xsd"))))
    whole = compose_cap(ALERT)
    count = sum(1 for _ in etree.fromstring(whole).iter())
    verdicts = []
    for number in range(1, count):
        for damage in ("remove", "double", "empty", "rename"):
            root = etree.fromstring(whole)
            node = list(root.iter())[number]
            parent = node.getparent()
            assert parent is not None
            if damage == "remove":
                parent.remove(node)
            elif damage == "double":
                parent.insert(parent.index(node), etree.fromstring(etree.tostring(node)))
            elif damage == "empty":
                node.clear()
            else:
                node.tag = f"{{{NS}}}unknown"
            verdicts.append(official.validate(root))
            assert (schema_problems(root) == ()) == verdicts[-1], (number, damage)
    assert {True, False} == set(verdicts)


def test_real_messages_are_read_or_refused_but_never_crash() -> None:
    read = 0
    for row in index():
        path = shared_data("cap").joinpath(row["file"])
        if not path.exists():
            continue
        try:
            alert = parse_cap(path.read_bytes())
        except CapRefusedError:
            continue
        assert alert.identifier
        read += 1
    assert read >= 12
