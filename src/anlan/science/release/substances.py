"""Dangerous substances: properties and thresholds, each from a table with its source.

What a table does not hold is not guessed: asking for it raises `NotHeldError` and says what
is missing. Guideline levels carry their confidence: V is verified, M is to be confirmed (待确认).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.checks import not_negative, positive
from anlan.science.common.constants import ATMOSPHERE, GAS_CONSTANT
from anlan.science.common.refusal import RefusalError
from anlan.science.common.tables import number, read_rows
from anlan.science.release.correlations import Correlation, NotHeldError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "AEGL_MINUTES",
    "Guideline",
    "NotHeldError",
    "Substance",
    "find",
    "ppm_to_density",
    "substances",
]

PACKAGE = "anlan.science.release"
AEGL_MINUTES = (10, 30, 60, 240, 480)
"""Exposure times for which the EPA gives guideline levels. [min]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guideline:
    """One exposure threshold.

    Parameters
    ----------
    name : str
        Such as `AEGL-2 (60 min)`. [-]
    ppm : float
        Volume fraction in air. [ppm]
    confidence : str
        V verified, M to be confirmed (待确认). [-]
    """

    name: str
    ppm: float
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Substance:
    """One substance, as the tables hold it; None where they do not.

    Parameters
    ----------
    cas, name_en, name_zh, formula : str
        Registry number, names and formula. [-]
    aliases : tuple of str
        Other Chinese names. [-]
    molar_mass : float
        Molar mass. [kg/mol]
    boiling_point : float
        Normal boiling point. [K]
    critical_temperature, critical_pressure : float
        Critical point. [K], [Pa]
    cp_gas : float or None
        Heat capacity of the ideal gas at 298.15 K. [J/(kg K)]
    idlh, erpg, lfl, ufl : float or None
        Immediately dangerous level, planning guidelines 1 to 3, flammable limits. [ppm]
    crosscheck : str
        What a second source says of the thresholds. [-]
    """

    cas: str
    name_en: str
    name_zh: str
    formula: str
    aliases: tuple[str, ...]
    molar_mass: float
    boiling_point: float
    critical_temperature: float
    critical_pressure: float
    cp_gas: float | None
    idlh: float | None
    erpg: tuple[float | None, float | None, float | None]
    lfl: float | None
    ufl: float | None
    crosscheck: str
    _aegl: dict[tuple[int, int], Guideline] = field(repr=False)
    _curves: dict[str, Correlation] = field(repr=False)

    @property
    def gamma(self) -> float:
        """Ratio of heat capacities of the ideal gas at 298.15 K, cp/(cp - R/M)."""
        if self.cp_gas is None:
            raise NotHeldError(
                f"{self.name_en}: no heat capacity of the gas is held",
                zh=f"物性表里没有{self.name_zh}的气体比热",
            )
        return self.cp_gas / (self.cp_gas - GAS_CONSTANT / self.molar_mass)

    def vapour_pressure(self, temperature: ArrayLike) -> NDArray[np.float64]:
        """Return the pressure of the saturated vapour.

        Parameters
        ----------
        temperature : array_like
            Temperature. [K]

        Returns
        -------
        ndarray
            Saturation pressure. [Pa]

        Examples
        --------
        Water-free ammonia boils under one atmosphere at its boiling point:

        >>> round(float(find("氨").vapour_pressure(239.83)) / 101325, 2)
        1.0
        """
        return self._curve("vapour_pressure")(temperature)

    def liquid_density(self, temperature: ArrayLike) -> NDArray[np.float64]:
        """Return the density of the saturated liquid.

        Parameters
        ----------
        temperature : array_like
            Temperature. [K]

        Returns
        -------
        ndarray
            Density. [kg/m3]
        """
        curve = self._curve("liquid_density")
        printed = curve(temperature)
        if curve.equation == "dippr105":  # kmol/m3
            return np.asarray(printed * 1000.0 * self.molar_mass)
        return printed

    def heat_of_vaporisation(self, temperature: ArrayLike) -> NDArray[np.float64]:
        """Return the heat that evaporates one kilogram.

        Parameters
        ----------
        temperature : array_like
            Temperature. [K]

        Returns
        -------
        ndarray
            Latent heat. [J/kg]
        """
        return np.asarray(self._curve("vaporisation")(temperature) / self.molar_mass)

    def liquid_heat_capacity(self, temperature: ArrayLike) -> NDArray[np.float64]:
        """Return the heat capacity of the liquid.

        Parameters
        ----------
        temperature : array_like
            Temperature. [K]

        Returns
        -------
        ndarray
            Heat capacity at constant pressure. [J/(kg K)]
        """
        return np.asarray(
            self._curve("liquid_heat_capacity")(temperature) / 1000.0 / self.molar_mass
        )

    def vapour_density(
        self, temperature: ArrayLike, pressure: ArrayLike = ATMOSPHERE
    ) -> NDArray[np.float64]:
        """Return the density of the vapour as an ideal gas.

        Parameters
        ----------
        temperature : array_like
            Temperature. [K]
        pressure : array_like
            Pressure. [Pa]

        Returns
        -------
        ndarray
            Density. [kg/m3]
        """
        t = positive(temperature, name="temperature", unit="K")
        p = positive(pressure, name="pressure", unit="Pa")
        return np.asarray(p * self.molar_mass / (GAS_CONSTANT * t))

    def aegl(self, level: int, minutes: int) -> Guideline:
        """Return an Acute Exposure Guideline Level.

        Parameters
        ----------
        level : int
            1 discomfort, 2 lasting harm or hindered escape, 3 danger to life. [-]
        minutes : int
            Exposure: 10, 30, 60, 240 or 480. [min]

        Raises
        ------
        NotHeldError
            If the level is not recommended, or not in our table.

        Examples
        --------
        >>> find("液氨").aegl(2, 60).ppm
        160.0
        """
        if minutes not in AEGL_MINUTES:
            raise ValueError(f"minutes must be one of {AEGL_MINUTES} min, got {minutes!r}")
        if level not in {1, 2, 3}:
            raise ValueError(f"level must be 1, 2 or 3, got {level!r}")
        try:
            return self._aegl[level, minutes]
        except KeyError:
            raise NotHeldError(
                f"{self.name_en}: no AEGL-{level} for {minutes} min is held",
                zh=f"没有{self.name_zh} {minutes} 分钟的 AEGL-{level}",
            ) from None

    def holds(self, name: str) -> bool:
        """Return whether a property with temperature is held.

        Parameters
        ----------
        name : str
            `vapour_pressure`, `liquid_density`, `vaporisation` or `liquid_heat_capacity`. [-]
        """
        return name in self._curves

    def range_of(self, name: str) -> tuple[float, float]:
        """Return the temperatures between which a property is held.

        Parameters
        ----------
        name : str
            As in `holds`. [-]

        Returns
        -------
        tuple of float
            Lowest and highest temperature. [K]
        """
        curve = self._curve(name)
        return curve.low, curve.high

    def _curve(self, name: str) -> Correlation:
        try:
            return self._curves[name]
        except KeyError:
            raise NotHeldError(
                f"{self.name_en}: no {name.replace('_', ' ')} is held",
                zh=f"物性表里{self.name_zh}的数据不全",
            ) from None


