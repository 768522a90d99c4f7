"""What a model refuses, in Chinese: the science speaks English to programmers."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from anlan.core.numerals import RAISED
from anlan.forecast.scenarios import WEATHER_TITLES
from anlan.science.common.card import OutOfRangeError, cards

if TYPE_CHECKING:
    from anlan.forecast.model import ForecastModel
    from anlan.forecast.scenarios import ScenarioError

__all__ = ["in_chinese", "refusal_words"]

SENTENCE: Final = re.compile(
    r"(?P<name>[\w /^()]+?) must (?:be )?(?P<rule>.+?)(?:, got (?P<value>.+))?"
)
NUMBER: Final = r"-?[\d.]+(?:e[+-]?\d+)?"
PLAIN: Final = re.compile(rf"(?:np\.float64\(|array\()?({NUMBER})\)*")
RULES: Final = (
    (re.compile(rf"between ({NUMBER}) and ({NUMBER})\s*(.*)"), "应在 {0} 至 {1}{2} 之间"),
    (re.compile(rf">= ({NUMBER})\s*(.*)"), "应不小于 {0}{1}"),
    (re.compile(rf"> ({NUMBER})\s*(.*)"), "应大于 {0}{1}"),
    (re.compile(rf"<= ({NUMBER})\s*(.*)"), "应不大于 {0}{1}"),
    (re.compile(rf"(?:below|<) ({NUMBER})\s*(.*)"), "应小于 {0}{1}"),
    (re.compile(rf"above ({NUMBER})\s*(.*)"), "应大于 {0}{1}"),
    (re.compile(r"(?:a )?finite.*"), "应为有限的数"),
    (re.compile(r"a whole number.*"), "应为整数"),
    (re.compile(r"a number or an array.*"), "应为数字"),
)
ONE_OF: Final = re.compile(r"one of (.+)")
UNIT: Final = re.compile(r"[A-Za-z°%][^\s,]*(?: s(?![^\s]))?")
SENTENCES: Final = (
    (r"(?:the )?file lacks the columns (.+)", "文件缺少列 {0}"),
    (r"(?:.+: )?a track needs at least two fixes", "路径至少要有两个定位"),
    (r"(?:.+: )?the fixes are not in the order of time", "定位没有按时间先后排列"),
    (r"a fix before the first header 66666", "第一条表头 66666 之前出现了定位"),
    (r"a header needs at least 8 fields, got .+", "表头至少要有 8 个字段"),
    (r"the file is neither a GeoTIFF .+", "既不是 GeoTIFF、ESRI ASCII 网格，也不是 SRTM 文件"),
    (r"the ASCII grid has no (\S+) in its header", "表头缺 {0}"),
    (r"the ASCII grid has (\S+) x (\S+) cells, allowed are 2 x 2 to (\d+) in all",
     "网格有 {0}×{1} 格，应为 2×2 至共 {2} 格"),
    (r"the ASCII grid holds something else than numbers", "网格里有不是数字的内容"),
    (r"the ASCII grid announces (\S+) values and holds (\S+) numbers",
     "表头称有 {0} 个值，实际有 {1} 个"),
    (r"an ASCII grid does not say its reference system.*", "坐标应为经纬度"),
    (r"the header of the ASCII grid holds b?'(.*)'", "表头里有不认识的内容 {0}"),
    (r"the file holds no heights", "文件里没有高程值"),
    (r"the file cannot be opened.*", "文件打不开"),
    (r"heights must be between (\S+) and (\S+) m, got (\S+) to ([^;]+);.*",
     "高程应在 {0} 至 {1} m 之间，文件中为 {2} 至 {3} m，缺测值可能没有在表头写明"),
    (r"lon, lat must lie in the grid deg, got .+", "事发地应在高程范围内"),
    (r"lon, lat must lie where the terrain has data: (\S+) of the square .+",
     "计算范围内有 {0} 没有高程"),
    (r"width / cell_size must be between 2 and (\d+) cells, got (\d+)",
     "计算范围应为每边 2 至 {0} 格，现为 {1} 格"),
    (r"alpha must be <= .+ the wind is too light for the strength of the source",
     "源强相对风速过大，超出经验曲线"),
    (r"the plume is not dense: .+", "气云不够重，应按高斯烟羽计算"),
    (r"counts must hold >= (\S+) weeks of each hour, got (\S+) of hour (\S+)",
     "每个小时至少 {0} 周，{2} 时只有 {1} 周"),
    (r"ground_temperature must be above boiling_point (\S+) K, got .+",
     "地面温度应高于沸点 {0} K"),
    (r"(\S+) must give at most (\S+) cases by (\S+), got .+", "暴露量过大：后果不得超过 {1} 处"),
)  # fmt: skip
"""What the readers of files and a few models say in a sentence of their own."""

LINE: Final = re.compile(
    r"line (?P<number>\d+): (?P<why>.+?)(?: in (?:'(?P<held>.*)'|\".*\"))?", re.DOTALL
)
POWER: Final = re.compile(r"(\d)e([+-]?\d+)")
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")

TITLES: Final = {
    "alpha": "比例参数 α",
    "count": "次数",
    "density": "密度",
    "depth": "水深",
    "diameter": "直径",
    "distance": "距离",
    "distance / tnt_mass^(1/3)": "比例距离",
    "level": "阈值",
    "limit": "时限",
    "mass": "质量",
    "population": "人口",
    "pressure": "压力",
    "rate": "速率",
    "speed": "速度",
    "stability": "大气稳定度",
    "temperature": "温度",
    "threshold": "阈值",
    "time": "时间",
    "volume": "容积",
    "wind_speed": "风速",
    "z": "比例距离",
}
"""Names that no card declares, or several cards each for its own quantity."""

UNSAID: Final = "超出公式或格式的适用范围"


def in_chinese(error: ValueError) -> str:
    """Say which quantity broke which rule and with what, as far as the words of the science tell."""
    return POWER.sub(lambda m: f"{m[1]}×10{str(int(m[2])).translate(RAISED)}", _said(error))


def _said(error: ValueError) -> str:
    if isinstance(error, OutOfRangeError):
        return f"{error.quantity.title}应为 {error.quantity.rule_zh}{_received(repr(error.value))}"
    text = str(error)
    if line := LINE.fullmatch(text):
        why = _said(ValueError(line["why"]))
        held = f"“{line['held'][:40]}”" if line["held"] else ""
        return f"第 {line['number']} 行{held}{'读不懂' if why == UNSAID else f'：{why}'}"
    for pattern, words in SENTENCES:
        if said := re.fullmatch(pattern, text, re.DOTALL):
            return words.format(*said.groups())
    found = SENTENCE.fullmatch(text)
    if found is None:
        return text if CHINESE.search(text) else UNSAID
    rule = _rule(found["rule"])
    title = TITLES.get(found["name"]) or _titles().get(found["name"])
    if rule is None or title is None:
        return UNSAID
    return f"{title}{rule}{_received(found['value'] or '')}"


def refusal_words(model: ForecastModel | None, error: ScenarioError) -> str:
    """Say what was wrong by the name that stands on the form."""
    fields = {f"scenario.{field.key}": field.title for field in (model.fields if model else ())}
    name = {**WEATHER_TITLES, **fields, "scenario": "输入"}.get(error.field, error.field)
    given = "空" if error.value in (None, "") else error.value
    return f"{name}：应{error.rule}，收到 {given}"


def _rule(text: str) -> str | None:
    if named := ONE_OF.fullmatch(text):
        return f"应为 {named[1].replace(', ', '、')} 之一"
    for pattern, words in RULES:
        if found := pattern.fullmatch(text):
            *numbers, tail = found.groups() if found.groups() else ("",)
            unit = UNIT.match(tail or "")
            said = f" {unit[0]}" if unit and unit[0] != "1" else ""
            return words.format(*numbers, said)
    return None


def _received(value: str) -> str:
    """Say what was given where it is one number; an array would say nothing to a reader."""
    found = PLAIN.fullmatch(value)
    return f"，算得 {float(found[1]):.4g}" if found else ""


@cache
def _titles() -> dict[str, str]:
    """Return the Chinese name of every input that has one name only."""
    found: dict[str, set[str]] = {}
    for card in cards():
        for quantity in card.inputs:
            found.setdefault(quantity.name, set()).add(quantity.title)
    return {name: min(titles, key=len) for name, titles in found.items()}
