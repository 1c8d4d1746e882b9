"""Choose lessons by the names that a command is given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gitquest_kernel.errors import BuildError
from gitquest_kernel.quest import LoadedCourse, LoadedLesson, load_courses

__all__ = ["ChosenLesson", "all_lessons", "choose_lessons"]

ChosenLesson = tuple[LoadedCourse, LoadedLesson]


def all_lessons(root: Path) -> list[ChosenLesson]:
    """Return every lesson of a course root with its course, in the order of the learning paths.

    Raises
    ------
    BuildError
        Two courses give an assignment the same name.
    """
    lessons = [(course, lesson) for course in load_courses(root) for lesson in course.lessons]
    seen: dict[str, Path] = {}
    for _, lesson in lessons:
        if lesson.assignment in seen:
            raise BuildError(
                f"the assignment '{lesson.assignment}' would also be made from {seen[lesson.assignment]}",
                where=str(lesson.path),
                remedy="Rename one of the two folders, and its name in course.yaml.",
            )
        seen[lesson.assignment] = lesson.path
    return lessons


def choose_lessons(lessons: Sequence[ChosenLesson], names: Sequence[str]) -> list[ChosenLesson]:
    """Return the lessons whose assignment or course is named, or all when nothing is.

    Raises
    ------
    BuildError
        A name is neither an assignment nor a course.
    """
    courses = {course.course.id for course, _ in lessons}
    assignments = {lesson.assignment for _, lesson in lessons}
    if unknown := sorted(set(names) - courses - assignments):
        raise BuildError(
            f"there is no course or assignment '{unknown[0]}'",
            remedy=f"Choose from: {', '.join([*sorted(courses), *sorted(assignments)])}.",
        )
    wanted = set(names)
    return [
        (course, lesson)
        for course, lesson in lessons
        if not wanted or course.course.id in wanted or lesson.assignment in wanted
    ]
