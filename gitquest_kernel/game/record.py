"""A record is what was judged, once; quest facts are what a course says that is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property

from gitquest_kernel.game.badges import Badge
from gitquest_kernel.game.rules import HELD, PASS_MARK, share

__all__ = ["QuestFacts", "QuestKey", "Record", "Rulebook", "latest"]

QuestKey = tuple[str, str]
"""Course and quest."""


@dataclass(frozen=True, slots=True)
class Record:
    """A verdict, as it stood when it was recorded; nothing ever changes it.

    Parameters
    ----------
    id
        Names this record for good; the same record written twice has the same id.
    digest
        The version of the quest that judged the answer.
    submission
        When the work was handed in (ISO 8601, UTC), or empty: what tells one submission from the next.
    revision
        0 for the first verdict on a submission, then one more for each regrade that changed it.
    run
        The award run that wrote it.
    points, max_points
        After manual grading and before any late penalty.
    commands
        The number of commands in a git answer.
    hints
        Hints opened, by the student's own account; None when there is none.
    submitted_at, judged_at
        ISO 8601, UTC.
    manual
        Whether an instructor gave points by hand.
    """

    id: str
    course: str
    student: str
    assignment: str
    quest: str
    digest: str
    submission: str
    revision: int
    run: str
    points: float
    max_points: float
    outcome: str
    commands: int | None
    hints: int | None
    submitted_at: str | None
    judged_at: str
    manual: bool = False

    @property
    def key(self) -> QuestKey:
        """The quest, with its course."""
        return self.course, self.quest

    @property
    def held(self) -> bool:
        """Whether an instructor has to look first; until then it counts for nothing."""
        return self.outcome in HELD

    @property
    def attempted(self) -> bool:
        """Whether there was an answer."""
        return self.outcome != "not_attempted"

    @property
    def share(self) -> Fraction:
        """The share of the points that was earned."""
        return share(self.points, self.max_points)

    @property
    def passed(self) -> bool:
        """Whether the points pass the quest."""
        return self.share >= PASS_MARK

    @property
    def day(self) -> date | None:
        """The day (UTC) on which it was handed in."""
        return datetime.fromisoformat(self.submitted_at).date() if self.submitted_at else None


@dataclass(frozen=True, slots=True)
class QuestFacts:
    """What the rules of the game need to know of a quest."""

    course: str
    quest: str
    xp: int
    title: str = ""
    chapter: str = ""
    skills: Mapping[str, int] = field(default_factory=dict)
    par: int | None = None
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rulebook:
    """Everything besides the records that decides on rewards.

    Parameters
    ----------
    quests
        The quests of the courses as they are now.
    released
        Versions by (course, quest, digest): an answer to one of these is worth what it was worth then.
    badges
        Badges that look at all courses together.
    course_badges
        Badges of a course's own, which look at that course alone.
    """

    quests: Mapping[QuestKey, QuestFacts]
    badges: tuple[Badge, ...] = ()
    course_badges: Mapping[str, tuple[Badge, ...]] = field(default_factory=dict)
    released: Mapping[tuple[str, str, str], QuestFacts] = field(default_factory=dict)

    def facts(self, record: Record) -> QuestFacts | None:
        """Return the facts of the version that a record judged, else of the quest as it is now."""
        return self.released.get((*record.key, record.digest)) or self.quests.get(record.key)

    @cached_property
    def chapters(self) -> dict[QuestKey, frozenset[QuestKey]]:
        """The quests of each chapter, by course and chapter."""
        found: dict[QuestKey, set[QuestKey]] = {}
        for key, facts in self.quests.items():
            found.setdefault((facts.course, facts.chapter), set()).add(key)
        return {chapter: frozenset(quests) for chapter, quests in found.items()}

    @cached_property
    def courses(self) -> dict[str, frozenset[QuestKey]]:
        """The quests of each course."""
        found: dict[str, set[QuestKey]] = {}
        for key in self.quests:
            found.setdefault(key[0], set()).add(key)
        return {course: frozenset(quests) for course, quests in found.items()}


def latest(records: Iterable[Record]) -> dict[tuple[str, str, str, str], Record]:
    """Return the record that counts of each (student, course, quest, submission): the last that is not held.

    The order in which the records come does not matter, nor whether one comes twice.
    """
    found: dict[tuple[str, str, str, str], Record] = {}
    for record in records:
        key = (record.student, *record.key, record.submission)
        if not record.held and (key not in found or found[key].revision < record.revision):
            found[key] = record
    return found
