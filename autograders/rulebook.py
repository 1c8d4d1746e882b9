"""What the courses of a root say about rewards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from gitquest_kernel.game import QuestFacts, Record, Rulebook, built_in_badges
from gitquest_kernel.quest import GitQuest, LoadedCourse, Quest, digest
from gitquest_kernel.quest.released import released

__all__ = ["rulebook"]


def rulebook(courses: Sequence[LoadedCourse], records: Iterable[Record] = ()) -> Rulebook:
    """Return the rules for a root's courses.

    Parameters
    ----------
    records
        The records to be rewarded: the released versions that they name are read, so that an answer stays worth
        what it was worth when the lesson was released.

    Raises
    ------
    CourseError
        A frozen quest was changed.
    """
    quests = {
        (loaded.course.id, quest.id): _facts(loaded.course.id, lesson.chapter, quest)
        for loaded in courses
        for lesson in loaded.lessons
        for quest in lesson.quests
    }
    paths = {loaded.course.id: loaded.path for loaded in courses}
    current = {(course.course.id, quest.id, digest(quest)) for course in courses for quest in course.quests.values()}
    judged = {(*record.key, record.digest) for record in records}
    versions = {
        version: facts
        for version in judged - current
        if version[0] in paths and (facts := _released(paths[version[0]], *version))
    }
    own = {loaded.course.id: loaded.course.badges for loaded in courses if loaded.course.badges}
    return Rulebook(quests, built_in_badges(), own, versions)


def _released(path: Path, course: str, quest_id: str, version: str) -> QuestFacts | None:
    quest = released(path, quest_id, version)
    return _facts(course, "", quest) if quest else None


def _facts(course: str, chapter: str, quest: Quest) -> QuestFacts:
    par = quest.par if isinstance(quest, GitQuest) else None
    return QuestFacts(course, quest.id, quest.xp, quest.title, chapter, quest.skills, par, quest.requires)
