"""The students of a rehearsal: how able they are, when they hand in, what they answer."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from gitquest_kernel.quest import Quest

__all__ = ["REHEARSAL", "Attempt", "RehearsalStudent", "rehearsal_class"]

REHEARSAL = "rehearsal-"
"""How the id of each student of a rehearsal begins."""

FIRST_DAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""The Monday on which every rehearsal begins, so that the same seed always gives the same class."""
DAYS_A_LESSON = 3


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a student does about one quest.

    Parameters
    ----------
    text
        The answer, written as in a cell; "" when the student leaves the quest alone.
    missed
        For a wrong answer, the check that it fails.
    tries
        How often the student checked before handing in.
    hints
        How many hints were read.
    """

    quest: Quest
    text: str
    missed: str | None
    tries: int
    hints: int


@dataclass(frozen=True, slots=True)
class RehearsalStudent:
    """A student who does not exist.

    Parameters
    ----------
    ability
        The chance of solving a quest, from 0 to 1.
    lessons
        How many lessons the student hands in before giving up.
    late
        Whether lessons are handed in after the others'.
    keeps
        ``cell``: answers are typed into their cells; ``saved``: they are worked out in the panel, which keeps
        them under ``answers/``.
    """

    id: str
    seed: int
    ability: float
    lessons: int
    late: bool
    keeps: Literal["cell", "saved"]

    def attempts(self, quests: tuple[Quest, ...]) -> tuple[Attempt, ...]:
        """Draw an answer to each quest from its solutions, its wrong answers and silence."""
        return tuple(self._attempt(quest) for quest in quests)

    def handed_in(self, number: int) -> datetime:
        """Return when the student hands in the lesson of this number, from 0."""
        draw = random.Random(f"{self.seed} {self.id} {number} time")
        begin = FIRST_DAY + timedelta(days=DAYS_A_LESSON * number)
        day = DAYS_A_LESSON + draw.randrange(1, 3) if self.late else draw.randrange(DAYS_A_LESSON)
        return begin + timedelta(days=day, minutes=draw.randrange(60, 12 * 60), seconds=draw.randrange(60))

    def _attempt(self, quest: Quest) -> Attempt:
        draw = random.Random(f"{self.seed} {self.id} {quest.id}")
        luck = draw.random()
        hints = min(len(quest.hints), int(draw.random() * 4 * (1.1 - self.ability)))
        tries = 1 + int(draw.random() * 5 * (1.1 - self.ability))
        if luck < self.ability:
            return Attempt(quest, draw.choice(quest.solutions), None, tries, hints)
        if quest.wrong and luck < self.ability + (1 - self.ability) * 0.75:
            wrong = draw.choice(quest.wrong)
            return Attempt(quest, wrong.answer, wrong.caught_by, tries, hints)
        return Attempt(quest, "", None, 0, 0)


def rehearsal_class(students: int, seed: int, lessons: int) -> tuple[RehearsalStudent, ...]:
    """Make a class of able, average and weak students; the same arguments give the same class.

    Parameters
    ----------
    lessons
        How many lessons there are to hand in; all but a few students hand in every one.
    """
    return tuple(_student(number, seed, lessons) for number in range(1, students + 1))


def _student(number: int, seed: int, lessons: int) -> RehearsalStudent:
    draw = random.Random(f"{seed} {number}")
    ability = (0.97, 0.8, 0.9, 0.6, 0.75, 0.35)[number % 6] + draw.uniform(-0.05, 0.03)
    stays = lessons if ability > 0.5 or lessons < 2 else max(1, round(lessons * draw.uniform(0.3, 0.8)))
    return RehearsalStudent(
        f"{REHEARSAL}{number:02}",
        seed,
        ability,
        stays,
        number % 5 == 4,
        "saved" if number % 3 == 2 else "cell",
    )
