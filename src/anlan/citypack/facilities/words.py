"""Names of people, firms and places that are plausible and nobody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

__all__ = ["QUARTERS", "firm_stem", "mobile", "person", "plate", "switchboard"]

SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余"
GIVEN = (
    "伟", "芳", "敏", "静", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "霞", "平",
    "刚", "玉兰", "建国", "志强", "海燕", "文博", "春梅", "晓东", "立新", "国庆", "红梅", "永刚",
    "雪", "鹏", "凯", "丽华", "宝山", "向阳", "长河", "思远", "佳宁", "一鸣", "子涵", "德胜",
)  # fmt: skip

STEMS = (
    "安泽", "润禾", "恒谷", "鲁岳", "泰聚", "金澜", "瑞穗", "华沛", "昌垣", "信崮", "盛渠", "嘉岱",
    "正沂", "东岭", "汇泺", "明埠", "万崖", "宏圩", "兴垛", "利崖", "天骧", "云湄", "宝淄", "丰汶",
)  # fmt: skip

PROVINCES = {
    "11": "京", "12": "津", "13": "冀", "14": "晋", "15": "蒙", "21": "辽", "22": "吉", "23": "黑",
    "31": "沪", "32": "苏", "33": "浙", "34": "皖", "35": "闽", "36": "赣", "37": "鲁", "41": "豫",
    "42": "鄂", "43": "湘", "44": "粤", "45": "桂", "46": "琼", "50": "渝", "51": "川", "52": "贵",
    "53": "云", "54": "藏", "61": "陕", "62": "甘", "63": "青", "64": "宁", "65": "新",
}  # fmt: skip
"""First character of plates by the first two digits of the division code."""

QUARTERS = (
    "春晖", "锦绣", "和顺", "康乐", "绿园", "阳光", "祥和", "明珠", "枫林", "柳岸", "清河", "安居",
    "东湖", "西苑", "南岭", "北坡", "桃园", "杏林", "槐荫里", "梧桐", "石桥", "泉水", "金谷", "银杏",
    "翠屏", "望岳", "临川", "丰收", "育才", "长青", "文昌里", "书院", "龙泉", "凤鸣", "双井", "百合",
)  # fmt: skip


def person(rng: np.random.Generator) -> str:
    """Return a name."""
    return SURNAMES[rng.integers(len(SURNAMES))] + GIVEN[rng.integers(len(GIVEN))]


def firm_stem(rng: np.random.Generator) -> str:
    """Return the fancy part of a firm's name."""
    return STEMS[rng.integers(len(STEMS))]


def mobile(rng: np.random.Generator) -> str:
    """Return a number that looks mobile; no Chinese mobile number begins with 120."""
    return f"120{rng.integers(10**8):08d}"


def switchboard(rng: np.random.Generator) -> str:
    """Return a number that looks like a switchboard; no local number begins with 0."""
    return f"0531-0{rng.integers(10**7):07d}"


def plate(province: str, number: int) -> str:
    """Return a plate; the letter O after the province, which no place has, marks it as invented."""
    return f"{PROVINCES.get(province, '示')}O{number:05d}"
