"""Map symbols: one Chinese character in a disc. The character says what it is, colour only groups."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Symbol", "symbol_of"]

FORCES, MEDICAL, SHELTER, GOODS = "#1d4e89", "#1b6e3c", "#00696b", "#7a4f01"
DANGER, WATER, PLAIN = "#8c1d18", "#175c8f", "#4d5b69"


@dataclass(frozen=True, slots=True)
class Symbol:
    """How a kind of record looks on the map.

    Parameters
    ----------
    glyph : str
        The character in the disc.
    colour : str
        Colour of the disc, dark enough for white characters.
    shown : bool
        Whether the layer is on when the map opens.
    """

    glyph: str
    colour: str
    shown: bool = False


SYMBOLS = {
    "fire-station": Symbol("消", FORCES, shown=True),
    "community-station": Symbol("社", FORCES),
    "team": Symbol("队", FORCES, shown=True),
    "vehicle": Symbol("车", FORCES),
    "hospital": Symbol("医", MEDICAL, shown=True),
    "blood": Symbol("血", MEDICAL),
    "shelter": Symbol("避", SHELTER),
    "school": Symbol("校", PLAIN),
    "care": Symbol("养", PLAIN),
    "crowd": Symbol("众", PLAIN),
    "warehouse": Symbol("仓", GOODS, shown=True),
    "stock": Symbol("物", GOODS),
    "factory": Symbol("产", GOODS),
    "chemical-plant": Symbol("化", DANGER, shown=True),
    "hazard": Symbol("危", DANGER, shown=True),
    "tank": Symbol("罐", DANGER),
    "pipeline": Symbol("管", DANGER),
    "fuel": Symbol("油", DANGER),
    "truck": Symbol("运", DANGER),
    "reservoir": Symbol("库", WATER),
    "dam": Symbol("坝", WATER),
    "landslide": Symbol("滑", WATER),
    "flood": Symbol("涝", WATER),
    "helipad": Symbol("机", PLAIN),
    "bridge": Symbol("桥", PLAIN),
    "station": Symbol("站", PLAIN),
    "bus": Symbol("客", PLAIN),
    "antenna": Symbol("信", PLAIN),
    "lifeline": Symbol("生", PLAIN),
    "camera": Symbol("视", PLAIN),
    "sensor": Symbol("测", PLAIN),
    "forest": Symbol("林", PLAIN),
    "unit": Symbol("位", PLAIN),
}


def symbol_of(name: str, label: str) -> Symbol:
    """Return the symbol of that name; unknown ones show the first character of their label."""
    return SYMBOLS.get(name) or Symbol(label[:1], PLAIN)
