"""Regular expressions of authors, on text that is not theirs."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

__all__ = ["LONGEST", "Regex", "search"]

LONGEST = 10_000
"""How many characters of a text are searched."""
_REPEAT = re.compile(r"[*+]|\{\d*,\d*\}")


def search(pattern: str, text: str) -> bool:
    """Tell whether a pattern is found in the first `LONGEST` characters of a text."""
    return re.search(pattern, text[:LONGEST]) is not None


def _checked(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"this is no regular expression: {error}") from None
    if _repeats_a_choice(pattern):
        raise ValueError("a group that repeats or chooses may not itself repeat: matching could take for ever")
    return pattern


def _repeats_a_choice(pattern: str) -> bool:
    """Tell whether a repeated group holds a repeat or an alternative, on which matching may take exponential time."""
    groups: list[bool] = [False]
    position = 0
    while position < len(pattern):
        char = pattern[position]
        if char == "\\":
            position += 2
            continue
        if char == "[":
            position = _after_class(pattern, position)
            continue
        if char == "(":
            groups.append(False)
        elif char == "|":
            groups[-1] = True
        elif char == ")" and len(groups) > 1:
            inner = groups.pop()
            if inner and _REPEAT.match(pattern, position + 1):
                return True
            groups[-1] |= inner
        elif _REPEAT.match(pattern, position):
            groups[-1] = True
        position += 1
    return False


def _after_class(pattern: str, position: int) -> int:
    position += 1 + pattern.startswith("^", position + 1)
    start = position
    while position < len(pattern) and (pattern[position] != "]" or position == start):
        position += 1 + (pattern[position] == "\\")
    return position + 1


Regex = Annotated[str, AfterValidator(_checked)]
"""A regular expression in Python's syntax; one that could take exponential time is refused."""
