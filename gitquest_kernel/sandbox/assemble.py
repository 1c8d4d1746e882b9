"""Tokens of one logical row into pipelines, and what to write instead of what the grammar lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NoReturn

from gitquest_kernel.errors import AnswerSyntaxError
from gitquest_kernel.sandbox.script import Command, HereDocument, Joint, Part, Pipeline, Redirect, Word

__all__ = ["assemble"]

_ONE_LINE_EACH = "Write each command on a line of its own."
_LACKING = {
    "&": ("running a command in the background", "Take the '&' away; join commands by '&&' or ';'."),
    "(": ("a subshell", f"{_ONE_LINE_EACH} A parenthesis that belongs to a word needs quotes: '(…)'."),
    ")": ("a parenthesis outside quotes", "Put the word that it belongs to into quotes: '(…)'."),
    "`": ("command substitution", f"{_ONE_LINE_EACH} A name or an id that a command prints can be typed as it stands."),
    "<<<": ("a here-string", "Write echo 'the text' | the command, or a here-document: <<'END', the text, END."),
    "<<-": ("a here-document that loses its tabs", "Write <<'END', the text without indentation, END."),
    "&>": ("'&>'", "Write > file 2>&1."),
    "&>>": ("'&>>'", "Write >> file 2>&1."),
    "|&": ("'|&'", "Write 2>&1 |."),
    "{": ("a list in braces", "Write each name out, with a space between them, or put the word into quotes."),
}
_WITH_TARGET = {">", ">>", "<", "2>", "2>>", "<<"}
_SAME = {"1>": ">", "1>>": ">>", "1>&2": ">&2"}
_BRACES = re.compile(r"(?<![@$])\{[^{}]*(?:,|\.\.)[^{}]*\}")
_ESCAPED = re.compile(r"\\([\\\"$`\n])")


def assemble(tokens: Iterable[tuple[str, str]], line: int) -> list[Pipeline]:
    """Return the pipelines of a row; its here-documents have no text yet.

    Raises
    ------
    AnswerSyntaxError
        The row is not in the grammar.
    """
    assembly = _Assembly(line)
    for kind, text in tokens:
        assembly.feed(kind, text)
    return assembly.finish()


class _Assembly:
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
        self.joined: Joint = ";"

    def feed(self, kind: str, text: str) -> None:
        match kind:
            case "space":
                self._end_word()
            case "op":
                self._operator(_SAME.get(text, text))
            case "single":
                self.parts.append((text[1:-1], False, True))
            case "double":
                self._double(text[1:-1])
            case "escape":
                if text[1] != "\n":
                    self.parts.append((text[1], False, True))
            case _:
                self._plain(text)

    def _double(self, text: str) -> None:
        position = 0
        for match in _ESCAPED.finditer(text):
            self._in_double(text[position : match.start()])
            self.parts.append((match[1].replace("\n", ""), False, True))
            position = match.end()
        self._in_double(text[position:])

    def _in_double(self, text: str) -> None:
        self._refuse_substitution(text)
        self.parts.append((text, True, True))

    def _plain(self, text: str) -> None:
        self._refuse_substitution(text)
        for token in "()":
            if token in text:
                self._lacks(token)
        if _BRACES.search(text):
            self._lacks("{")
        self.parts.append((text, True, False))

    def _refuse_substitution(self, text: str) -> None:
        if "`" in text or "$(" in text:
            self._lacks("`")

    def _lacks(self, token: str) -> NoReturn:
        what, remedy = _LACKING[token]
        raise AnswerSyntaxError(f"{what} is not part of the answer grammar", where=f"line {self.line}", remedy=remedy)

    def _operator(self, text: str) -> None:
        self._end_word()
        if text in _LACKING:
            self._lacks(text)
        if text in _WITH_TARGET:
            self._expect_no_pending()
            self.pending = text
        elif text in {"2>&1", ">&2"}:
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
