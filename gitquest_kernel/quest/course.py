"""A course: chapters in order, and the front matter of their lessons."""

from __future__ import annotations

from pydantic import Field

from gitquest_kernel.game.badges import Badge
from gitquest_kernel.quest.base import Identifier, Model, Text

__all__ = ["Chapter", "Course", "LessonHeader"]


class Chapter(Model):
    """A step of the learning path; its folder has its id.

    Parameters
    ----------
    lessons
        Folder names, in order.
    requires
        Ids of chapters to finish first.
    """

    id: Identifier
    title: Text
    lessons: tuple[Identifier, ...]
    requires: tuple[Identifier, ...] = ()


class Course(Model):
    """``course.yaml``: the learning path, and badges of the course's own."""

    id: Identifier
    title: Text
    summary: str = ""
    chapters: tuple[Chapter, ...] = Field(min_length=1)
    badges: tuple[Badge, ...] = ()


class LessonHeader(Model):
    """The front matter of ``lesson.md``.

    Parameters
    ----------
    minutes
        How long a beginner needs.
    objectives
        What the student can do afterwards.
    unlocks
        Commands that the skill tree opens.
    resources
        Where to read on: addresses by title.
    """

    title: Text
    minutes: int = Field(gt=0, le=600)
    objectives: tuple[Text, ...] = ()
    unlocks: tuple[Text, ...] = ()
    resources: dict[str, str] = {}
