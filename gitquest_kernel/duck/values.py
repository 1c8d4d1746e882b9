"""DuckDB's values as JSON that keeps their type.

NULL, booleans, integers, finite doubles, text and lists are JSON's own. What JSON lacks is an object of one
key, which names the type: ``{"decimal": "1.50"}``, ``{"date": "2024-03-01"}``, ``{"struct": [["a", 1]]}``.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any
from uuid import UUID

__all__ = ["Json", "encode", "printed"]

Json = Any
"""A value that ``json.dumps`` takes; recursive, so no narrower type says more."""


MAX_DEPTH = 50


def encode(value: object, depth: int = 0) -> Json:
    """Return a value that DuckDB's Python client fetched as JSON that keeps its type.

    Lists, arrays and unnamed rows become lists; structs and maps become pairs in order. A timestamp with time
    zone is given in UTC.

    Raises
    ------
    ValueError
        Lists and structs stand in each other more than 50 deep.

    Examples
    --------
    >>> from decimal import Decimal
    >>> encode(Decimal("1.50")), encode(3), encode(float("nan"))
    ({'decimal': '1.50'}, 3, {'double': 'nan'})
    """
    if depth > MAX_DEPTH:
        raise ValueError(f"values are nested more than {MAX_DEPTH} deep")
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else {"double": str(value)}
        case Decimal():
            return {"decimal": format(value, "f")}
        case dt.datetime() if value.tzinfo is not None:
            return {"timestamptz": str(value.astimezone(dt.UTC))}
        case dt.datetime():
            return {"timestamp": str(value)}
        case dt.date():
            return {"date": str(value)}
        case dt.time():
            return {"time": str(value)}
        case dt.timedelta():
            return {"interval": str(value)}
        case bytes():
            return {"blob": value.hex()}
        case UUID():
            return {"uuid": str(value)}
        case list() | tuple():
            return [encode(item, depth + 1) for item in value]
        case dict():
            return {"struct": [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in value.items()]}
        case _:
            return {type(value).__name__.lower(): str(value)}


def printed(value: Json) -> str:
    """Return an encoded value as a student reads it: ``NULL``, ``true``, ``2024-03-01``, ``[1, 2]``.

    Examples
    --------
    >>> printed({"date": "2024-03-01"}), printed(None), printed([1, True])
    ('2024-03-01', 'NULL', '[1, true]')
    """
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case list():
            return f"[{', '.join(printed(item) for item in value)}]"
        case {"struct": list() as pairs}:
            return "{" + ", ".join(f"{printed(key)}: {printed(item)}" for key, item in pairs) + "}"
        case dict():
            return ", ".join(str(text) for text in value.values())
        case _:
            return str(value)
