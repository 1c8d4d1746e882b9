"""Rows of a query's result, ready to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from gitquest_kernel.duck import printed

__all__ = ["SHOWN_ROWS", "shown"]

SHOWN_ROWS = 50
"""More rows of a result than that are counted, not shown."""


def shown(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Return encoded rows with every value that is neither NULL nor a number as DuckDB prints it."""
    return [[_value(value) for value in row] for row in rows]


def _value(value: Any) -> Any:
    match value:
        case bool():
            return printed(value)
        case None | int() | float():
            return value
        case {"decimal": str(digits)}:
            return Decimal(digits)
        case _:
            return printed(value)
