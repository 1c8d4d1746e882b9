"""The verdicts that a gradebook and its autograded notebooks hold together."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from autograders.config import course_config
from autograders.graded import GradedCell, graded_cells, open_gradebook
from autograders.hint_events import hints_used
from autograders.outputs import points_in_gradebook
from autograders.quests import course_of
from autograders.verdicts import grade_id, verdicts_of
from gitquest_kernel.checks import Outcome, Verdict
from gitquest_kernel.errors import GradingError
from gitquest_kernel.game import Record, Rulebook, passed

__all__ = ["Survey"]


@dataclass
class Survey:
    """One walk over the gradebook of a course root.

    Parameters
    ----------
    book
        The quests that the root's courses have now.
    progress
        Told the assignment and student at work.
    waiting, problems
        Filled by the walk; see `autograders.award.Awarded`.
    """

    root: Path
    book: Rulebook
    progress: Callable[[str], None]
    run: str = field(default_factory=lambda: uuid.uuid4().hex)
    now: str = field(
        default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )
    waiting: set[tuple[str, str]] = field(default_factory=set)
    problems: list[tuple[str, str, str]] = field(default_factory=list)

    def verdicts(self) -> Iterator[Record]:
        """Yield a record for each quest that has a verdict or a score; ids are given when it is written."""
        config = course_config(self.root)
        folders = CourseDirectory(config=config)
        with open_gradebook(config) as gradebook:
            for assignment, cells in groupby(graded_cells(gradebook), key=lambda cell: cell.assignment):
                course = course_of(self.root, assignment)
                for (student, notebook), mine in groupby(cells, key=lambda cell: (cell.student, cell.notebook)):
                    if course is None:
                        continue
                    self.progress(f"{assignment} {student}")
                    folder = Path(folders.format_path(folders.autograded_directory, student, assignment))
                    try:
                        yield from list(self._notebook(course, list(mine), folder, notebook))
                    except (GradingError, ValueError) as error:
                        self.problems.append((assignment, student, str(error)))

    def _notebook(self, course: str, cells: list[GradedCell], folder: Path, notebook: str) -> Iterator[Record]:
        path = folder / f"{notebook}.ipynb"
        scored = any(cell.score is not None for cell in cells)
        # A submission whose grading failed is in the gradebook, without scores and without a notebook.
        verdicts = verdicts_of(path) if scored or path.is_file() else {}
        hints = hints_used(folder)
        for cell in cells:
            verdict = verdicts.get(cell.grade_id)
            quest = verdict.quest if verdict else cell.grade_id.removesuffix(grade_id(""))
            if verdict is None and (quest == cell.grade_id or (course, quest) not in self.book.quests):
                continue
            if cell.score is None:
                self.waiting.add((cell.assignment, cell.student))
            if cell.score is not None or (verdict and verdict.outcome.held):
                yield self._record(course, quest, cell, verdict, hints.get(quest))

    def _record(self, course: str, quest: str, cell: GradedCell, verdict: Verdict | None, hints: int | None) -> Record:
        return Record(
            id="",
            course=course,
            student=cell.student,
            assignment=cell.assignment,
            quest=quest,
            digest=verdict.digest if verdict else "",
            submission=cell.submission,
            revision=0,
            run=self.run,
            points=cell.score or 0.0,
            max_points=cell.max_score,
            outcome=_outcome(cell, verdict).value,
            commands=verdict.commands if verdict else None,
            hints=hints,
            submitted_at=cell.submission or None,
            judged_at=self.now,
            manual=cell.manual,
        )


def _outcome(cell: GradedCell, verdict: Verdict | None) -> Outcome:
    """Return the verdict's outcome, unless an instructor has given points where it held back, or other points."""
    if verdict and cell.score == (None if verdict.outcome.held else points_in_gradebook(verdict, cell.max_score)):
        return verdict.outcome
    points = cell.score or 0.0
    if passed(points, cell.max_score):
        return Outcome.PASSED
    return Outcome.PARTIAL if points > 0 else Outcome.FAILED