@cache
def substances() -> tuple[Substance, ...]:
    """Return every substance in the tables, in their order."""
    levels: dict[str, dict[tuple[int, int], Guideline]] = {}
    for row in read_rows(PACKAGE, "aegl.csv"):
        level, minutes = int(row["level"]), int(row["minutes"])
        levels.setdefault(row["cas"], {})[level, minutes] = Guideline(
            name=f"AEGL-{level} ({minutes} min)",
            ppm=float(row["ppm"]),
            confidence=row["confidence"],
        )
    curves: dict[str, dict[str, Correlation]] = {}
    for row in read_rows(PACKAGE, "correlations.csv"):
        c = [number(row[f"c{i}"]) or 0.0 for i in range(1, 6)]
        curves.setdefault(row["cas"], {})[row["property"]] = Correlation(
            property_=row["property"].replace("_", " "),
            equation=row["equation"],
            c=(c[0], c[1], c[2], c[3], c[4]),
            tc=number(row["tc_K"]) or np.nan,
            pc=number(row["pc_Pa"]) or np.nan,
            low=number(row["t_min_K"]) or 0.0,
            high=number(row["t_max_K"]) or np.inf,
            source=row["source"],
        )
    return tuple(
        _substance(row, levels.get(row["cas"], {}), curves.get(row["cas"], {}))
        for row in read_rows(PACKAGE, "substances.csv")
    )


