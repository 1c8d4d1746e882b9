"""A badge is data: what it is called, and what a student must have done to hold it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Annotated, Self

import yaml
from pydantic import Field, PositiveInt, TypeAdapter, model_validator

from gitquest_kernel.model import Identifier, Model, Text

__all__ = ["Badge", "Condition", "built_in_badges"]

_FROM_EVENTS = frozenset({"no_hints"})


class Condition(Model):
    """What must be true of a student's verdicts; of several keys, all.

    Parameters
    ----------
    xp, level
        A total reached.
    passed, perfect
        Quests passed, or solved with full marks.
    attempts
        Answers judged, whatever they scored.
    first_try, comeback
        Quests passed in the first submission that tried them, or passed after one that failed.
    par
        Quests solved with full marks in no more commands than par.
    no_hints
        Quests passed without opening a hint. This rests on the student's own machine: provisional.
    days_in_a_row
        Days, one after the other (UTC), each with work handed in that passed a quest for the first time.
    skill
        Skill points by skill.
    quests
        Quests that must all be passed.
    chapter
        A chapter whose quests must all be passed.
    chapters, courses
        How many chapters, or whole courses, must be passed.
    """

    xp: PositiveInt | None = None
    level: PositiveInt | None = None
    passed: PositiveInt | None = None
    perfect: PositiveInt | None = None
    attempts: PositiveInt | None = None
    first_try: PositiveInt | None = None
    comeback: PositiveInt | None = None
    par: PositiveInt | None = None
    no_hints: PositiveInt | None = None
    days_in_a_row: PositiveInt | None = None
    skill: dict[Identifier, PositiveInt] | None = Field(default=None, min_length=1)
    quests: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = None
    chapter: Identifier | None = None
    chapters: PositiveInt | None = None
    courses: PositiveInt | None = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not self.model_dump(exclude_none=True):
            known = ", ".join(type(self).model_fields)
            raise ValueError(f"a badge's condition must ask for something: one or more of {known}")
        return self


class Badge(Model):
    """Something to be proud of.

    Parameters
    ----------
    id
        Unique among the built-in badges, or among a course's own.
    description
        What the student did, in a line.
    condition
        What earns it; it is lost again when a regrade makes this false.
    """

    id: Identifier
    title: Text
    emoji: Text = "🏅"
    description: Text
    condition: Condition

    @property
    def provisional(self) -> bool:
        """Whether it rests on events from the student's own machine rather than on verdicts alone."""
        return any(getattr(self.condition, name) is not None for name in _FROM_EVENTS)


@cache
def built_in_badges() -> tuple[Badge, ...]:
    """Return the badges that every course has."""
    text = files(__package__).joinpath("badges.yaml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[Badge, ...]).validate_python(yaml.safe_load(text))
