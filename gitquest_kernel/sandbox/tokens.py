"""Rows of text into logical rows, and logical rows into tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitquest_kernel.errors import AnswerSyntaxError
from gitquest_kernel.sandbox.script import Incomplete

__all__ = ["logical_row", "tokens"]

_TOKEN = re.compile(
    r"""(?P<space>[ \t\n]+)|(?P<op>2>&1|1?>&2|&>>?|2>>|2>|1>>|1>|&&|\|\||\|&|>>|<<<|<<-|<<|[;|<>&])
    |(?P<single>'[^']*')|(?P<double>"(?:\\.|[^"\\])*")|(?P<escape>\\.)|(?P<plain>[^ \t\n;|<>&'"\\]+)""",
    re.VERBOSE | re.DOTALL,
)
_OUTSIDE = re.compile(r"""['"\\]|(?:(?<=[ \t;|&<>])|^)\#""")
_IN_DOUBLE = re.compile(r'["\\]')
_TYPOGRAPHIC = {"\u00a0": "a space that does not break", "“": "a printer's quote", "”": "a printer's quote"}
_TYPOGRAPHIC |= {"‘": "a printer's quote", "’": "a printer's quote"}


def logical_row(rows: list[str], position: int) -> tuple[str, int]:
    """Join rows while a quote is open or a row ends in a backslash; return them and where the next begins.

    Raises
    ------
    Incomplete
        The rows end before that.
    """
    first, quote = position, ""
    pieces: list[str] = []
    while True:
        row = rows[position].rstrip("\r")
        position += 1
        quote, continues = _scan(row, quote)
        if continues:
            pieces.append(row[:-1])
        elif quote:
            pieces += (row, "\n")
        else:
            pieces.append(row)
            return "".join(pieces), position
        if position == len(rows):
            raise Incomplete(
                "a quote is not closed" if quote else "the line goes on after its backslash",
                where=f"line {first + 1}",
                remedy="Add the closing quote." if quote else "Write the rest, or take the backslash away.",
            )


def tokens(row: str, line: int) -> Iterator[tuple[str, str]]:
    """Yield kind and text of each token of a logical row, up to a comment.

    Raises
    ------
    AnswerSyntaxError
        Something in it cannot be typed in a terminal.
    """
    position, fresh = 0, True
    while position < len(row):
        if fresh and row[position] == "#":
            end = row.find("\n", position)
            if end < 0:
                return
            position = end
            continue
        match = _TOKEN.match(row, position)
        if not match:
            raise AnswerSyntaxError(f"{row[position]!r} is not understood here", where=f"line {line}")
        kind = str(match.lastgroup)
        text = match.group()
        if kind == "plain":
            _refuse_typography(text, line)
        if "\0" in text:
            raise AnswerSyntaxError("a command cannot hold a NUL byte", where=f"line {line}", remedy="Take it out.")
        fresh = kind in {"space", "op"}
        position = match.end()
        yield kind, text


def _refuse_typography(text: str, line: int) -> None:
    for character, name in _TYPOGRAPHIC.items():
        if text.startswith(character) or (character == "\u00a0" and character in text):
            meant = " " if character == "\u00a0" else '"' if character in "“”" else "'"
            raise AnswerSyntaxError(
                f"there is {name} in the line, as text processors make it",
                where=f"line {line}",
                remedy=f"Type a plain {meant!r} in its place.",
            )


def _scan(row: str, quote: str) -> tuple[str, bool]:
    """Return the quote that is open at the row's end, and whether its last backslash joins the next row to it."""
    position = 0
    while True:
        if quote == "'":
            end = row.find("'", position)
            if end < 0:
                return quote, False
            quote, position = "", end + 1
            continue
        match = (_IN_DOUBLE if quote else _OUTSIDE).search(row, position)
        if match is None or match.group() == "#":
            return quote, False
        position = match.end()
        if match.group() == "\\":
            if position == len(row):
                return quote, True
            position += 1
        else:
            quote = "" if quote else match.group()