def find(name: str) -> Substance:
    """Return the substance with this CAS number, formula, English or Chinese name.

    Parameters
    ----------
    name : str
        Any name that the table knows; case does not matter. [-]

    Raises
    ------
    ValueError
        If no substance is called so.

    Examples
    --------
    >>> find("7782-50-5").name_zh, find("chlorine").cas, find("液氯").formula
    ('氯', '7782-50-5', 'Cl2')
    """
    wanted = name.strip().casefold()
    for held in substances():
        if wanted in _names(held):
            return held
    raise RefusalError(f"no substance called {name!r} is held", zh=f"物质表里没有“{name}”")


def ppm_to_density(
    ppm: ArrayLike,
    molar_mass: ArrayLike,
    *,
    temperature: ArrayLike = 298.15,
    pressure: ArrayLike = ATMOSPHERE,
) -> NDArray[np.float64]:
    """Return the mass of gas in one cubic metre of air.

    Parameters
    ----------
    ppm : array_like
        Volume fraction. [ppm]
    molar_mass : array_like
        Molar mass of the gas. [kg/mol]
    temperature : array_like
        Temperature of the air. [K]
    pressure : array_like
        Pressure of the air. [Pa]

    Returns
    -------
    ndarray
        Mass concentration. [kg/m3]

    Examples
    --------
    One ppm of a gas of 24.465 g/mol is 1 mg/m3 at 25 °C:

    >>> round(float(ppm_to_density(1.0, 24.465e-3)) * 1e6, 3)
    1.0
    """
    fraction = not_negative(ppm, name="ppm", unit="ppm") * 1e-6
    m = positive(molar_mass, name="molar_mass", unit="kg/mol")
    t = positive(temperature, name="temperature", unit="K")
    p = positive(pressure, name="pressure", unit="Pa")
    return np.asarray(fraction * p * m / (GAS_CONSTANT * t))


def _names(held: Substance) -> set[str]:
    words = (held.cas, held.name_en, held.name_zh, held.formula, *held.aliases)
    return {word.casefold() for word in words}


def _substance(
    row: dict[str, str],
    levels: dict[tuple[int, int], Guideline],
    curves: dict[str, Correlation],
) -> Substance:
    molar_mass = float(row["molar_mass_g_mol"]) / 1000.0
    cp = number(row["cp_gas_298K_J_mol_K"])
    return Substance(
        cas=row["cas"],
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        formula=row["formula"],
        aliases=tuple(word for word in row["aliases_zh"].split(";") if word),
        molar_mass=molar_mass,
        boiling_point=float(row["boiling_point_K"]),
        critical_temperature=float(row["critical_temperature_K"]),
        critical_pressure=float(row["critical_pressure_Pa"]),
        cp_gas=None if cp is None else cp / molar_mass,
        idlh=number(row["idlh_ppm"]),
        erpg=(number(row["erpg1_ppm"]), number(row["erpg2_ppm"]), number(row["erpg3_ppm"])),
        lfl=number(row["lfl_ppm"]),
        ufl=number(row["ufl_ppm"]),
        crosscheck=row["crosscheck"],
        _aegl=levels,
        _curves=curves,
    )
