"""Frozen dataclasses as plain JSON data, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

__all__ = ["from_plain", "to_text"]

T = TypeVar("T")


def to_text(value: Any) -> str:
    """Return canonical JSON: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_members)


def from_plain(kind: type[T], data: Any) -> T:
    """Return a dataclass from what `to_text` wrote, parsed.

    Raises
    ------
    ValueError
        The data are not of that kind.
    """
    try:
        return cast(T, _reader(cast(Hashable, kind))(data))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"this is no {kind.__name__}: {error}") from error


def _members(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """Return what turns plain data into a value of one type; types are those that snapshots are made of."""
    origin, arguments = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        return _dataclass_reader(cast(type, kind))
    if origin in {Union, UnionType}:
        (inner,) = (_reader(argument) for argument in arguments if argument is not NoneType)
        return lambda data: None if data is None else inner(data)
    if origin is tuple and arguments[-1] is Ellipsis:
        item = _reader(arguments[0])
        return lambda data: tuple(item(part) for part in data)
    if origin is tuple:
        items = [_reader(argument) for argument in arguments]
        return lambda data: tuple(item(part) for item, part in zip(items, data, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        value = _reader(arguments[1])
        return lambda data: {str(key): value(part) for key, part in data.items()}
    return _exactly(kind)


def _dataclass_reader(kind: type) -> Callable[[Any], Any]:
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
    return lambda data: kind(**{name: readers[name](part) for name, part in data.items()})


def _exactly(kind: type) -> Callable[[Any], Any]:
    def read(data: Any) -> Any:
        if type(data) is not kind:
            raise TypeError(f"{data!r} is not {kind.__name__}")
        return data

    return read
