"""What a cell may hold besides Python: lines of git, and ``%%quest`` without a body."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Callable, Sequence
from typing import Any

from IPython.core.inputtransformer2 import TokenTransformBase, assemble_continued_line, find_end_of_continued_line

__all__ = ["GitLines", "keep_bodiless", "point_out_misplaced", "quote_quests"]

_PYTHON_OPERATORS = frozenset({"and", "if", "in", "is", "not", "or"})
_BODILESS = ("%%quest", "%%playground")
_QUEST = re.compile(r"%%quest[ \t]+(\S+)")
_UNQUOTED = re.compile(r"([ \t]*grade\([ \t]*)([a-z0-9]+(?:-[a-z0-9]+)+)([ \t]*\)\s*)")
_SKIPPED = frozenset({tokenize.INDENT, tokenize.DEDENT, tokenize.NL, tokenize.COMMENT})

Lines = list[str]
Transform = Callable[[Lines], Lines]


def keep_bodiless(lines: Lines) -> Lines:
    """Give a cell that is only ``%%quest id`` a blank body, which IPython would refuse to be empty."""
    if lines and lines[0].startswith(_BODILESS) and not any(line.strip() for line in lines[1:]):
        return [lines[0].rstrip("\n") + "\n", "\n"]
    return lines


def point_out_misplaced(lines: Lines) -> Lines:
    """Make a cell with ``%%quest`` below its first line say so, instead of running the commands as Python."""
    if lines and not lines[0].startswith("%%"):
        for line in lines:
            if match := _QUEST.match(line):
                return [f"get_ipython().run_line_magic('quest', {match.group(1)!r})\n"]
            if line.strip() and not line.lstrip().startswith("#"):
                break
    return lines


def quote_quests(lines: Lines) -> Lines:
    """Read ``grade(first-commit)`` as ``grade("first-commit")``: a quest's id is no difference of variables."""
    if lines and lines[0].startswith("%%"):
        return lines
    return [_UNQUOTED.sub(r'\1"\2"\3', line) if _UNQUOTED.fullmatch(line) else line for line in lines]


class GitLines(TokenTransformBase):  # type: ignore[misc]
    """Turn statements that begin with ``git`` and a word into calls of the playground.

    Neighbouring lines become one script, so that its output can name each command. Strings, assignments such as
    ``git = 3`` and every other use of the name stay Python. Nothing is expanded in the command.
    """

    priority = 5

    @classmethod
    def find(cls, tokens_by_line: Sequence[Sequence[tokenize.TokenInfo]]) -> GitLines | None:
        """Return a transformer for the first git statement, or None."""
        for line in tokens_by_line:
            if (start := _git_statement(line)) is not None:
                return cls(start)
        return None

    def transform(self, lines: Lines) -> Lines:
        """Replace the block of git lines that begins here."""
        commands: list[str] = []
        first = end = self.start_line
        start: tuple[int, int] | None = (first, self.start_col)
        while start is not None:
            end = find_end_of_continued_line(lines, start[0])
            commands.append(assemble_continued_line(lines, start, end).strip())
            start = _next_git_line(lines, end + 1, self.start_col)
        call = (
            f"get_ipython().run_cell_magic('playground', '', {chr(10).join(commands)!r})\n"
            if len(commands) > 1
            else f"get_ipython().run_line_magic('git', {commands[0].removeprefix('git').strip()!r})\n"
        )
        blank = ["\n"] * (end - first)
        return [*lines[:first], lines[first][: self.start_col] + call, *blank, *lines[end + 1 :]]


def _git_statement(line: Sequence[Any]) -> tuple[int, int] | None:
    tokens = [token for token in line if token.type not in _SKIPPED]
    if len(tokens) < 2 or tokens[0].string != "git" or tokens[0].type != tokenize.NAME:
        return None
    name, following = tokens[0], tokens[1]
    if following.start[0] != name.end[0] or following.start[1] == name.end[1]:
        return None
    if following.type == tokenize.NAME and following.string not in _PYTHON_OPERATORS:
        return (name.start[0], name.start[1])
    option = len(tokens) > 2 and tokens[2].start == following.end and tokens[2].type != tokenize.NUMBER
    if following.string == "-" and option:
        return (name.start[0], name.start[1])
    return None


def _next_git_line(lines: Lines, number: int, column: int) -> tuple[int, int] | None:
    """Return where the next line of the same block begins: blank lines and comments do not end it."""
    while number < len(lines) and (not lines[number].strip() or lines[number].lstrip().startswith("#")):
        number += 1
    if number == len(lines) or not lines[number][column:].startswith("git "):
        return None
    if lines[number][:column].strip() or not re.match(
        r"git\s+(-\S|(?!(and|if|in|is|not|or)\b)[a-z])", lines[number][column:]
    ):
        return None
    return (number, column)
