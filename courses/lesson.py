"""Split the text of a lesson into prose, demonstrations and the places of its quests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from gitquest_kernel.errors import BuildError
from gitquest_kernel.quest import LoadedLesson

__all__ = ["Demonstration", "Part", "Prose", "QuestPlace", "parts"]


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown that becomes one cell; ``line`` is where it begins in lesson.md."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A ``{code-cell}`` fence: code that the lesson runs, verbatim."""

    line: int
    source: str


@dataclass(frozen=True, slots=True)
class QuestPlace:
    """A ``{quest}`` fence: where the quest of this id stands in the lesson."""

    line: int
    quest: str


Part = Prose | Demonstration | QuestPlace


def parts(lesson: LoadedLesson) -> tuple[Part, ...]:
    """Split a lesson's body in reading order.

    A heading of level 1 or 2, or a line ``+++``, begins a new piece of prose.

    Raises
    ------
    BuildError
        A fence is never closed or stands inside a list; a quest is unknown, placed twice or never.
    """
    found = tuple(_Splitter(lesson).split())
    _check_places(lesson, [part for part in found if isinstance(part, QuestPlace)])
    return found


class _Splitter:
    """One pass over the body, guided by markdown-it's block tokens."""

    def __init__(self, lesson: LoadedLesson) -> None:
        self._lines = lesson.body.split("\n")
        self._file = lesson.path / "lesson.md"
        self._first = lesson.body_line
        self._tokens = MarkdownIt("commonmark").parse(lesson.body)

    def split(self) -> Iterator[Part]:
        """Yield each part in order."""
        fences = [token for token in self._tokens if token.type == "fence"]
        places: dict[int, tuple[Token, int]] = {}
        covered: set[int] = set()
        for token in fences:
            start, end = self._closed(token)
            covered.update(range(start, end))
            if token.info.strip().startswith(("{quest}", "{code-cell}")):
                places[start] = (token, end)
        breaks = self._breaks(covered)
        begin = number = 0
        while number < len(self._lines):
            if number in places:
                token, end = places[number]
                yield from self._prose(begin, number)
                yield self._part(token, number)
                begin = number = end
            elif number in breaks:
                yield from self._prose(begin, number)
                begin = number + breaks[number]
                number += 1
            else:
                number += 1
        yield from self._prose(begin, len(self._lines))

    def _breaks(self, covered: set[int]) -> dict[int, int]:
        """Map each line that begins a cell to the number of lines to leave out there."""
        headings = {
            token.map[0]: 0
            for token in self._tokens
            if token.type == "heading_open" and token.tag in {"h1", "h2"} and token.level == 0 and token.map
        }
        rules = {
            number: 1 for number, line in enumerate(self._lines) if line.rstrip() == "+++" and number not in covered
        }
        return headings | rules

    def _prose(self, begin: int, end: int) -> Iterator[Prose]:
        while begin < end and not self._lines[begin].strip():
            begin += 1
        text = "\n".join(self._lines[begin:end]).rstrip()
        if text:
            yield Prose(begin + self._first, text)

    def _closed(self, token: Token) -> tuple[int, int]:
        start, end = token.map or [0, 0]
        last = self._lines[end - 1].lstrip(" \t>").rstrip()
        if end - start < 2 or set(last) != {token.markup[0]} or len(last) < len(token.markup):
            raise BuildError(
                f"the fence {token.markup}{token.info} is never closed",
                where=self._where(start),
                remedy=f"Put {token.markup} on a line of its own after it.",
            )
        return start, end

    def _part(self, token: Token, start: int) -> Part:
        if token.level > 0:
            raise BuildError(
                f"the fence {token.info.strip()} stands inside a list or a quotation",
                where=self._where(start),
                remedy="Begin it at the left margin, after a blank line.",
            )
        directive, _, rest = token.info.strip().partition("}")
        if directive == "{code-cell":
            if not token.content.strip():
                raise BuildError(
                    "this {code-cell} is empty",
                    where=self._where(start),
                    remedy="Write its code, or take it out.",
                )
            return Demonstration(start + self._first, token.content.rstrip("\n"))
        if not rest.strip() or token.content.strip():
            raise BuildError(
                "a {quest} fence names one quest and has an empty body",
                where=self._where(start),
                remedy="Write ```{quest} the-id, then ``` on the next line.",
            )
        return QuestPlace(start + self._first, rest.strip())

    def _where(self, number: int) -> str:
        return f"{self._file}:{number + self._first}"


def _check_places(lesson: LoadedLesson, places: list[QuestPlace]) -> None:
    file = lesson.path / "lesson.md"
    known = {quest.id for quest in lesson.quests}
    seen: dict[str, int] = {}
    for place in places:
        if place.quest not in known:
            raise BuildError(
                f"there is no quest '{place.quest}' in this folder",
                where=f"{file}:{place.line}",
                remedy=f"Mend the name, or write {place.quest}.yaml. "
                f"The folder has: {', '.join(sorted(known)) or 'no quest'}.",
            )
        if place.quest in seen:
            raise BuildError(
                f"the quest '{place.quest}' is placed twice, first on line {seen[place.quest]}",
                where=f"{file}:{place.line}",
                remedy="Take one of the two out.",
            )
        seen[place.quest] = place.line
    if missing := sorted(known - set(seen)):
        raise BuildError(
            f"the quest '{missing[0]}' is never placed",
            where=f"{lesson.path / (missing[0] + '.yaml')}:1",
            remedy=f"Put it into {file.name} with ```{{quest}} {missing[0]}, or move the file away.",
        )
