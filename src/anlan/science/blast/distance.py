"""How far an effect that falls with distance reaches a level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.science.common.refusal import RefusalError, received

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["reach"]


def reach(
    effect: Callable[[float], float], level: float, *, nearest: float, farthest: float
) -> float:
    """Return the largest distance at which a falling effect still has a level.

    Parameters
    ----------
    effect : callable
        Effect at a distance, never rising with it. [unit of level]
    level : float
        The level. [unit of effect]
    nearest, farthest : float
        Ends of the range of the model. [m]

    Returns
    -------
    float
        Distance; 0 where the level is not reached at the nearest distance. [m]

    Raises
    ------
    ValueError
        If the level is still exceeded at the farthest distance of the model.
    """
    if effect(nearest) < level:
        return 0.0
    if effect(farthest) > level:
        lowest = f"{effect(farthest):.6g}"
        raise RefusalError(
            f"level must be >= {lowest}, reached at {farthest:g} m, the end of the range of the"
            f" model, got {level!r}",
            zh=f"阈值应不小于 {lowest}（模型只算到 {farthest:g} m）{received(level)}",
        )
    low, high = nearest, farthest
    while high - low > 1e-9 * high:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if effect(middle) >= level else (low, middle)
    return 0.5 * (low + high)
