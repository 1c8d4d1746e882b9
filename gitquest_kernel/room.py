"""The student's room: one notebook's folder, its quests, and what was answered in this session."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from gitquest_kernel.errors import QuestNotFound
from gitquest_kernel.events import EventLog

if TYPE_CHECKING:
    from gitquest_kernel.answers import Answer
    from gitquest_kernel.checks import Verdict
    from gitquest_kernel.quest import Quest

__all__ = ["OpenPanel", "Room", "course_of"]

_ASSIGNMENT = re.compile(
    r"(?P<course>[a-z0-9]+(?:-[a-z0-9]+)*?)-(?:\d{2,}|crisis|duel|quiz|speed|speed-run|boss|project)-.+"
)


class OpenPanel(Protocol):
    """A quest's panel, as far as the room knows it."""

    def shut(self) -> None:
        """End the panel, because its quest was opened again."""


def course_of(assignment: str) -> str | None:
    """Return the course in an assignment's name: ``git-01-first-repository`` belongs to ``git``."""
    match = _ASSIGNMENT.fullmatch(assignment)
    return match["course"] if match else None


class Room:
    """Where a student works: the quests beside the notebook and the answers given.

    Parameters
    ----------
    folder
        The notebook's folder; quests are read from ``folder/quests``, answers kept in ``folder/answers``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.events = EventLog(folder, course_of(folder.name))
        self.bodies: dict[str, str] = {}
        self.panels: dict[str, OpenPanel] = {}
        self.database: Any = None
        self._quests: dict[str, tuple[float, Quest]] = {}
        self._started: set[str] = set()
        self._passed: set[str] = set()

    @property
    def quest_ids(self) -> tuple[str, ...]:
        """The quests that this lesson has, sorted."""
        return tuple(sorted(path.stem for path in (self.folder / "quests").glob("*.json")))

    def quest(self, quest_id: str) -> Quest:
        """Return the student's copy of a quest.

        Raises
        ------
        QuestNotFound
            No such file; the message names the quests that exist.
        CourseError
            The file is not a quest.
        """
        from gitquest_kernel.quest import read_public

        path = self.folder / "quests" / f"{quest_id}.json"
        if quest_id not in self.quest_ids:
            raise QuestNotFound(f"there is no quest '{quest_id}' here", remedy=self._which(quest_id))
        changed = path.stat().st_mtime
        known = self._quests.get(quest_id)
        if known is None or known[0] != changed:
            self._quests[quest_id] = (changed, read_public(path))
        return self._quests[quest_id][1]

    def quests(self) -> tuple[Quest, ...]:
        """Return every quest of the lesson, in the order of their ids."""
        return tuple(self.quest(quest_id) for quest_id in self.quest_ids)

    def answer(self, quest: Quest) -> Answer:
        """Return the answer that counts now: the cell's body as last run, else the one saved beside the notebook."""
        from gitquest_kernel.answers import find_answer

        return find_answer(quest, self.bodies.get(quest.id), self.folder, quest.digest)

    def saved(self, quest: Quest) -> Answer:
        """Return the answer that the quest's panel has saved, whatever the cell holds."""
        from gitquest_kernel.answers import find_answer

        return find_answer(quest, None, self.folder, quest.digest)

    def overruled(self, quest: Quest) -> str:
        """Return a warning when the cell's commands count while the panel holds another answer, else nothing."""
        counts, kept = self.answer(quest), self.saved(quest)
        if counts.source != "cell" or kept.empty or kept.shown == counts.shown:
            return ""
        return (
            "The commands in the answer cell count, not those in the panel. "
            "To hand in the panel's, empty the cell below its first line and run it."
        )

    def judged(self, verdict: Verdict) -> None:
        """Log a verdict, and the quest as passed the first time it is."""
        by_result: dict[bool, list[str]] = {True: [], False: []}
        for check in verdict.checks:
            by_result[check.passed].append(check.name)
        self.events.write(
            "check_run",
            verdict.quest,
            points=verdict.points,
            max_points=verdict.max_points,
            passed=by_result[True],
            failed=by_result[False],
        )
        if verdict.outcome == "passed" and verdict.quest not in self._passed:
            self._passed.add(verdict.quest)
            self.events.write("quest_passed", verdict.quest, points=verdict.points)

    def started(self, quest: Quest) -> None:
        """Log a quest as started the first time it is opened in this session."""
        if quest.id not in self._started:
            self._started.add(quest.id)
            self.events.write("quest_started", quest.id)

    def _which(self, quest_id: str) -> str:
        ids = self.quest_ids
        if not ids:
            return f"No quests lie in {self.folder / 'quests'}: open the notebook in its own folder, as you got it."
        close = difflib.get_close_matches(quest_id, ids, 1)
        hint = f"Did you mean '{close[0]}'? " if close else ""
        return f"{hint}The quests of this lesson: {', '.join(ids)}."
