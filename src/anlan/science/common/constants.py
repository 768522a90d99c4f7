"""Physical constants that more than one model uses."""

from __future__ import annotations

__all__ = [
    "ATMOSPHERE",
    "DRY_AIR_MOLAR_MASS",
    "EARTH_RADIUS",
    "EARTH_ROTATION",
    "GAS_CONSTANT",
    "GRAVITY",
    "KNOT",
    "NAUTICAL_MILE",
    "ZERO_CELSIUS",
]

GRAVITY = 9.80665
"""Standard acceleration of gravity (CGPM 1901). [m/s2]"""

GAS_CONSTANT = 8.31446261815324
"""Molar gas constant (SI 2019, exact). [J/(mol K)]"""

ATMOSPHERE = 101_325.0
"""Standard atmosphere (CGPM 1954). [Pa]"""

ZERO_CELSIUS = 273.15
"""0 °C on the absolute scale. [K]"""

DRY_AIR_MOLAR_MASS = 0.0289652
"""Molar mass of dry air (CIPM-2007, with 400 ppm CO2). [kg/mol]"""

EARTH_RADIUS = 6_371_008.8
"""Mean radius of the Earth (IUGG). [m]"""

EARTH_ROTATION = 7.2921e-5
"""Angular velocity of the Earth. [rad/s]"""

KNOT = 1852.0 / 3600.0
"""One international knot (1929, exact). [m/s]"""

NAUTICAL_MILE = 1852.0
"""One international nautical mile (1929, exact). [m]"""
