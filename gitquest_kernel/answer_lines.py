"""The lines of a saved answer: commands that run, and between them the remarks that do not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gitquest_kernel.errors import AnswerSyntaxError
from gitquest_kernel.sandbox import Incomplete, parse

__all__ = ["AnswerLines", "commented", "read_lines", "without_prompt"]

_PROMPT = re.compile(r"[ \t]*\$[ \t]+(?=\S)")
_HERE_DOCUMENT = re.compile(r"<<[ \t]*['\"]?(\w+)")


@dataclass(frozen=True)
class AnswerLines:
    """An answer that can be run, whatever it was read from.

    Parameters
    ----------
    commands
        Each with its here-documents.
    remarks
        The comment lines before each command, and last those after all of them: one more than the commands.
    refused
        What was not in the grammar and has become a remark, each with what is wrong with it.
    """

    commands: tuple[str, ...]
    remarks: tuple[tuple[str, ...], ...]
    refused: tuple[tuple[str, AnswerSyntaxError], ...] = ()

    @property
    def text(self) -> str:
        """The answer as it is saved."""
        rows = [row for before, command in zip(self.remarks, self.commands, strict=False) for row in (*before, command)]
        return "".join(f"{row}\n" for row in (*rows, *self.remarks[-1]))


def commented(command: str) -> tuple[str, ...]:
    """Return a command that does not run as the remarks that keep it."""
    return tuple(f"# refused: {row}" for row in command.split("\n"))


def without_prompt(row: str) -> str:
    """Return a row without the ``$`` that came along when it was copied from a page."""
    return _PROMPT.sub("", row, count=1) if _PROMPT.match(row) else row


def read_lines(text: str) -> AnswerLines:
    """Read any text as an answer: what is not in the grammar stays as a remark, and everything else is read."""
    commands: list[str] = []
    remarks: list[list[str]] = [[]]
    refused: list[tuple[str, AnswerSyntaxError]] = []
    for rows, problem in _pieces(text.replace("\r\n", "\n").split("\n")):
        source = "\n".join(rows)
        if problem:
            refused.append((source, problem))
            remarks[-1] += commented(source)
        elif source.lstrip().startswith("#"):
            remarks[-1].append(source)
        elif source.strip():
            commands.append(source.strip("\n"))
            remarks.append([])
    return AnswerLines(tuple(commands), tuple(map(tuple, remarks)), tuple(refused))


def _pieces(rows: Sequence[str]) -> Iterator[tuple[Sequence[str], AnswerSyntaxError | None]]:
    """Yield the rows of one command, one comment or one mistake after the other."""
    position = 0
    while position < len(rows):
        first = without_prompt(rows[position])
        end, problem = _end(first, rows, position)
        yield [first, *rows[position + 1 : end]], problem
        position = end


def _end(first: str, rows: Sequence[str], position: int) -> tuple[int, AnswerSyntaxError | None]:
    """Return where the piece ends that begins at a position, and what is wrong with it."""
    end = position + 1
    while True:
        begun = "\n".join([first, *rows[position + 1 : end]])
        try:
            parse(begun)
        except Incomplete as error:
            if end == len(rows):
                return end, error
            end = max(end + 1, _document_end(begun, rows, end)) if "here-document" in error.problem else end + 1
        except AnswerSyntaxError as error:
            # The text of its here-document is not to be run as commands.
            return _document_end(begun, rows, end), error
        else:
            return end, None


def _document_end(begun: str, rows: Sequence[str], end: int) -> int:
    """Return where the here-documents end that a command names; the same place when they have no end."""
    for name in _HERE_DOCUMENT.findall(begun):
        if name in rows[end:]:
            end = rows.index(name, end) + 1
    return end
