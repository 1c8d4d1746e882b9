"""Pair the rows of two results, as bags and within a tolerance."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import TypeAlias

from gitquest_kernel.checks.cells import Cell, close, inexact

__all__ = ["Row", "unmatched"]

Row: TypeAlias = tuple[Cell, ...]


def unmatched(right: Sequence[Row], given: Sequence[Row], tolerance: float) -> tuple[list[Row], list[Row]]:
    """Return the rows that are missing and those that are too many.

    Equal rows are paired first. What is left is paired within the tolerance, which finds every pair as long
    as different values lie further apart than the tolerance.
    """
    missing = list((Counter(right) - Counter(given)).elements())
    extra = list((Counter(given) - Counter(right)).elements())
    if not tolerance or not missing or not extra:
        return missing, extra
    loose = [any(inexact(row[place]) for row in (*missing, *extra)) for place in range(len(missing[0]))]
    measure = _measure(loose)
    pool: dict[Row, list[Row]] = defaultdict(list)
    for row in extra:
        pool[_exact(row, loose)].append(row)
    for rows in pool.values():
        rows.sort(key=measure)
    lost = [row for row in missing if not _take(row, pool[_exact(row, loose)], measure, tolerance)]
    return lost, [row for rows in pool.values() for row in rows]


def _take(row: Row, rows: list[Row], measure: Callable[[Row], float], tolerance: float) -> bool:
    """Remove a row that is close to ``row`` from ``rows``, which are sorted by ``measure``, if there is
    one."""
    value = measure(row)
    reach = 2 * tolerance * max(1.0, abs(value))
    for place in range(bisect_left(rows, value - reach, key=measure), len(rows)):
        if measure(rows[place]) > value + reach:
            return False
        if all(close(a, b, tolerance) for a, b in zip(row, rows[place], strict=True)):
            del rows[place]
            return True
    return False


def _exact(row: Row, loose: Sequence[bool]) -> Row:
    return tuple(value for value, free in zip(row, loose, strict=True) if not free)


def _measure(loose: Sequence[bool]) -> Callable[[Row], float]:
    """Return what a row is sorted by: the first number that may be a little off."""
    places = [place for place, free in enumerate(loose) if free][:1]

    def measure(row: Row) -> float:
        for place in places:
            if row[place][0] == "number" and not isinstance(row[place][1], str):
                return float(min(max(row[place][1], -1e300), 1e300))
        return 0.0

    return measure
