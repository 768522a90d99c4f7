r"""Surface wind of a tropical cyclone from its pressure (Holland 2008, Holland et al. 2010).

.. math:: b_s = -4.4\times10^{-5} \Delta p^2 + 0.01\,\Delta p + 0.03\,\frac{\partial p_c}{\partial t}
   - 0.014\,\varphi + 0.15\,v_t^{\,x} + 1, \qquad x = 0.6\,(1 - \Delta p / 215)

.. math:: v_m = \sqrt{\frac{b_s \Delta p}{\rho e}}, \qquad
   v = v_m \left[\left(\frac{R_m}{r}\right)^{b_s} e^{1 - (R_m/r)^{b_s}}\right]^{\xi}

with :math:`\Delta p` in hPa, the latitude in degrees and :math:`v_t` in m/s inside the first line;
arguments are SI. For a storm of which only the pressure is known, and to check the wind of a track.
`anlan.science.cyclone.wind` is the model of the forecasts: it has its B from the wind of the track.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.checks import between, finite, not_negative, positive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["holland_b", "largest_surface_wind", "surface_profile"]


def holland_b(
    deficit: ArrayLike, lat: ArrayLike, *, translation: ArrayLike, tendency: ArrayLike = 0.0
) -> NDArray[np.float64]:
    """Return the parameter b of the surface wind (Holland 2008, equation 11).

    Parameters
    ----------
    deficit : array_like
        Pressure outside less that in the centre, above 0 to 15 000. [Pa]
    lat : array_like
        Latitude of the centre, south of the equator with or without its sign, -60 to 60. [deg]
    translation : array_like
        Speed of the centre, 0 to 40. [m/s]
    tendency : array_like
        Change of the central pressure, negative while it deepens; 1 hPa/h is 0.0278 Pa/s. [Pa/s]

    Returns
    -------
    ndarray
        b, within 1 and 2.5. [1]

    References
    ----------
    Holland, G. J. (2008) A revised hurricane pressure-wind model, doi:10.1175/2008MWR2395.1

    Examples
    --------
    60 hPa at 20 degrees and 5 m/s:

    >>> round(float(holland_b(6000, 20.0, translation=5.0)), 3)
    1.463
    """
    positive(deficit, name="deficit", unit="Pa")
    hpa = between(deficit, 0, 15_000, name="deficit", unit="Pa") / 100.0
    phi = np.abs(between(lat, -60, 60, name="lat", unit="deg"))
    speed = between(translation, 0, 40, name="translation", unit="m/s")
    hourly = finite(tendency, name="tendency", unit="Pa/s") * 36.0  # in hPa/h
    moved = 0.15 * speed ** (0.6 * (1.0 - hpa / 215.0))
    b = -4.4e-5 * hpa**2 + 0.01 * hpa + 0.03 * hourly - 0.014 * phi + moved + 1.0
    return np.asarray(np.clip(b, 1.0, 2.5))


def largest_surface_wind(
    deficit: ArrayLike, b: ArrayLike, *, air_density: ArrayLike = 1.15
) -> NDArray[np.float64]:
    """Return the largest wind at the surface from the pressure deficit.

    Parameters
    ----------
    deficit : array_like
        Pressure outside less that in the centre, > 0. [Pa]
    b : array_like
        Of `holland_b`, > 0. [1]
    air_density : array_like
        Density of the air at the surface, > 0. [kg/m3]

    Returns
    -------
    ndarray
        One-minute wind at 10 m, with the motion of the storm in it. [m/s]
    """
    dp = positive(deficit, name="deficit", unit="Pa")
    shape = positive(b, name="b", unit="")
    rho = positive(air_density, name="air_density", unit="kg/m3")
    return np.asarray(np.sqrt(shape * dp / (rho * np.e)))


def surface_profile(
    r: ArrayLike,
    *,
    largest: ArrayLike,
    radius: ArrayLike,
    b: ArrayLike,
    exponent: ArrayLike = 0.5,
) -> NDArray[np.float64]:
    """Return the surface wind at a distance from the centre (Holland et al. 2010, equation 6).

    Parameters
    ----------
    r : array_like
        Distance from the centre, > 0. [m]
    largest : array_like
        Largest wind, >= 0; the result has its averaging period. [m/s]
    radius : array_like
        Radius of maximum wind, > 0. [m]
    b : array_like
        Of `holland_b`, > 0. [1]
    exponent : array_like
        0.5 within the radius of maximum wind; outside it may vary with r so as to meet an observed
        outer wind, 0.1 to 1. [1]

    Returns
    -------
    ndarray
        Wind. [m/s]

    References
    ----------
    Holland, G. J., Belanger, J. I., Fritz, A. (2010) A revised model for radial profiles of
    hurricane winds, doi:10.1175/2010MWR3317.1

    Examples
    --------
    >>> float(surface_profile(30e3, largest=50.0, radius=30e3, b=1.5))
    50.0
    """
    d = positive(r, name="r", unit="m")
    v = not_negative(largest, name="largest", unit="m/s")
    shape = positive(b, name="b", unit="")
    x = between(exponent, 0.1, 1, name="exponent", unit="")
    ratio = (positive(radius, name="radius", unit="m") / d) ** shape
    return np.asarray(v * (ratio * np.exp(1.0 - ratio)) ** x)
