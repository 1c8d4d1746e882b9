"""What every quest has, whatever its kind."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from gitquest_kernel.model import Identifier, Model, Text

__all__ = [
    "Difficulty",
    "Harmless",
    "Hidden",
    "Identifier",
    "Model",
    "QuestBase",
    "QuestType",
    "Scored",
    "Text",
    "WrongAnswer",
]


class QuestType(StrEnum):
    """What a quest asks of the student."""

    TUTORIAL = "tutorial"
    PRACTICE = "practice"
    CRISIS = "crisis"
    DUEL = "duel"
    QUIZ = "quiz"
    SPEED_RUN = "speed_run"
    BOSS = "boss"
    PROJECT = "project"


class Difficulty(StrEnum):
    """How much a quest expects the student to know."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"
    EXPERT = "expert"


class Scored(Model):
    """A public check: shown live, and worth its weight's share of the points.

    Parameters
    ----------
    say
        What must be true, in the student's words.
    name
        What wrong answers and reports call it; by default made from ``say``.
    weight
        Its share of the points against the other checks' weights.
    hint
        What to say when it fails, besides what the check itself found.
    """

    say: Text
    name: Identifier | None = None
    weight: int = Field(default=1, ge=0, le=100)
    hint: str = ""

    @property
    def label(self) -> str:
        """The name that verdicts and wrong answers use."""
        return self.name or slug(self.say)


class Hidden(Model):
    """A private check: judged only when grading, worth no points, but failing it caps the score.

    Parameters
    ----------
    cap
        The largest part of the points that an answer may keep when this fails, from 0 to 1.
    """

    say: Text
    name: Identifier | None = None
    cap: float = Field(default=0.5, ge=0, lt=1)

    @property
    def label(self) -> str:
        """The name that verdicts and wrong answers use."""
        return self.name or slug(self.say)


class WrongAnswer(Model):
    """A plausible mistake or a cheat, and the check that must catch it.

    Parameters
    ----------
    answer
        The answer, written as in the notebook's cell.
    why
        What the student misunderstood, or tried.
    caught_by
        The name of a check that this answer fails.
    """

    answer: str
    why: Text
    caught_by: Identifier


class Harmless(Model):
    """A change to a solution that may keep full marks, and why it may.

    Parameters
    ----------
    change
        A regular expression that is found in how the gate describes the change, or in the changed answer.
    """

    change: Text
    why: Text


class QuestBase(Model):
    """The fields that every kind of quest shares.

    Parameters
    ----------
    id
        Unique within a course.
    story
        Who needs help and what is at stake (Markdown).
    task
        What to do, in plain words (Markdown).
    points
        What nbgrader scores.
    xp
        What full points are worth in the game.
    skills
        Skill points by skill.
    requires
        Ids of quests to pass first.
    hints
        From gentle to almost the answer.
    solutions
        Answers that each score full marks; never shipped to students.
    wrong
        Answers that each score less; never shipped to students.
    harmless
        What the gate's mutants may change without losing points; never shipped to students.
    digest
        Set in the student's copy only: which version of the quest this is.
    """

    id: Identifier
    title: Text
    type: QuestType
    difficulty: Difficulty
    points: float = Field(gt=0, le=1000)
    xp: int = Field(ge=0, le=100_000)
    skills: dict[Identifier, int] = Field(default_factory=dict)
    requires: tuple[Identifier, ...] = ()
    story: str = ""
    task: Text
    hints: tuple[Text, ...] = ()
    solutions: tuple[str, ...] = ()
    wrong: tuple[WrongAnswer, ...] = ()
    harmless: tuple[Harmless, ...] = ()
    digest: str | None = None


def slug(text: str) -> str:
    """Make an identifier of a sentence: ``main holds one commit`` becomes ``main-holds-one-commit``."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split()
    return "-".join(words)[:64].rstrip("-") or "check"
