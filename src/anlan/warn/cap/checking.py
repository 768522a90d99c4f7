"""The rules of CAP 1.2 that stand in words, not in the schema; and what a sane message keeps to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapely import Polygon

from anlan.warn.types import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anlan.warn.types import CapAlert, CapArea, CapInfo, LatLon

__all__ = ["alert_problems"]

MIN_PAIRS = 4
MAX_RADIUS_M = 500_000.0
"""A radius beyond this is a slip: metres written where CAP has kilometres. Platform default."""

_FORBIDDEN = re.compile(r"[\s,<&]")
NEEDS_NO_INFO = frozenset({"Ack", "Error", "Cancel"})
NEEDS_REFERENCES = frozenset({"Update", "Cancel", "Ack", "Error"})


def alert_problems(alert: CapAlert) -> tuple[Problem, ...]:
    """Return what breaks a rule in words of CAP 1.2; empty when nothing does."""
    return tuple(_alert(alert))


def _alert(alert: CapAlert) -> Iterator[Problem]:
    for key, value in (("identifier", alert.identifier), ("sender", alert.sender)):
        if not value or _FORBIDDEN.search(value):
            yield _problem(key, "forbidden-character", value, "不得为空，不得含空格、逗号、< 或 &")
    if alert.sent.tzinfo is None:
        yield _problem("sent", "time-zone", alert.sent, "时间须带时区，如 +08:00")
        return
    if alert.scope == "Restricted" and not alert.restriction:
        yield _problem("restriction", "required", "无", "scope 为 Restricted 时须写限制说明")
    if alert.scope == "Private" and not alert.addresses:
        yield _problem("addresses", "required", "无", "scope 为 Private 时须写收件人")
    if alert.msg_type in NEEDS_REFERENCES and not alert.references:
        yield _problem("references", "required", "无", f"{alert.msg_type} 须指明所针对的消息")
    if not alert.infos and alert.msg_type not in NEEDS_NO_INFO:
        yield _problem("info", "required", "无", "缺少 info：没有说明发生什么、怎么办")
    for reference in alert.references:
        if reference.sent > alert.sent:
            yield _problem("references", "order", reference.identifier, "引用了比本消息更晚的消息")
    for number, info in enumerate(alert.infos, 1):
        yield from _info(alert, info, f"info[{number}]")


def _info(alert: CapAlert, info: CapInfo, key: str) -> Iterator[Problem]:
    moments = (("effective", info.effective), ("onset", info.onset), ("expires", info.expires))
    for name, moment in moments:
        if moment is not None and moment.tzinfo is None:
            yield _problem(f"{key}.{name}", "time-zone", moment, "时间须带时区，如 +08:00")
            return
    if info.expires is not None:
        if info.expires <= alert.sent:
            text = "失效时间不晚于发出时间，发出即失效"
            yield _problem(f"{key}.expires", "order", info.expires, text)
        for name, moment in moments[:2]:
            if moment is not None and moment >= info.expires:
                yield _problem(f"{key}.{name}", "order", moment, "应早于失效时间")
    for number, area in enumerate(info.areas, 1):
        yield from _area(area, f"{key}.area[{number}]")


def _area(area: CapArea, key: str) -> Iterator[Problem]:
    for number, ring in enumerate(area.polygons, 1):
        yield from _ring(ring, f"{key}.polygon[{number}]")
    for number, circle in enumerate(area.circles, 1):
        where = f"{key}.circle[{number}]"
        yield from _place(circle.centre, where)
        if not circle.radius_m >= 0:
            yield _problem(where, "radius", circle.radius_m, "半径不得为负")
        elif circle.radius_m > MAX_RADIUS_M:
            km = f"{circle.radius_m / 1000:g} km"
            text = "半径过大；CAP 1.2 的半径以千米计，请核对是否误写成米"
            yield _problem(where, "radius", km, text)


def _ring(ring: tuple[LatLon, ...], key: str) -> Iterator[Problem]:
    if len(ring) < MIN_PAIRS:
        yield _problem(key, "polygon-size", len(ring), "至少4个坐标对（含闭合点）")
        return
    if ring[0] != ring[-1]:
        yield _problem(key, "polygon-open", f"{ring[0]}…{ring[-1]}", "首尾坐标应相同")
    wrong = [problem for place in ring for problem in _place(place, key)]
    yield from wrong[:1]
    if not wrong and not Polygon([(lon, lat) for lat, lon in ring]).is_valid:
        yield _problem(key, "polygon-crossing", f"{len(ring)} 点", "边线自相交")


def _place(place: LatLon, key: str) -> Iterator[Problem]:
    lat, lon = place
    if not -90 <= lat <= 90 or not -180 <= lon <= 180:
        hint = "；应先写纬度后写经度，疑似写反" if 90 < abs(lat) <= 180 and abs(lon) <= 90 else ""
        yield _problem(key, "coordinate", f"{lat:g},{lon:g}", f"坐标超出范围{hint}")


def _problem(key: str, rule: str, value: object, message: str) -> Problem:
    return Problem(key=key, rule=rule, value=str(value)[:80], message=message)
