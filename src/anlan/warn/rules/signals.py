"""Propose a warning colour from measured or forecast values, by the table of signals.

The table is `warning_signals` of the norm tables (中国气象局令第16号 and others), in force for the
place. The highest colour met wins. A person decides; the proposal says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from anlan.core.dictionaries import table
from anlan.warn.rules.expressions import BadExpressionError, judge, variables
from anlan.warn.types import COLOURS, Proposal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from anlan.core.dictionaries import Row

__all__ = ["VARIABLES", "propose_by_place", "propose_signal"]

VARIABLES: Final[Mapping[str, tuple[str, str]]] = {
    "wind_mean_bft": ("平均风力", "级"),
    "wind_bft": ("平均风力", "级"),
    "gust_bft": ("阵风", "级"),
    "rain_3h": ("3小时雨量", "mm"),
    "rain_6h": ("6小时雨量", "mm"),
    "rain_12h": ("12小时雨量", "mm"),
    "snow_6h": ("6小时降雪（水当量）", "mm"),
    "snow_12h": ("12小时降雪（水当量）", "mm"),
    "dTmin_24h": ("24小时最低气温降幅", "℃"),
    "dTmin_48h": ("48小时最低气温降幅", "℃"),
    "tmin": ("最低气温", "℃"),
    "tmax_each_of_3d": ("连续三天日最高气温（最小值）", "℃"),
    "tmax_24h": ("24小时最高气温", "℃"),
    "t_ground_min_24h": ("24小时地面最低温度", "℃"),
    "t_ground_min_48h": ("48小时地面最低温度", "℃"),
    "t_road": ("路面温度", "℃"),
    "precip": ("有降水", ""),
    "visibility_m": ("能见度", "m"),
    "ci_class": ("综合气象干旱等级", "级"),
    "crop_drought_pct": ("农作物受旱比例", "%"),
    "lightning_prob_6h": ("6小时雷电可能性", ""),
    "lightning_prob_2h": ("2小时雷电可能性", ""),
    "hail_prob_6h": ("6小时冰雹可能性", ""),
    "hail_prob_2h": ("2小时冰雹可能性", ""),
    "stage": ("水位", "m"),
    "stage_near_warning": ("接近警戒水位", ""),
    "stage_warning": ("警戒水位", "m"),
    "stage_guaranteed": ("保证水位", "m"),
    "stage_historic_max": ("历史最高水位", "m"),
    "rp": ("重现期", "年"),
    "rp_near_5": ("重现期接近5年", ""),
    "near_drought_limit": ("接近旱警水位", ""),
    "inflow30d_anomaly_pct": ("30天来水距平", "%"),
    "forest_fire_class": ("森林火险等级", "级"),
    "aqi_day": ("日AQI", ""),
    "aqi150_hours": ("AQI>150持续", "h"),
    "aqi200_hours": ("AQI>200持续", "h"),
    "aqi300_hours": ("AQI>300持续", "h"),
    "geo_risk_class": ("地质灾害气象风险等级", "级"),
}
"""Names and units of the variables of the table, for reasons that people read."""

FORECASTER_DECIDES: Final = frozenset({"雷电", "冰雹", "道路结冰"})
"""Hazards whose signal needs a forecaster's word on likelihood or impact."""

_BY_NAME = {colour.name: colour for colour in COLOURS.values()}


