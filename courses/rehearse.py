"""Hand in a class that does not exist, so that the whole loop can be tried before a term."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import nbformat

from autograders.config import course_config
from courses.exchange import hand_in
from courses.products import Progress, quietly
from courses.rehearsal_class import Attempt, RehearsalStudent, rehearsal_class
from courses.rehearsal_events import event_lines
from courses.selection import ChosenLesson, all_lessons, choose_lessons
from gitquest_kernel.answers import from_cell, save_answer
from gitquest_kernel.errors import AnswerError, BuildError

__all__ = ["RehearsalReport", "rehearse"]


@dataclass(frozen=True)
class RehearsalReport:
    """Who handed in, and how many submissions there are now."""

    students: tuple[str, ...]
    assignments: tuple[str, ...]
    submissions: int

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)


def rehearse(
    root: Path,
    names: Sequence[str],
    students: int = 12,
    seed: int = 1,
    exchange_student: str | None = None,
    progress: Progress = quietly,
) -> RehearsalReport:
    """Put a rehearsal class's work into ``submitted/``, in place of an earlier rehearsal's.

    Parameters
    ----------
    names
        Released assignments, or courses.
    exchange_student
        One more student, who fetches and submits through nbgrader's exchange; it waits there to be collected.

    Raises
    ------
    BuildError
        An assignment has not been released.
    """
    root = root.resolve()
    lessons = choose_lessons(all_lessons(root), names)
    for _, lesson in lessons:
        _released(root / "release" / lesson.assignment, lesson.assignment)
    people = rehearsal_class(students, seed, len(lessons))
    count = 0
    for number, (course, lesson) in enumerate(lessons):
        progress(lesson.assignment)
        for person in people:
            if number < person.lessons:
                folder = root / "submitted" / person.id / lesson.assignment
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(root / "release" / lesson.assignment, folder, ignore=_left_by_players)
                _do_work(folder, person, (course, lesson), number)
                count += 1
    if exchange_student:
        count += _through_exchange(root, lessons, exchange_student, seed)
    ids = [person.id for person in people] + ([exchange_student] if exchange_student else [])
    return RehearsalReport(tuple(ids), tuple(lesson.assignment for _, lesson in lessons), count)


def _released(folder: Path, assignment: str) -> None:
    if not (folder / f"{assignment}.ipynb").is_file():
        raise BuildError(
            "there is nothing to hand in: the assignment has not been released",
            where=str(folder),
            remedy=f"gitquest release {assignment}",
        )


def _left_by_players(folder: str, names: list[str]) -> set[str]:
    return {"answers", "events.jsonl", ".ipynb_checkpoints"} & set(names)


def _do_work(folder: Path, student: RehearsalStudent, chosen: ChosenLesson, number: int) -> None:
    """Answer the quests of one assignment in a copy of its release."""
    course, lesson = chosen
    notebook = folder / f"{lesson.assignment}.ipynb"
    cells = nbformat.read(notebook, as_version=4)
    attempts = student.attempts(lesson.quests)
    for attempt in attempts:
        if attempt.text and not (student.keeps == "saved" and _save(attempt, folder)):
            cell = next(cell for cell in cells.cells if cell.get("id") == f"{attempt.quest.id}-answer")
            cell.source = f"%%quest {attempt.quest.id}\n{attempt.text.strip()}"
    nbformat.write(cells, notebook)
    time = student.handed_in(number)
    (folder / "timestamp.txt").write_text(time.strftime("%Y-%m-%d %H:%M:%S.%f UTC"), encoding="utf-8")
    events = event_lines(course.course.id, attempts, time, f"{student.seed} {student.id} {lesson.assignment}")
    (folder / "events.jsonl").write_text(events, encoding="utf-8")


def _save(attempt: Attempt, folder: Path) -> bool:
    """Keep an answer as the panel does; False for one that only a cell can hold."""
    copy = json.loads((folder / "quests" / f"{attempt.quest.id}.json").read_text(encoding="utf-8"))
    try:
        save_answer(from_cell(attempt.quest, attempt.text, copy["digest"]), folder)
    except AnswerError:
        return False
    return True


def _through_exchange(root: Path, lessons: Sequence[ChosenLesson], student: str, seed: int) -> int:
    config = course_config(root)
    outbound = Path(config.Exchange.root) / str(config.CourseDirectory.course_id) / "outbound"
    person = replace(rehearsal_class(1, seed, len(lessons))[0], id=student, keeps="cell")
    with tempfile.TemporaryDirectory(prefix="gitquest-student-") as home:
        for number, chosen in enumerate(lessons):
            assignment = chosen[1].assignment
            _released(outbound / assignment, assignment)

            def work(folder: Path, chosen: ChosenLesson = chosen, number: int = number) -> None:
                _do_work(folder, person, chosen, number)
                (folder / "timestamp.txt").unlink()

            hand_in(config, student, assignment, Path(home), work)
    return len(lessons)
