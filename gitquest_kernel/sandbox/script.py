"""A script as values: lines of pipelines of commands, each with words, redirections and here-documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gitquest_kernel.errors import AnswerSyntaxError

__all__ = ["Command", "HereDocument", "Incomplete", "Joint", "Line", "Part", "Pipeline", "Redirect", "Word"]

Part = tuple[str, bool, bool]
"""A piece of a word: its text, whether variables are expanded in it, whether it was quoted."""
Joint = Literal[";", "&&", "||"]


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
    """``operator`` is one of ``>``, ``>>``, ``<``, ``2>``, ``2>>``, and ``2>&1`` and ``>&2``, which have no target."""

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
    joined: Joint = ";"


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