def propose_signal(
    hazard: str,
    values: Mapping[str, float | str | bool | None],
    *,
    lead_h: float | None = None,
    rows: Iterable[Row] | None = None,
) -> Proposal:
    """Propose the highest colour whose row is met.

    Parameters
    ----------
    hazard
        Name of the signal, such as 台风 or 暴雨.
    values
        Values by the variables of the table; each is the extreme inside the row's own window.
        None or absent means not known, and is never taken as zero.
    lead_h
        Hours until the onset, where known: rows with a shorter window are then left out.
    rows
        Rows in force in the place; by default as published.

    Raises
    ------
    ValueError
        If the table has no such signal, or a value is of an unknown variable.
    """
    ours = [row for row in rows or table("warning_signals") if row.text("hazard") == hazard]
    if not ours:
        known = "、".join(dict.fromkeys(r.text("hazard") for r in table("warning_signals")))
        raise ValueError(f"没有名为“{hazard}”的预警信号；可用：{known}")
    strange = sorted(set(values) - set(VARIABLES))
    if strange:
        raise ValueError(f"不认识的要素：{'、'.join(strange)}")
    ours.sort(key=lambda row: row.whole("level") or 0)
    readable = [row for row in ours if not _flaw(row)]
    fit = [row for row in readable if lead_h is None or (row.whole("window_h") or 0) >= lead_h]
    met = [row for row in fit if judge(row.text("machine_rule"), values)]
    # A place may have put a rule of its own that cannot be read: said, not guessed.
    shortfalls = [f"{row.text('colour')}色标准未能判断：{_flaw(row)}" for row in ours if _flaw(row)]
    same_rule = {row.text("machine_rule") for row in met}
    if lead_h is None and len(met) > 1 and len(same_rule) == 1:
        # 道路结冰: one threshold for three colours; the time to onset tells them apart.
        colour = None
        shortfalls.append("各色标准数值相同，颜色取决于影响时间，请填写距影响开始的小时数")
    else:
        colour = _BY_NAME[met[0].text("colour")] if met else None
    if hazard in FORECASTER_DECIDES and met:
        shortfalls.append("该信号须由预报员研判可能性或影响程度")
    shortfalls += _not_judged(fit, met, values)
    marked = [row for row in met if row.mark]
    if marked:
        shortfalls.append("所依据的标准行待确认，发布前请核对")
    return Proposal(
        hazard=hazard,
        colour=colour,
        reasons=tuple(_reason(row, values) for row in met) or (_nothing_met(hazard, values),),
        shortfalls=tuple(shortfalls),
        rows=tuple(met),
        to_confirm=bool(marked),
    )


def propose_by_place(
    hazard: str,
    values: Mapping[str, Mapping[str, float | str | bool | None]],
    *,
    rows: Mapping[str, Iterable[Row]],
) -> dict[str, Proposal]:
    """Propose a colour for each place, such as each district under a typhoon.

    Parameters
    ----------
    hazard
        Name of the signal.
    values
        Values by place (any key, such as a division code), then by variable.
    rows
        Rows in force by place; for a place that is not named, as published.
    """
    return {
        place: propose_signal(hazard, known, rows=rows.get(place))
        for place, known in values.items()
    }


def _flaw(row: Row) -> str:
    """Return why the rule of a row cannot be used; empty when it can."""
    try:
        names = variables(row.text("machine_rule"))
    except BadExpressionError as error:
        return f"表达式不能识别（{error}）"
    strange = [name for name in names if name not in VARIABLES]
    return f"不认识的要素 {'、'.join(strange)}" if strange else ""


def _not_judged(
    rows: list[Row], met: list[Row], values: Mapping[str, float | str | bool | None]
) -> list[str]:
    """Name the colours above the proposed one that the known values do not decide."""
    best = min((row.whole("level") or 0 for row in met), default=9)
    missing: dict[str, list[str]] = {}
    for row in rows:
        if (row.whole("level") or 0) < best and judge(row.text("machine_rule"), values) is None:
            names = [
                VARIABLES[name][0]
                for name in variables(row.text("machine_rule"))
                if values.get(name) is None
            ]
            missing.setdefault("、".join(names), []).append(row.text("colour"))
    return [f"缺少{names}，未能判断{'、'.join(colours)}色" for names, colours in missing.items()]


def _reason(row: Row, values: Mapping[str, float | str | bool | None]) -> str:
    mark = f"，{row.mark}" if row.mark else ""
    return (
        f"{row.text('colour')}色：{_known(row, values)}，符合“{row.text('threshold_zh')}”"
        f"（{row.source}{mark}）"
    )


def _known(row: Row, values: Mapping[str, float | str | bool | None]) -> str:
    said = []
    for name in variables(row.text("machine_rule")):
        value = values.get(name)
        if value is None:
            continue
        label, unit = VARIABLES[name]
        if isinstance(value, bool):
            said.append(label if value else f"无{label}")
        else:
            said.append(
                f"{label} {value if isinstance(value, str) else f'{value:g}'} {unit}".strip()
            )
    return "，".join(said)


def _nothing_met(hazard: str, values: Mapping[str, float | str | bool | None]) -> str:
    known = [name for name, value in values.items() if value is not None]
    if not known:
        return f"没有可用于判断{hazard}预警的数值"
    said = "，".join(f"{VARIABLES[n][0]} {values[n]} {VARIABLES[n][1]}".strip() for n in known)
    return f"未达到{hazard}预警标准：{said}"
