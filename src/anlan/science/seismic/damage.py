r"""Damage of buildings by an editable matrix: the share in each of five states by intensity.

.. math:: N_k = \sum_j n_j \, P_k(\text{class } j, I)

Between whole degrees the matrix is interpolated; below its first degree every building stays
intact, above its last degree the last row is used. The shipped matrix is an example (示例), not
authoritative: no numeric Chinese matrix is published openly. Put the local earthquake damage
prediction (震害预测) in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, not_negative
from anlan.science.common.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "STATES", "DamageMatrix", "damage_counts", "example_matrix", "read_matrix"]

STATES = ("intact", "slight", "moderate", "severe", "destroyed")
"""基本完好, 轻微破坏, 中等破坏, 严重破坏, 毁坏 (GB/T 24335-2009)."""

SUM_TOLERANCE = 1e-6
"""By how much a row of a matrix may miss 1. [1]"""

CARD = ModelCard(
    key="seismic.damage",
    version=1,
    title="Earthquake damage of buildings by a matrix",
    title_zh="建筑物震害（震害矩阵法）",
    inputs=(
        Quantity(name="intensity", title="烈度", unit="1", low=0.0, high=12.0),
        Quantity(name="buildings", title="建筑数量或面积", unit="1", low=0.0),
    ),
    outputs=(Quantity(name="counts", title="各破坏等级数量", unit="1", low=0.0),),
    references=(
        "GB/T 24335-2009 建(构)筑物地震破坏等级划分",
        "尹之潜 (1995) 地震灾害及损失预测方法, 地震出版社",
    ),
    limits=(
        "随附矩阵为示例，不具权威性：使用前必须换成本地震害预测成果",
        "群体平均，不能判断单栋房屋",
        "不含次生灾害（火灾、滑坡、液化）",
    ),
    unconfirmed=("随附震害矩阵（示例）的全部数值",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DamageMatrix:
    """Shares of the five states by class of structure and intensity.

    Parameters
    ----------
    name : str
        Where the matrix comes from, shown with every result. [-]
    authoritative : bool
        False for an example (示例). [-]
    degrees : ndarray
        Whole intensities of the rows, rising. [1]
    shares : mapping of str to ndarray
        By class of structure an array (degrees, 5); each row sums to 1. [1]
    titles : mapping of str to str
        Chinese name by class of structure. [-]
    """

    name: str
    authoritative: bool
    degrees: NDArray[np.float64]
    shares: Mapping[str, NDArray[np.float64]]
    titles: Mapping[str, str]

    def __post_init__(self) -> None:
        if not (len(self.degrees) > 1 and np.all(np.diff(self.degrees) > 0)):
            raise ValueError(f"degrees must rise, got {self.degrees!r}")
        for structure, table in self.shares.items():
            if table.shape != (len(self.degrees), len(STATES)):
                raise ValueError(
                    f"{structure}: shares must have one row for each of {len(self.degrees)}"
                    f" degrees and {len(STATES)} states, got {table.shape}"
                )
            for degree, row in zip(self.degrees, table, strict=True):
                where = f"{structure}, intensity {degree:g}"
                if not np.all((row >= 0) & (row <= 1)):
                    raise ValueError(f"{where}: shares must be between 0 and 1, got {row!r}")
                if not abs(row.sum() - 1.0) <= SUM_TOLERANCE:
                    raise ValueError(f"{where}: shares must sum to 1, got {row.sum()!r}")
            at_least = table[:, ::-1].cumsum(axis=1)
            if not np.all(np.diff(at_least, axis=0) >= -SUM_TOLERANCE):
                raise ValueError(f"{structure}: damage must not fall as the intensity rises")


def read_matrix(
    rows: Iterable[Mapping[str, str]], *, name: str, authoritative: bool
) -> DamageMatrix:
    """Return a matrix from the rows of a table such as `damage_example.csv`.

    Parameters
    ----------
    rows : iterable of mapping
        Columns structure, structure_zh, intensity and the five `STATES`. [-]
    name : str
        Where it comes from. [-]
    authoritative : bool
        Whether it may be shown without 示例. [-]

    Raises
    ------
    ValueError
        If a class lacks a degree, or a row does not sum to 1.
    """
    found: dict[str, dict[float, list[float]]] = {}
    titles: dict[str, str] = {}
    for row in rows:
        degree = float(row["intensity"])
        mine = found.setdefault(row["structure"], {})
        if degree in mine:
            raise ValueError(f"{row['structure']}: intensity {degree:g} is given twice")
        mine[degree] = [float(row[state]) for state in STATES]
        titles[row["structure"]] = row["structure_zh"]
    if not found:
        raise ValueError("rows must hold at least one class of structure, got none")
    degrees = sorted(set().union(*found.values()))
    for structure, mine in found.items():
        missing = [f"{d:g}" for d in degrees if d not in mine]
        if missing:
            raise ValueError(f"{structure}: no row for intensity {', '.join(missing)}")
    return DamageMatrix(
        name=name,
        authoritative=authoritative,
        degrees=np.array(degrees),
        shares={s: np.array([mine[d] for d in degrees]) for s, mine in found.items()},
        titles=titles,
    )


@cache
def example_matrix() -> DamageMatrix:
    """Return the shipped example (示例): for trying out, never for a decision."""
    rows = read_rows("anlan.science.seismic", "damage_example.csv")
    return read_matrix(rows, name="示例震害矩阵（非权威，待替换）", authoritative=False)


def damage_counts(
    intensity: ArrayLike, buildings: Mapping[str, ArrayLike], *, matrix: DamageMatrix
) -> NDArray[np.float64]:
    """Return how many buildings fall into each state of damage.

    Parameters
    ----------
    intensity : array_like
        Intensity at each place, 0 to 12. [1]
    buildings : mapping of str to array_like
        By class of structure the number (or floor area) at each place, >= 0. [1 or m2]
    matrix : DamageMatrix
        The local matrix, or `example_matrix()`. [-]

    Returns
    -------
    ndarray
        Shape of the places with one more axis of five, in the order of `STATES`. [as buildings]

    Raises
    ------
    ValueError
        If the matrix has no row for a class of structure.

    Examples
    --------
    >>> counts = damage_counts(8, {"old_dwelling": 1000}, matrix=example_matrix())
    >>> round(float(counts.sum()))
    1000
    """
    level = between(intensity, 0, 12, name="intensity", unit="")
    total: NDArray[np.float64] = np.zeros((*level.shape, len(STATES)))
    for structure, number in buildings.items():
        if structure not in matrix.shares:
            known = ", ".join(matrix.shares)
            raise ValueError(f"{matrix.name} has no class {structure!r}; known are {known}")
        count = not_negative(number, name=f"buildings[{structure}]", unit="")
        total = total + count[..., None] * _shares(level, structure, matrix)
    return total


def _shares(
    level: NDArray[np.float64], structure: str, matrix: DamageMatrix
) -> NDArray[np.float64]:
    """Interpolate the rows; one degree below the first every building is intact."""
    degrees = np.concatenate([[matrix.degrees[0] - 1.0], matrix.degrees])
    none = np.array([[1.0, 0.0, 0.0, 0.0, 0.0]])
    table = np.concatenate([none, matrix.shares[structure]])
    columns = [np.interp(level, degrees, table[:, k]) for k in range(len(STATES))]
    return np.stack(columns, axis=-1)
