"""The answer grammar: what a student types, read into commands.

A script is a list of lines. A line is commands joined by ``;``, ``&&``, ``||`` and ``|``, each with words and
redirections (``>``, ``>>``, ``<``, ``2>&1``, ``2>``) and here-documents (``<<END``, whose text follows up to a line
that is exactly ``END``). Words know single and double quotes, backslash escapes, ``$?``, ``$NAME`` and the globs ``*``,
``?`` and ``[…]``; with ``<<'END'`` the text of a here-document is taken as it stands. A here-document whose name begins
with ``EDITOR`` is the text for an editor that the command opens. ``#`` at the beginning of a word starts a comment.

Nothing else of the shell is there: no substitution, no functions, no loops, no background jobs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from gitquest_kernel.errors import AnswerSyntaxError

__all__ = ["Command", "HereDocument", "Incomplete", "Line", "Part", "Pipeline", "Redirect", "Word", "parse"]

Part = tuple[str, bool, bool]
"""A piece of a word: its text, whether variables are expanded in it, whether it was quoted."""


class Incomplete(AnswerSyntaxError):
    """The text ends inside a quote or a here-document: more lines may follow."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, in pieces, so that quoting still counts when it is expanded."""

    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The word without its quotes, before expansion."""
        return "".join(text for text, _, _ in self.parts)


@dataclass(frozen=True, slots=True)
class Redirect:
    """``operator`` is one of ``>``, ``>>``, ``<``, ``2>``, ``2>>`` and ``2>&1`` (which has no target)."""

    operator: str
    target: Word | None


@dataclass(frozen=True, slots=True)
class HereDocument:
    """A text for standard input, or for an editor when its name begins with ``EDITOR``."""

    name: str
    text: str = ""
    literal: bool = False

    @property
    def for_editor(self) -> bool:
        """Whether the text is for an editor that git opens."""
        return self.name.startswith("EDITOR")


@dataclass(frozen=True, slots=True)
class Command:
    """One program and what it is given."""

    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...] = ()
    documents: tuple[HereDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands joined by ``|``, and what joins the pipeline to the one before it."""

    commands: tuple[Command, ...]
    joined: Literal[";", "&&", "||"] = ";"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a script with its here-documents.

    Parameters
    ----------
    number
        Its place in the script, from 1.
    source
        The line as written, here-documents included.
    """

    number: int
    source: str
    pipelines: tuple[Pipeline, ...]

    @property
    def head(self) -> str:
        """The line as written, without its here-documents."""
        return self.source.split("\n", 1)[0].strip()


_TOKEN = re.compile(
    r"""(?P<space>[ \t]+)|(?P<op>2>&1|2>>|2>|&&|\|\||>>|<<|[;|<>&])|(?P<single>'[^']*')|(?P<double>"(?:\\.|[^"\\])*")
    |(?P<escape>\\.)|(?P<plain>[^\s;|<>&'"\\]+)""",
    re.VERBOSE | re.DOTALL,
)
_UNSUPPORTED = {"&": "running a command in the background", "(": "a subshell", "`": "command substitution"}


def parse(text: str) -> list[Line]:
    """Read a script.

    Raises
    ------
    Incomplete
        It ends inside a quote or a here-document.
    AnswerSyntaxError
        A line is not in the grammar; the error names its number and what to write instead.
    """
    return list(_lines(text.split("\n")))


def _lines(rows: list[str]) -> Iterator[Line]:
    position = 0
    while position < len(rows):
        start = position
        row, position = _logical_row(rows, position)
        pipelines = _pipelines(row, start + 1)
        filled: list[Pipeline] = []
        for pipeline in pipelines:
            commands: list[Command] = []
            for command in pipeline.commands:
                documents: list[HereDocument] = []
                for document in command.documents:
                    body, position = _document(rows, position, document.name, start + 1)
                    documents.append(replace(document, text=body))
                commands.append(replace(command, documents=tuple(documents)))
            filled.append(replace(pipeline, commands=tuple(commands)))
        if filled:
            yield Line(start + 1, "\n".join(rows[start:position]).strip("\n"), tuple(filled))


def _logical_row(rows: list[str], position: int) -> tuple[str, int]:
    """Join rows while a quote is open or the row ends in a backslash."""
    row = rows[position].rstrip("\r")
    first = position
    position += 1
    while _is_open(row):
        if position == len(rows):
            raise Incomplete("a quote is not closed", where=f"line {first + 1}", remedy="Add the closing quote.")
        joint = "" if row.endswith("\\") and not _in_quote(row) else "\n"
        row = (row[:-1] if joint == "" else row) + joint + rows[position].rstrip("\r")
        position += 1
    return row, position


def _in_quote(row: str) -> bool:
    quote, escaped, word_begins = "", False, True
    for character in row:
        if escaped:
            escaped = False
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "#" and word_begins:
            return False
        word_begins = character in " \t;|&" and not quote
    return bool(quote)


def _is_open(row: str) -> bool:
    trailing = len(row) - len(row.rstrip("\\"))
    return _in_quote(row) or (trailing % 2 == 1 and not row.lstrip().startswith("#"))


def _document(rows: list[str], position: int, name: str, line: int) -> tuple[str, int]:
    for end in range(position, len(rows)):
        if rows[end].rstrip("\r") == name:
            return "".join(f"{row}\n" for row in rows[position:end]), end + 1
    raise Incomplete(
        f"the here-document {name} has no end",
        where=f"line {line}",
        remedy=f"Put {name} on a line of its own after the text.",
    )


def _tokens(row: str, line: int) -> Iterator[tuple[str, str]]:
    position, fresh = 0, True
    while position < len(row):
        if fresh and row[position] == "#":
            return
        match = _TOKEN.match(row, position)
        if not match:
            if row[position] == "\n":
                position, fresh = position + 1, True
                yield "space", "\n"
                continue
            raise AnswerSyntaxError(f"{row[position]!r} is not understood here", where=f"line {line}")
        kind = str(match.lastgroup)
        fresh = kind in {"space", "op"}
        position = match.end()
        yield kind, match.group()


def _pipelines(row: str, line: int) -> list[Pipeline]:
    reader = _Reader(line)
    for kind, text in _tokens(row, line):
        reader.feed(kind, text)
    return reader.finish()


class _Reader:
    """Collect tokens into words, words into commands, commands into pipelines."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.parts: list[Part] = []
        self.words: list[Word] = []
        self.redirects: list[Redirect] = []
        self.documents: list[HereDocument] = []
        self.pending: str | None = None
        self.commands: list[Command] = []
        self.pipelines: list[Pipeline] = []
        self.joined: Literal[";", "&&", "||"] = ";"

    def feed(self, kind: str, text: str) -> None:
        match kind:
            case "space":
                self._end_word()
            case "op":
                self._operator(text)
            case "single":
                self.parts.append((text[1:-1], False, True))
            case "double":
                self._double(text[1:-1])
            case "escape":
                self.parts.append((text[1], False, True))
            case _:
                self._plain(text)

    def _double(self, text: str) -> None:
        self._refuse_substitution(text)
        position = 0
        for match in re.finditer(r"\\([\\\"$`])", text):
            self.parts.append((text[position : match.start()], True, True))
            self.parts.append((match.group(1), False, True))
            position = match.end()
        self.parts.append((text[position:], True, True))

    def _plain(self, text: str) -> None:
        self._refuse_substitution(text)
        if "(" in text and not self.parts and not self.words:
            self._unsupported("(")
        self.parts.append((text, True, False))

    def _refuse_substitution(self, text: str) -> None:
        if "`" in text or "$(" in text:
            self._unsupported("`")

    def _unsupported(self, token: str) -> None:
        raise AnswerSyntaxError(
            f"{_UNSUPPORTED[token]} is not part of the answer grammar",
            where=f"line {self.line}",
            remedy="Write each command on a line of its own.",
        )

    def _operator(self, text: str) -> None:
        self._end_word()
        if text == "&":
            self._unsupported("&")
        if text in {">", ">>", "<", "2>", "2>>", "<<"}:
            self._expect_no_pending()
            self.pending = text
        elif text == "2>&1":
            self.redirects.append(Redirect(text, None))
        elif text == "|":
            self._end_command(text)
        else:
            self._end_pipeline(text)

    def _end_word(self) -> None:
        if not self.parts:
            return
        word = Word(tuple(self.parts))
        self.parts = []
        if self.pending == "<<":
            self.documents.append(HereDocument(word.text, literal=any(quoted for _, _, quoted in word.parts)))
        elif self.pending:
            self.redirects.append(Redirect(self.pending, word))
        else:
            self.words.append(word)
        self.pending = None

    def _expect_no_pending(self) -> None:
        if self.pending:
            name = "here-document's name" if self.pending == "<<" else "file name"
            raise AnswerSyntaxError(
                f"'{self.pending}' needs a {name}",
                where=f"line {self.line}",
                remedy=f"Write the {name} after it.",
            )

    def _end_command(self, before: str) -> None:
        self._end_word()
        self._expect_no_pending()
        if not self.words:
            if self.redirects or self.documents or before:
                raise AnswerSyntaxError(
                    f"there is no command before '{before}'" if before else "there is no command to redirect",
                    where=f"line {self.line}",
                    remedy="Begin with a command such as git, echo or cat.",
                )
            return
        self.commands.append(Command(tuple(self.words), tuple(self.redirects), tuple(self.documents)))
        self.words, self.redirects, self.documents = [], [], []

    def _end_pipeline(self, operator: str) -> None:
        self._end_command(operator)
        self.pipelines.append(Pipeline(tuple(self.commands), self.joined))
        self.commands = []
        self.joined = "&&" if operator == "&&" else "||" if operator == "||" else ";"

    def finish(self) -> list[Pipeline]:
        self._end_word()
        if self.words or self.redirects or self.documents or self.pending:
            self._end_command("")
        elif self.commands or self.joined != ";":
            raise AnswerSyntaxError(
                "the line ends where a command should follow",
                where=f"line {self.line}",
                remedy="Add the command, or take the last '|', '&&' or '||' away.",
            )
        if self.commands:
            self.pipelines.append(Pipeline(tuple(self.commands), self.joined))
        return self.pipelines
