"""A part of a package in a few lines of text: for the terminal, and for short messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from anlan.core.numerals import written

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["figure_text", "summary_lines"]

LISTED: Final = 12
"""Rows shown of a long list; the rest is counted."""


def summary_lines(kind: str, content: dict[str, Any]) -> list[str]:
    """Return the lines that say what a part holds."""
    return _LINES[kind](content)


def figure_text(figure: dict[str, Any] | None) -> str:
    """Return a figure in words: value, range, unit, mark."""
    if figure is None or figure.get("value") is None:
        return "未知"
    value = figure["value"]
    text = written(value) if isinstance(value, float) else str(value)
    low, high = figure.get("low"), figure.get("high")
    if low is not None and high is not None and low != high:
        text += f"（{written(low)}–{written(high)}）"
    mark = "，待确认" if figure.get("to_confirm") else ""
    return f"{text}{figure['unit']}{mark}"


def _some(rows: list[str]) -> list[str]:
    more = [f"…… 另有 {len(rows) - LISTED} 项"] if len(rows) > LISTED else []
    return [*rows[:LISTED], *more]


def _forecast(content: dict[str, Any]) -> list[str]:
    lines = [f"{name}：{figure_text(f)}" for name, f in content["figures"].items()]
    for zone in content["zones"]:
        sizes = "，".join(f"{name}{figure_text(f)}" for name, f in zone["figures"].items())
        lines.append(
            f"{zone['label']}（{zone['threshold'].get('sign', '≥')}{figure_text(zone['threshold'])}）：{sizes or figure_text(zone['area_km2'])}"
        )
    for row in content["districts"]:
        values = row["figures"]
        rain = f"，24小时雨量{figure_text(values['rain_24h'])}" if "rain_24h" in values else ""
        wind = "平均风力未计算（超出模型范围）"
        if "wind_mean_bft" in values:
            wind = f"平均风{figure_text(values['wind_mean_bft'])}"
        lines.append(f"{row['name']}：{wind}{rain}")
    return lines


def _exposure(content: dict[str, Any]) -> list[str]:
    lines = []
    for zone in content["zones"]:
        counts = "、".join(f"{name}{figure_text(f)}" for name, f in zone["counts"].items())
        lines.append(
            f"{zone['label']}：人口{figure_text(zone['people'])}；{counts or '无登记设施'}"
        )
    named = [
        f"{row['kind_name']} {row['name']}{'' if row['sure'] else '（可能）'}"
        for row in content["facilities"]
    ]
    if content["roads_km"]:
        names = "、".join(content["road_names"][:LISTED])
        lines.append(f"区内道路{figure_text(content['roads_km'])}：{names or '均无名称'}")
    return [*lines, *_some(named)]


def _level(content: dict[str, Any]) -> list[str]:
    if content["level"] is None:
        return ["未给出响应级别"]
    return [
        f"建议{content['level_name']}响应（{content['plan_title']} {content['plan_version']}）",
        f"决定：{content['decider']}；指挥：{content['leader']}；预计{content['expected_hours']:g}小时",
    ]


def _tasks(content: dict[str, Any]) -> list[str]:
    return _some(
        [
            f"T+{task['offset_min']:g}分 {task['title']} → {task['unit'] or task['owner_name']} "
            f"{task['person']} {task['phone']}".rstrip()
            for task in content["tasks"]
        ]
    )


def _units(content: dict[str, Any]) -> list[str]:
    needs = [
        f"{need['name']}：需{figure_text(need['quantity'])}，派{figure_text(need['met'])}"
        for need in content["needs"]
    ]
    units = [f"{figure_text(row['eta_min'])}到 {row['name']}" for row in content["units"]]
    return [*needs, *_some(units)]


def _hospitals(content: dict[str, Any]) -> list[str]:
    lines = [f"预计重症{figure_text(content['serious'])}，轻症{figure_text(content['minor'])}"]
    return lines + [
        f"{row['name']}：重症{row['serious']['value']}、轻症{row['minor']['value']}，"
        f"车程{figure_text(row['eta_min'])}，空床{figure_text(row['free_beds'])}"
        for row in content["hospitals"]
    ]


def _shelters(content: dict[str, Any]) -> list[str]:
    moved, left = figure_text(content["people"]), figure_text(content["unplaced"])
    lines = [f"需转移{moved}，未安置{left}，需车辆{figure_text(content['buses'])}"]
    rows = [
        f"{row['name']}：{row['people']['value']}人，{figure_text(row['distance_km'])}"
        for row in content["shelters"]
    ]
    return [*lines, *_some(rows)]


def _supplies(content: dict[str, Any]) -> list[str]:
    return [
        f"{need['name']}：需{figure_text(need['quantity'])}，可调{figure_text(need['met'])}"
        for need in content["needs"]
    ]


def _closures(content: dict[str, Any]) -> list[str]:
    lines = [
        f"区内道路{figure_text(content['inside_km'])}，小路口{figure_text(content['small_roads'])}"
    ]
    return [*lines, *_some([point["text"] for point in content["points"]]), *content["measures"]]


def _warning(content: dict[str, Any]) -> list[str]:
    if not content["colour"]:
        return ["未起草"]
    return [content["headline"], content["text"], content["instruction"]]


def _report(content: dict[str, Any]) -> list[str]:
    return [content["title"], *content["text"].splitlines()]


_LINES: Final[dict[str, Callable[[dict[str, Any]], list[str]]]] = {
    "forecast": _forecast,
    "exposure": _exposure,
    "level": _level,
    "tasks": _tasks,
    "units": _units,
    "hospitals": _hospitals,
    "shelters": _shelters,
    "supplies": _supplies,
    "closures": _closures,
    "warning": _warning,
    "report": _report,
}
