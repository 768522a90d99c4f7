r"""What happens on one face of the local inertial model; the same source for processor and GPU.

.. math:: q' \left(1 + F |q'|\right) = t, \qquad
   F = g \Delta t\, n^2 / h_f^{7/3}, \qquad q' = \frac{2t}{1 + \sqrt{1 + 4 F |t|}}

with :math:`h_f^{7/3} = h_f^2 h_f^{1/3}`: the cube root from a seed on the bits of the float32 and
one step of Halley, right to 5e-5. Its fraction is kept apart, so that one division serves all.
"""

from __future__ import annotations

import numba as nb
import numpy as np

__all__ = ["discharge"]

SEED = 709921077
"""Bits of the float32 cube root: a third of the bits of the number, and this. [-]"""


@nb.njit(inline="always")
def discharge(hl, hr, zl, zr, n2l, n2r, q, before, after, k):  # type: ignore[no-untyped-def]
    """Return the discharge over a face after Bates et al. (2010) and de Almeida et al. (2012).

    The depth on the face, max of the levels less max of the beds, is taken from the step of the
    bed: levels high above the datum would cost digits.

    Parameters
    ----------
    hl, hr : float
        Depth on both sides. [m]
    zl, zr : float
        Bed on both sides. [m]
    n2l, n2r : float
        Square of the roughness on both sides. [s2 m^(-2/3)]
    q, before, after : float
        Discharge of this face and of those before and after it in the direction of flow. [m2/s]
    k : ndarray
        Of `anlan.science.flood.inertial_kernel.parameters`. [-]
    """
    # read before use: a load inside a choice keeps the loop from being vectorised
    theta, aside, pull, brake = k[0], k[1], k[2], k[3]
    thin, zero, one, two = k[4], k[5], k[6], k[7]
    rise = zr - zl
    a = max(max(hl - max(rise, zero), hr + min(rise, zero)), thin)
    third = np.float32(np.float32(a).view(np.int32)) * np.float32(1.0 / 3.0)
    x = one * np.int32(np.int32(third) + np.int32(SEED)).view(np.float32)
    c = x * x * x
    # Halley: x (c + 2 a) / (2 c + a), so 4 F = over / under
    under = a * a * x * (c + two * a)
    over = brake * (n2l + n2r) * (two * c + a)
    t = theta * q + aside * (before + after) - pull * (a * ((hr - hl) + rise))
    root = np.sqrt(under * (under + over * abs(t)))
    out = two * t * under / (under + root)
    return out if a > thin else zero
