"""Make any text safe and short enough for one line of a drawing, and numbers short."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["cells", "clean", "fit", "number"]

_KEPT_FORMAT = "\u200c\u200d"
_LONGEST = 4_000
_PILE = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{3})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)


def clean(text: str) -> str:
    """Return one line that shows what a hostile text would hide.

    Control characters become their pictures (``␛``), bidirectional overrides, other invisible formatting and
    what XML forbids become ``�``, tabs and line breaks spaces; marks piled on one letter are cut off.

    Examples
    --------
    >>> clean("one\\ttwo\\x1b[31m")
    'one two␛[31m'
    """
    line = text[:_LONGEST]
    if not line.isprintable():
        line = "".join(map(_visible, line))
    return (line if line.isascii() else _PILE.sub(r"\1", line)).strip()


def cells(text: str) -> int:
    """Count a text's columns in a monospaced font: wide characters have two, combining marks none."""
    return len(text) if text.isascii() else sum(_width(character) for character in text)


def fit(text: str, width: int) -> str:
    """Clean a text and cut it to a number of columns, with an ellipsis where something is missing."""
    line = clean(text)
    if cells(line) <= width and len(line) <= 4 * width:
        return line
    kept, used = [], 1
    for character in line[: 4 * width]:
        used += _width(character)
        if used > width:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def number(value: float) -> str:
    """Write a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def _visible(character: str) -> str:
    if " " <= character <= "~":
        return character
    if character in "\t\n\r\v\f\x85\u2028\u2029":
        return " "
    if character < " ":
        return chr(0x2400 + ord(character))
    if character == "\x7f":
        return "␡"
    category = unicodedata.category(character)
    hidden = category in {"Cc", "Cf", "Cs", "Cn", "Co"} and character not in _KEPT_FORMAT
    return "�" if hidden else character


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
