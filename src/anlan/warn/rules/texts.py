"""The words of a warning: what, where, when, what to do; each part within its length.

突发事件应对法(2024) article 64 demands kind, level, start, possible extent, what to heed, what to do,
who issues, and when. No sentence is cut: what is too long is refused with its length.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from anlan.core.words import unfit_words
from anlan.warn.cap.identifiers import BEIJING
from anlan.warn.types import COLOURS, Guidance, WarningText

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

__all__ = [
    "EXERCISE_MARK",
    "LIMITS",
    "SAME_AS",
    "TooLongError",
    "as_exercise",
    "check_draft",
    "check_lengths",
    "compose_text",
    "guidance_for",
]

EXERCISE_MARK: Final = "【演练】"

LIMITS: Final[Mapping[str, int]] = {
    "headline": 60,
    "description": 500,
    "instruction": 300,
    "short": 210,
}
"""Longest texts in characters. 210 is three joined short messages of 70. Platform default."""

SAME_AS: Final[Mapping[str, str]] = {
    "危险化学品事故": "危险化学品泄漏",
    "涉氨制冷事故": "危险化学品泄漏",
    "危险货物道路运输事故": "危险化学品泄漏",
    "供气(燃气管道)事故": "危险化学品泄漏",
    "石油化工火灾": "火灾爆炸",
    "烟花爆竹和民用爆炸物品事故": "火灾爆炸",
    "爆炸案件": "火灾爆炸",
    "境内森林火灾": "森林火灾",
    "森林草原火灾": "森林火灾",
    "核设施事故": "核与辐射",
    "核与辐射事故": "核与辐射",
    "内涝": "暴雨",
    "山洪灾害": "洪水",
    "水库重大险情": "洪水",
    "堤防重大险情": "洪水",
    "天然地震": "地震",
    "地震灾害": "地震",
}
"""Kinds of event that share the guidance of another name."""

PLACES_NAMED: Final = 6
"""Places named in the short text; the rest are counted."""

_NAMES = {
    "headline": "标题",
    "description": "正文",
    "instruction": "防御指引",
    "short": "短信",
}


class TooLongError(ValueError):
    """A part of the text is longer than its channel takes."""


@cache
def _guides() -> dict[tuple[str, str], Guidance]:
    source = files("anlan.warn") / "data" / "guidance.csv"
    with source.open(encoding="utf-8") as lines:
        return {
            (row["hazard"], row["colour"]): Guidance(
                hazard=row["hazard"],
                colour=row["colour"],
                response_types=tuple(row["response_types"].split()),
                instruction=row["instruction_zh"],
            )
            for row in csv.DictReader(lines)
        }


def guidance_for(hazard: str, colour: str) -> Guidance:
    """Return what people should do: of the hazard itself, or the general words.

    Raises
    ------
    ValueError
        If there is no such colour.
    """
    _demand_colour(colour)
    guides = _guides()
    name = SAME_AS.get(hazard, hazard)
    return guides.get((name, colour)) or guides["其他", colour]


def compose_text(
    *,
    hazard: str,
    colour: str,
    issuer: str,
    places: Sequence[str],
    effective: datetime,
    expires: datetime,
    what: str,
    instruction: str = "",
    phone: str = "12345",
    exercise: bool = False,
    cancels: bool = False,
) -> WarningText:
    """Return the words of a warning or of its cancellation.

    Parameters
    ----------
    hazard
        Name of the hazard, such as 暴雨.
    colour
        Code of the colour.
    issuer
        Name of the issuing body.
    places
        Names of the places that the warning is for.
    effective, expires
        From when to when.
    what
        What is happening or expected, in a sentence or two.
    instruction
        What to do; by default from the table of guidance.
    phone
        The number for questions and help.
    exercise
        Whether this is an exercise: every part then begins with 【演练】.
    cancels
        Whether the warning is lifted.

    Raises
    ------
    TooLongError
        If a part is longer than `LIMITS`. The short text takes only as many whole sentences of
        the guidance as fit, and at least the first.
    ValueError
        If no place is named, or the end is not after the beginning.
    """
    _demand_colour(colour)
    if not places:
        raise ValueError("预警须写明影响范围：至少一个地方")
    if not expires > effective:
        raise ValueError("预警的结束时间应晚于开始时间")
    name = COLOURS[colour].name
    kind = f"{hazard}{name}色预警"
    verb = "解除" if cancels else "发布"
    where = "、".join(places)
    few = "、".join(places[:PLACES_NAMED])
    if len(places) > PLACES_NAMED:
        few += f"等{len(places)}地"
    what = what.strip().rstrip("。；")
    advice = instruction.strip() or guidance_for(hazard, colour).instruction
    start, end = _clock(effective), _clock(expires)
    if cancels:
        description = f"{issuer}{start}解除{kind}。范围：{where}。{what}。"
        advice = instruction.strip() or "预警已解除，请仍注意现场安全提示。"
        short = f"{issuer}{start}解除{kind}（{few}）。{what}。咨询{phone}。"
    else:
        description = (
            f"{issuer}{start}发布{kind}。影响范围：{where}。时间：{start}至{end}。"
            f"{what}。求助和咨询电话{phone}。"
        )
        short = f"{issuer}{start}发布{kind}：{few}，{what}。"
        room = LIMITS["short"] - len(short) - (len(EXERCISE_MARK) if exercise else 0)
        short += _whole_sentences(advice, room)
    mark = EXERCISE_MARK if exercise else ""
    text = WarningText(
        headline=f"{mark}{issuer}{verb}{kind}",
        description=mark + description,
        instruction=mark + advice,
        short=mark + short,
    )
    check_lengths(text, exercise=exercise)
    return text


def as_exercise(text: WarningText) -> WarningText:
    """Return the words with 【演练】 before each part that has it not."""

    def marked(words: str) -> str:
        return words if words.startswith(EXERCISE_MARK) else EXERCISE_MARK + words

    return WarningText(**{part: marked(getattr(text, part)) for part in LIMITS})


def check_draft(
    text: WarningText, *, colour: str, places: Sequence[object], exercise: bool
) -> None:
    """Refuse ready words without colour or place, or of the wrong length.

    Raises
    ------
    TooLongError
        If a part is longer than `LIMITS`.
    ValueError
        If the colour is unknown, no place is named, or a part is empty.
    """
    _demand_colour(colour)
    if not places:
        raise ValueError("预警须写明影响范围：至少一个地方")
    check_lengths(text, exercise=exercise)


def check_lengths(text: WarningText, *, exercise: bool) -> None:
    """Refuse words that are empty or too long, or of an exercise without its mark.

    Raises
    ------
    TooLongError
        If a part is longer than `LIMITS`.
    ValueError
        If a part is empty, or an exercise does not say so.
    """
    for part, limit in LIMITS.items():
        words = getattr(text, part)
        if not words:
            raise ValueError(f"{_NAMES[part]}不能为空")
        unfit = unfit_words(words)
        if unfit is not None:
            raise ValueError(f"{_NAMES[part]}{unfit[0]}，收到“{unfit[1]}”")
        if len(words) > limit:
            raise TooLongError(f"{_NAMES[part]}{len(words)}字，超过{limit}字，请缩短范围或内容描述")
        if exercise and not words.startswith(EXERCISE_MARK):
            raise ValueError(f"演练预警的{_NAMES[part]}应以{EXERCISE_MARK}开头")


def _demand_colour(colour: str) -> None:
    if colour not in COLOURS:
        raise ValueError(f"颜色应为 {'、'.join(COLOURS)} 之一，收到 {colour!r}")


def _whole_sentences(text: str, room: int) -> str:
    """Return the first sentence and as many more as there is room for: the weightiest come first."""
    sentences = [part + "。" for part in text.split("。") if part]
    taken = sentences[:1]
    for sentence in sentences[1:]:
        if len("".join(taken)) + len(sentence) > room:
            break
        taken.append(sentence)
    return "".join(taken)


def _clock(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"a time in a warning needs a zone, got {at.isoformat()}")
    local = at.astimezone(BEIJING)
    return f"{local.month}月{local.day}日{local.hour}时{local.minute:02d}分"
