"""Every public function that takes plain numbers refuses what is no number, by its name."""

import importlib
import inspect
import math
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import anlan.science
from anlan.science.common.card import ModelCard
from anlan.science.release.pool import GROUNDS
from anlan.science.release.toxic import probit_for

SAMPLE: dict[str, Any] = {
    "activity": 1e12, "air_changes": 0.5, "air_density": 1.15, "critical_ratio": 0.55,
    "heat_of_tnt": 4.5e6, "liquid_density": 600.0, "pgv": 0.1, "vapour_density": 4.0,
    "airborne_fraction": 0.1, "ambient_temperature": 293.0,
    "angle_deg": 20.0, "area": 10.0, "author": "eisenberg", "averaging_time": 600.0, "b": 1.0,
    "boiling_point": 240.0, "burning_rate": 0.05, "charge": "hemispherical",
    "collapse_ratio": 0.1, "concentration": 1e-4, "crosswind": 3.0, "damage_ratio": 0.5,
    "debris": 0.5, "deficit": 5e3, "density": 5.0, "depth": 2.0, "diameter": 2.0,
    "discharge_coefficient": 0.6, "distance": 200.0, "downwind": 50.0, "duration": 300.0,
    "edge": 0.15, "efficiency": 0.04, "emissive_power": 2e5, "factor": 1.25,
    "fit": "vickery_2000", "flux": 1e4, "fraction": 0.5, "from_minutes": 2.0, "fuel_factor": 1.0,
    "fuel_load": 1.0, "gamma": 1.3, "ground": GROUNDS["concrete"], "ground_factor": 1.8,
    "ground_temperature": 290.0, "head": 1.0, "heat_capacity": 2000.0,
    "heat_of_combustion": 4.5e7, "heat_of_vaporisation": 4e5, "height": 2.0,
    "hours_on_land": 3.0, "humidity_percent": 40.0, "hydraulic_radius": 1.0, "inventory": 1e12,
    "lat": 25.0, "length": 20.0, "length_over_width": 2.0, "load": 1e6, "low_cloud": 3.0,
    "magnitude": 6.5, "mass": 1000.0, "measured_at": 10.0, "molar_mass": 0.03, "n": 2.0,
    "one_minute_ratio": 1.08, "outdoor": 1e-3, "overpressure": 5e4, "passage": 600.0, "pga": 1.0,
    "population": 1e4, "ppm": 100.0, "pressure": 5e5, "probit": probit_for("Cl2"),
    "radiant_fraction": 0.3, "radius": 50.0, "rain": 1e-6, "rate": 1.0, "rating": 1.0,
    "region": "eastern", "relation": "weidmann", "respirable_fraction": 0.5, "roughness": 0.03,
    "scheme": "briggs_rural", "schmidt": 0.8, "site_class": "II", "slope": 0.001,
    "slope_deg": 10.0, "solar_elevation_deg": 30.0, "speed": 1.0, "stability": "D",
    "temperature": 300.0, "temperature_c": 20.0, "tilt_deg": 20.0, "time": 100.0,
    "tnt_mass": 100.0, "to_minutes": 10.0, "total_cloud": 5.0, "transmissivity": 0.9,
    "uphill_deg": 0.0, "value": 7.0, "vapour_fraction": 0.2, "vapour_pressure": 1e4,
    "vessel": "atmospheric", "volume": 100.0, "volume_change": 0.04, "width": 2.0, "wind": 40.0,
    "wind_angle_deg": 0.0, "wind_speed": 3.0, "wind_to_deg": 90.0, "x": 500.0, "y": 10.0,
    "z": 1.0,
}  # fmt: skip
"""A value for each name that most functions take; the others are called elsewhere."""

MAPS = {"release.plume.ground_field"}  # marks what it cannot answer with NaN, as it says


def _functions() -> Iterator[tuple[str, Callable[..., object], dict[str, Any]]]:
    for entry in pkgutil.walk_packages(anlan.science.__path__, "anlan.science."):
        module = importlib.import_module(entry.name)
        if ".common" in entry.name or not isinstance(vars(module).get("CARD"), ModelCard):
            continue
        for name in module.__all__:
            function = getattr(module, name)
            label = f"{entry.name.removeprefix('anlan.science.')}.{name}"
            if not inspect.isfunction(function) or label in MAPS:
                continue
            needed = [
                p.name
                for p in inspect.signature(function).parameters.values()
                if p.default is p.empty or (p.name in SAMPLE and "float" in str(p.annotation))
            ]
            if not needed or not set(needed) <= set(SAMPLE):
                continue
            values = {key: SAMPLE[key] for key in needed}
            try:
                function(**values)
            except ValueError:  # this sample does not suit it
                continue
            yield label, function, values


FUNCTIONS = list(_functions())
PLAIN = [
    pytest.param(function, values, key, id=f"{label}-{key}")
    for label, function, values in FUNCTIONS
    for key, value in values.items()
    if isinstance(value, float)
]


@pytest.mark.parametrize("wrong", [math.nan, -math.inf, "deep", None])
@pytest.mark.parametrize(("function", "values", "key"), PLAIN)
def test_what_is_no_number_is_refused_by_the_name_of_the_argument(
    function: Callable[..., object], values: dict[str, Any], key: str, wrong: object
) -> None:
    with pytest.raises(ValueError, match=rf"\b{key}\b"):
        function(**{**values, key: wrong})


@pytest.mark.parametrize(("function", "values", "key"), PLAIN)
def test_a_number_without_dimension_counts_as_a_plain_number(
    function: Callable[..., object], values: dict[str, Any], key: str
) -> None:
    plain = function(**values)
    if isinstance(plain, np.ndarray | float):
        bare = np.asarray(function(**{**values, key: np.array(values[key])}))
        np.testing.assert_array_equal(bare, np.asarray(plain))
        assert bare.shape == np.asarray(plain).shape


def test_most_models_are_looked_at() -> None:
    assert len(FUNCTIONS) > 60
