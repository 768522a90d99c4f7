"""Tables of coefficients: CSV files laid out as printed, with their source in `#` lines on top."""

from __future__ import annotations

import csv
from importlib.resources import files

__all__ = ["number", "read_rows"]


def _lines(package: str, name: str) -> list[str]:
    return (files(package) / "data" / name).read_text(encoding="utf-8").splitlines()


def read_rows(package: str, name: str) -> list[dict[str, str]]:
    """Return the rows of a table that lies in the `data` folder of a package.

    Parameters
    ----------
    package : str
        Dotted name of the package, as `anlan.science.release`. [-]
    name : str
        Name of the file. [-]
    """
    return list(csv.DictReader(line for line in _lines(package, name) if not line.startswith("#")))


def number(cell: str) -> float | None:
    """Return the number in a cell, None when the cell is empty.

    Parameters
    ----------
    cell : str
        Text of the cell. [-]
    """
    return float(cell) if cell.strip() else None
