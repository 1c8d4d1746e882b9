"""The graded cells of a released lesson: recorded when it is released, and the same ever after."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from courses.selection import ChosenLesson
from gitquest_kernel.errors import BuildError
from gitquest_kernel.quest import LoadedCourse, LoadedLesson

__all__ = ["graded_cells", "record_graded_cells", "refuse_changed_cells"]


def graded_cells(lesson: LoadedLesson) -> dict[str, float]:
    """Return the points of each graded cell by its id."""
    return {f"{quest.id}-grade": quest.points for quest in lesson.quests}


def record_graded_cells(course: LoadedCourse, lesson: LoadedLesson) -> None:
    """Write down the graded cells of a lesson that is being released, if that was not done before."""
    file = _record(course, lesson.assignment)
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        data = {"assignment": lesson.assignment, "cells": graded_cells(lesson)}
        file.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def refuse_changed_cells(lessons: Iterable[ChosenLesson]) -> None:
    """Pass if every released lesson still has the graded cells it was released with.

    Checks, hints and stories may change: students keep the version they were given. Cells and points may not,
    because nbgrader's gradebook and the submissions that exist hold them.

    Raises
    ------
    BuildError
        A released lesson is gone, or a graded cell was added, removed or given other points.
    """
    chosen = list(lessons)
    known = {lesson.assignment for _, lesson in chosen}
    for course in {course.path: course for course, _ in chosen}.values():
        for file in sorted((course.path / "released").glob("*.json")):
            if file.stem not in known:
                raise BuildError(
                    f"the lesson of the released assignment '{file.stem}' is gone",
                    where=str(course.path / "course.yaml"),
                    remedy=f"Put it back. If nobody has handed anything in: remove {file}",
                )
    for course, lesson in chosen:
        file = _record(course, lesson.assignment)
        if file.exists():
            _compare(_recorded(file), lesson, file)


def _compare(before: dict[str, float], lesson: LoadedLesson, file: Path) -> None:
    now = graded_cells(lesson)
    changes = [f"{cell} was added" for cell in sorted(set(now) - set(before))]
    changes += [f"{cell} was removed" for cell in sorted(set(before) - set(now))]
    changes += [
        f"{cell} has {now[cell]:g} points instead of {before[cell]:g}"
        for cell in sorted(set(now) & set(before))
        if now[cell] != before[cell]
    ]
    if changes:
        raise BuildError(
            f"'{lesson.assignment}' is released, and its graded cells would change: {'; '.join(changes)}",
            where=str(lesson.path / "lesson.md"),
            remedy="Undo that, or put new quests into another lesson; checks, hints and stories may change."
            f" If nobody has handed anything in: remove {file}",
        )


def _record(course: LoadedCourse, assignment: str) -> Path:
    return course.path / "released" / f"{assignment}.json"


def _recorded(file: Path) -> dict[str, float]:
    try:
        return {
            str(cell): float(points) for cell, points in json.loads(file.read_text(encoding="utf-8"))["cells"].items()
        }
    except (ValueError, KeyError, AttributeError, TypeError):
        raise BuildError(
            "this record of a release cannot be read",
            where=str(file),
            remedy="Restore it from your backup or version control.",
        ) from None
