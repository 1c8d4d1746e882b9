"""The answer grammar: what a student types, read into commands. The README beside it has examples.

A script is a list of lines. A line is commands joined by ``;``, ``&&``, ``||`` and ``|``, each with words and
redirections (``>``, ``>>``, ``<``, ``2>``, ``2>>``, ``2>&1``, ``>&2``) and here-documents (``<<END``, whose text
follows up to a line that is exactly ``END``). Words know single and double quotes, backslash escapes, ``$?``,
``$NAME``, ``${NAME}``, ``~`` and the globs ``*``, ``?`` and ``[…]``; with ``<<'END'`` the text of a here-document is
taken as it stands. A here-document whose name begins with ``EDITOR`` is the text for an editor that the command opens.
``#`` at the beginning of a word starts a comment; ``!`` means nothing.

Nothing else of the shell is there: no substitution, no functions, no loops, no background jobs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gitquest_kernel.errors import AnswerSyntaxError
from gitquest_kernel.sandbox.assemble import assemble
from gitquest_kernel.sandbox.script import (
    Command,
    HereDocument,
    Incomplete,
    Line,
    Part,
    Pipeline,
    Redirect,
    Word,
)
from gitquest_kernel.sandbox.tokens import logical_row, tokens

__all__ = [
    "LONGEST",
    "Command",
    "HereDocument",
    "Incomplete",
    "Line",
    "Part",
    "Pipeline",
    "Redirect",
    "Word",
    "parse",
]

LONGEST = 1_000_000
"""How many characters an answer may have."""


def parse(text: str) -> list[Line]:
    """Read a script.

    Raises
    ------
    Incomplete
        It ends inside a quote or a here-document.
    AnswerSyntaxError
        A line is not in the grammar; the error names its number and what to write instead.
    """
    if len(text) > LONGEST:
        raise AnswerSyntaxError(
            f"the answer is {len(text):,} characters long, and the longest that is read has {LONGEST:,}",
            remedy="Answers are commands; take what is not one away.",
        )
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise AnswerSyntaxError(
            "half of a character is missing", where=f"line {line}", remedy="Type it anew."
        ) from None
    return list(_lines(text.split("\n")))


def _lines(rows: list[str]) -> Iterator[Line]:
    position = 0
    while position < len(rows):
        start = position
        row, position = logical_row(rows, position)
        pipelines = assemble(tokens(row, start + 1), start + 1)
        if "<<" in row:
            filled: list[Pipeline] = []
            for pipeline in pipelines:
                commands: list[Command] = []
                for command in pipeline.commands:
                    documents, position = _documents(command.documents, rows, position, start + 1)
                    commands.append(replace(command, documents=documents))
                filled.append(replace(pipeline, commands=tuple(commands)))
            pipelines = filled
        if pipelines:
            yield Line(start + 1, "\n".join(rows[start:position]).strip("\n"), tuple(pipelines))


def _documents(
    wanted: tuple[HereDocument, ...], rows: list[str], position: int, line: int
) -> tuple[tuple[HereDocument, ...], int]:
    documents: list[HereDocument] = []
    for document in wanted:
        text, position = _document(rows, position, document.name, line)
        documents.append(replace(document, text=text))
    return tuple(documents), position


def _document(rows: list[str], position: int, name: str, line: int) -> tuple[str, int]:
    for end in range(position, len(rows)):
        if rows[end].rstrip("\r") == name:
            return "".join(f"{row}\n" for row in rows[position:end]), end + 1
    raise Incomplete(
        f"the here-document {name} has no end",
        where=f"line {line}",
        remedy=f"Put {name} on a line of its own after the text.",
    )
