"""When two values of a result are equal.

The policy: NULL equals NULL. Numbers of every type are compared as numbers; two integers exactly, others
within the tolerance; NaN equals NaN. A value never equals one of another kind: not text and number, not true
and 1, not a date and a timestamp. Lists compare item by item, structs and maps pair by pair, in order.
"""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from gitquest_kernel.duck import Json

__all__ = ["Cell", "cell", "close", "inexact", "kind"]

Cell: TypeAlias = tuple[Any, ...]
"""A value that can be hashed: its kind, then its content; equal cells are exactly equal values."""

_KINDS = {
    "null": "NULL",
    "number": "numbers",
    "text": "text",
    "boolean": "true and false",
    "date": "dates",
    "timestamp": "timestamps",
    "timestamptz": "timestamps with time zone",
    "time": "times of day",
    "interval": "intervals",
    "list": "lists",
    "struct": "structs",
}


def cell(value: Json) -> Cell:
    """Return a value as `gitquest_kernel.duck.encode` gives it in a form that can be hashed and compared."""
    match value:
        case None:
            return ("null",)
        case bool():
            return ("boolean", value)
        case int():
            return ("number", value)
        case float():
            return _number(value)
        case {"double": ("nan" | "inf" | "-inf") as text}:
            return _number(float(text))
        case {"decimal": str() as digits}:
            return _decimal(digits)
        case str():
            return ("text", value)
        case list():
            return ("list", *(cell(item) for item in value))
        case {"struct": list() as pairs}:
            return ("struct", *(cell(part) for pair in pairs for part in pair))
        case dict() if len(value) == 1:
            ((name, text),) = value.items()
            return (str(name), str(text))
        case _:
            return ("unknown", repr(value))


def close(one: Cell, other: Cell, tolerance: float) -> bool:
    """Whether two cells are equal when numbers that are not integers may differ a little."""
    if one == other:
        return True
    if one[0] != other[0] or len(one) != len(other):
        return False
    if one[0] == "number":
        return _close_numbers(one[1], other[1], tolerance)
    if one[0] in {"list", "struct"}:
        return all(close(a, b, tolerance) for a, b in zip(one[1:], other[1:], strict=True))
    return False


def inexact(value: Cell) -> bool:
    """Whether a cell holds a number that is not an integer."""
    if value[0] == "number":
        return not isinstance(value[1], int)
    return value[0] in {"list", "struct"} and any(inexact(item) for item in value[1:])


def kind(value: Cell) -> str:
    """Return what a cell is, as a student would call it: ``numbers``, ``dates``."""
    return _KINDS.get(value[0], str(value[0]))


def _number(value: float) -> Cell:
    return ("number", "nan") if math.isnan(value) else ("number", value)


def _decimal(digits: str) -> Cell:
    try:
        return ("number", Decimal(digits))
    except InvalidOperation:
        return ("unknown", digits)


def _close_numbers(one: Any, other: Any, tolerance: float) -> bool:
    if isinstance(one, str) or isinstance(other, str) or (isinstance(one, int) and isinstance(other, int)):
        return False
    try:
        a, b = float(one), float(other)
    except OverflowError:
        return False
    if math.isinf(a) or math.isinf(b):
        return a == b
    return abs(a - b) <= tolerance * max(1.0, abs(a), abs(b))
