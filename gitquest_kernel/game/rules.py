"""The arithmetic of the game: exact, and small enough to explain to a student."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import floor, isqrt

__all__ = ["HELD", "PASS_MARK", "level", "passed", "share", "xp_for_level", "xp_of"]

PASS_MARK = Fraction(7, 10)
"""The share of the points from which a quest is passed."""

HELD = frozenset({"version_mismatch", "tampered", "error_in_quest"})
"""Outcomes that an instructor has to look at first: they give nothing and take nothing away."""


@lru_cache(maxsize=10_000)
def share(points: float, max_points: float) -> Fraction:
    """Return the share of the points that was earned, from 0 to 1, exactly.

    Points are read as the decimals that they are written as, so that 0.7 of 1 is seven tenths and passes.
    Extra credit does not count for more than everything, nor a penalty for less than nothing.

    Raises
    ------
    ValueError
        ``max_points`` is not above 0, or a value is not a finite number.
    """
    most = _exact(max_points)
    if most <= 0:
        raise ValueError(f"max_points is {max_points}: there is nothing to earn a share of")
    return min(max(_exact(points) / most, Fraction(0)), Fraction(1))


def passed(points: float, max_points: float) -> bool:
    """Whether these points pass a quest: 70 % or more, exactly."""
    return share(points, max_points) >= PASS_MARK


def xp_of(quest_xp: int, points: float, max_points: float) -> int:
    """Return the XP that these points are worth: ``floor(quest_xp * points / max_points)``.

    Examples
    --------
    >>> xp_of(40, 3, 4)
    30
    >>> xp_of(100, 0.29, 1)
    29
    """
    return floor(quest_xp * share(points, max_points))


def level(total_xp: int) -> int:
    """Return the level that a total of XP has reached: ``isqrt(total_xp // 100) + 1``.

    Examples
    --------
    >>> [level(xp) for xp in (0, 99, 100, 399, 400, 900)]
    [1, 1, 2, 2, 3, 4]
    """
    return isqrt(max(total_xp, 0) // 100) + 1


def xp_for_level(number: int) -> int:
    """Return the least total of XP that reaches a level.

    Examples
    --------
    >>> [xp_for_level(n) for n in (1, 2, 3, 4)]
    [0, 100, 400, 900]
    """
    return 100 * (number - 1) ** 2


def _exact(value: float) -> Fraction:
    return Fraction(str(value))
