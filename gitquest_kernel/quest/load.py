"""Read courses, lessons and quests from text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Discriminator, TypeAdapter

from gitquest_kernel.errors import CourseError
from gitquest_kernel.quest.course import Course, LessonHeader
from gitquest_kernel.quest.dbt import DbtQuest
from gitquest_kernel.quest.git import GitQuest
from gitquest_kernel.quest.quiz import QuizQuest
from gitquest_kernel.quest.sql import SqlQuest
from gitquest_kernel.quest.yaml_file import Lines, parse_yaml, read_text, validated

__all__ = [
    "LoadedCourse",
    "LoadedLesson",
    "Quest",
    "complete_json",
    "load_course",
    "load_courses",
    "load_quest",
    "parse_quest",
]

Quest = Annotated[GitQuest | SqlQuest | DbtQuest | QuizQuest, Discriminator("kind")]
"""A quest of any kind."""

_QUEST: TypeAdapter[Quest] = TypeAdapter(Quest)
_COURSE = TypeAdapter(Course)
_HEADER = TypeAdapter(LessonHeader)


@dataclass(frozen=True)
class LoadedLesson:
    """A lesson or stand-alone challenge: one folder, one nbgrader assignment.

    Parameters
    ----------
    assignment
        ``<course>-<folder>``.
    number
        Its place in the course, from 1.
    body
        The Markdown after the front matter; ``body_line`` is the line of ``lesson.md`` where it begins.
    quests
        Complete quests, by file name.
    """

    assignment: str
    chapter: str
    number: int
    path: Path
    header: LessonHeader
    body: str
    body_line: int
    quests: tuple[Quest, ...]


@dataclass(frozen=True)
class LoadedCourse:
    """A course with all its lessons, in the order of the learning path."""

    course: Course
    path: Path
    lessons: tuple[LoadedLesson, ...]

    @property
    def quests(self) -> dict[str, Quest]:
        """Every quest of the course by id."""
        return {quest.id: quest for lesson in self.lessons for quest in lesson.quests}


def parse_quest(data: Mapping[str, Any], where: str, lines: Lines | None = None) -> Quest:
    """Validate a quest given as data.

    Raises
    ------
    CourseError
        A key is unknown, missing or wrong; the error names file, line and key.
    """
    return validated(_QUEST, data, where, lines)


def load_quest(path: Path, seeds: Path | None = None) -> Quest:
    """Read one quest file and inline the seeds it names, so that it is complete.

    Parameters
    ----------
    seeds
        The folder of seed files; by default ``seeds`` of the course that the file lies in.
    """
    data, lines = parse_yaml(read_text(path), str(path))
    quest = parse_quest(data, str(path), lines)
    if quest.id != path.stem:
        raise CourseError(
            f"the id is '{quest.id}', but the file is called {path.name}",
            where=f"{path}:{lines.get(('id',), 1)}",
            remedy=f"Rename the file to {quest.id}.yaml, or change the id.",
        )
    return _with_seeds(quest, seeds or _seeds_folder(path), str(path))


def load_course(path: Path) -> LoadedCourse:
    """Read ``courses/<course>/`` whole: the learning path, its lessons and their quests.

    Raises
    ------
    CourseError
        Anything in it that cannot be used, with file, line, key and remedy.
    """
    file = path / "course.yaml"
    data, lines = parse_yaml(read_text(file), str(file))
    course = validated(_COURSE, data, str(file), lines)
    if course.id != path.name:
        raise CourseError(
            f"the id is '{course.id}', but the folder is called '{path.name}'",
            where=f"{file}:{lines.get(('id',), 1)}",
            remedy="Make the two agree.",
        )
    lessons: list[LoadedLesson] = []
    for chapter in course.chapters:
        for folder in chapter.lessons:
            lessons.append(_load_lesson(path, course.id, chapter.id, folder, len(lessons) + 1))
    loaded = LoadedCourse(course, path, tuple(lessons))
    _check_ids(lessons)
    _check_order({quest.id: quest.requires for quest in loaded.quests.values()}, "quest", str(path))
    _check_order({chapter.id: chapter.requires for chapter in course.chapters}, "chapter", str(file))
    return loaded


def load_courses(root: Path) -> tuple[LoadedCourse, ...]:
    """Read every course of a course root, by name.

    Raises
    ------
    CourseError
        The root has no courses, or one of them cannot be used.
    """
    files = sorted((root / "courses").glob("*/course.yaml"))
    if not files:
        raise CourseError(
            "there is no course here",
            where=str(root / "courses"),
            remedy="Name a course root with --root DIR, or make one with: gitquest init DIR",
        )
    return tuple(load_course(file.parent) for file in files)


def _load_lesson(course_path: Path, course: str, chapter: str, folder: str, number: int) -> LoadedLesson:
    path = course_path / chapter / folder
    file = path / "lesson.md"
    text = read_text(file)
    parts = text.split("---\n", 2)
    if not text.startswith("---\n") or len(parts) < 3:
        raise CourseError(
            "the lesson has no front matter",
            where=f"{file}:1",
            remedy="Begin it with '---', the keys (title, minutes, …), and '---' again.",
        )
    data, lines = parse_yaml(parts[1], str(file), first_line=2)
    header = validated(_HEADER, data, str(file), lines)
    seeds = course_path / "seeds"
    quests = tuple(load_quest(quest, seeds) for quest in sorted(path.glob("*.yaml")))
    return LoadedLesson(f"{course}-{folder}", chapter, number, path, header, parts[2], parts[1].count("\n") + 3, quests)


def _seeds_folder(path: Path) -> Path:
    course = next((parent for parent in path.parents if (parent / "course.yaml").is_file()), path.parent)
    return course / "seeds"


def _with_seeds(quest: Quest, folder: Path, where: str) -> Quest:
    def inline(seeds: Mapping[str, str]) -> dict[str, str]:
        return {table: _seed(folder, name, where) for table, name in seeds.items()}

    if isinstance(quest, SqlQuest):
        witnesses = tuple(w.model_copy(update={"seeds": inline(w.seeds)}) for w in quest.datasets)
        setup = quest.setup.model_copy(update={"seeds": inline(quest.setup.seeds)})
        return quest.model_copy(update={"setup": setup, "datasets": witnesses})
    if isinstance(quest, DbtQuest):
        return quest.model_copy(update={"seeds": inline(quest.seeds)})
    return quest


def _seed(folder: Path, name: str, where: str) -> str:
    if "\n" in name:
        return name
    path = folder / name
    if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
        raise CourseError(
            f"the seed '{name}' does not exist",
            where=where,
            remedy=f"Put it into {folder}, or mend its name.",
        )
    return read_text(path)


def _check_ids(lessons: Iterable[LoadedLesson]) -> None:
    seen: dict[str, Path] = {}
    for lesson in lessons:
        for quest in lesson.quests:
            file = lesson.path / f"{quest.id}.yaml"
            if quest.id in seen:
                raise CourseError(
                    f"the id '{quest.id}' is also that of {seen[quest.id]}",
                    where=f"{file}:1",
                    remedy="Quest ids are unique in a course: rename one of the two.",
                )
            seen[quest.id] = file


def _check_order(requires: Mapping[str, tuple[str, ...]], what: str, where: str) -> None:
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            circle = " -> ".join((*trail[trail.index(name) :], name))
            raise CourseError(
                f"{what}s require each other in a circle: {circle}",
                where=where,
                remedy="Take one 'requires' out.",
            )
        if name in done:
            return
        for needed in requires[name]:
            if needed not in requires:
                raise CourseError(
                    f"the {what} '{name}' requires '{needed}', which this course does not have",
                    where=where,
                    remedy=f"Mend the name, or add the {what}.",
                )
            visit(needed, (*trail, name))
        done.add(name)

    for name in requires:
        visit(name, ())


def complete_json(quest: Quest) -> dict[str, Any]:
    """Return a quest as plain JSON data, without its defaults."""
    return dict(json.loads(_QUEST.dump_json(quest, by_alias=True, exclude_defaults=True)))
