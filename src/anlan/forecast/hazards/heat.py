"""Levels of heat radiation that mean something to people, and who dies of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from anlan.forecast.types import Figure, Table
from anlan.science.blast.harm import HEAT_AUTHORS, heat_death

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["AUTHORS", "LEVELS", "HeatLevel", "death_figure", "death_table"]

AUTHORS: Final = {
    "eisenberg": "Eisenberg 1975",
    "tsao_perry": "Tsao–Perry 1979",
    "tno": "TNO（无防护）",
    "lees": "Lees",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatLevel:
    """A level of heat flux, in W/m2, with its area on the map."""

    key: str
    label: str
    flux: float
    effect: str

    @property
    def threshold(self) -> Figure:
        """The level as the page shows it."""
        return Figure(
            value=self.flux / 1000.0,
            unit="kW/m²",
            source="热辐射伤害阈值表（API RP 521、HSE）",
            note=self.effect,
        )


LEVELS: Final = (
    HeatLevel(
        key="heat_lethal",
        label="37.5 kW/m² 致死区",
        flux=37.5e3,
        effect="设备损坏，人员短时致死",
    ),
    HeatLevel(
        key="heat_injury",
        label="12.5 kW/m² 重伤区",
        flux=12.5e3,
        effect="木材引燃，人员严重烧伤",
    ),
    HeatLevel(key="heat_pain", label="5 kW/m² 灼痛区", flux=5e3, effect="约20秒疼痛"),
    HeatLevel(
        key="heat_caution",
        label="1.58 kW/m² 警戒区",
        flux=1.58e3,
        effect="此线以外可长时间停留",
    ),
)
"""End points of `anlan.science.blast.harm.endpoints`, the gravest first."""


def death_figure(flux: float, seconds: float) -> Figure:
    """Return the share killed in the open at a heat flux, with the range over the authors."""
    shares = [float(heat_death(flux, seconds, author=a)) * 100.0 for a in HEAT_AUTHORS]
    return Figure(
        value=round(shares[0], 1),
        unit="%",
        source=f"{AUTHORS['eisenberg']} 概率函数，无遮蔽暴露 {seconds:.3g} s",
        low=round(min(shares), 1),
        high=round(max(shares), 1),
    )


def death_table(levels: Sequence[HeatLevel], seconds: float) -> Table:
    """Return the share killed at each level by every author: they differ, so all are shown."""
    return Table(
        title=f"各区边缘处死亡比例（无遮蔽暴露 {seconds:.3g} s）",
        columns=("区域", *AUTHORS.values()),
        rows=tuple(
            (
                level.label,
                *(
                    Figure(
                        value=round(float(heat_death(level.flux, seconds, author=a)) * 100.0, 1),
                        unit="%",
                        source=f"{name} 概率函数",
                    )
                    for a, name in AUTHORS.items()
                ),
            )
            for level in levels
        ),
        note="各作者差别很大，须写明所用标准；能及时躲避的人员低得多",
    )
