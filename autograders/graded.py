"""What the gradebook holds: one value for each grade cell of each submission."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from nbgrader.api import (
    Assignment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from traitlets.config import Config

from autograders.record_tables import is_missing
from gitquest_kernel.errors import GradingError

__all__ = ["GradedCell", "graded_cells", "in_utc", "open_gradebook"]


@dataclass(frozen=True, slots=True)
class GradedCell:
    """A grade cell in one submission.

    Parameters
    ----------
    submission
        When the work was handed in (ISO 8601, UTC), or empty where nobody wrote that down.
    score
        After manual grading and with extra credit, before any late penalty; None as long as there is none.
    manual
        Whether an instructor gave points by hand, as the score or as extra credit.
    """

    student: str
    assignment: str
    notebook: str
    grade_id: str
    submission: str
    score: float | None
    max_score: float
    manual: bool = False


@contextmanager
def open_gradebook(config: Config) -> Iterator[Gradebook]:
    """Open the gradebook that nbgrader uses under this configuration.

    Raises
    ------
    GradingError
        There is none, or it cannot be read: opening must not leave an empty one behind.
    """
    url = sa.make_url(config.CourseDirectory.db_url)
    where = str(url.database)
    if is_missing(url):
        remedy = "Grade something first with gitquest grade, or name the course root with --root DIR."
        raise GradingError("there is no gradebook yet", where=where, remedy=remedy)
    try:
        with Gradebook(config.CourseDirectory.db_url, config.CourseDirectory.get("course_id", "")) as gradebook:
            yield gradebook
    except sa.exc.DatabaseError as error:
        remedy = "Back it up and run 'nbgrader db upgrade'; or delete it and grade again: records are kept."
        raise GradingError(f"cannot read the gradebook ({error.orig})", where=where, remedy=remedy) from error


def graded_cells(gradebook: Gradebook) -> Iterator[GradedCell]:
    """Yield every grade cell of every submission, notebook by notebook."""
    query = (
        sa.select(
            SubmittedAssignment.student_id.label("student"),
            Assignment.name.label("assignment"),
            Notebook.name.label("notebook"),
            SubmittedAssignment.timestamp,
            GradeCell.name.label("cell"),
            GradeCell.max_score,
            Grade.auto_score,
            Grade.manual_score,
            Grade.extra_credit,
            Grade.score,
        )
        .select_from(Grade)
        .join(GradeCell, Grade.cell_id == GradeCell.id)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .order_by("assignment", "student", "notebook", "cell")
    )
    for row in gradebook.db.execute(query):
        yield GradedCell(
            row.student,
            row.assignment,
            row.notebook,
            row.cell,
            in_utc(row.timestamp),
            _score(row),
            float(row.max_score),
            row.manual_score is not None or bool(row.extra_credit),
        )


def _score(row: Any) -> float | None:
    # The column `score` reads 0 where nothing has been scored.
    return None if row.auto_score is None and row.manual_score is None else float(row.score)


def in_utc(timestamp: datetime | None) -> str:
    """Return a timestamp of the gradebook (naive, UTC) as ISO 8601; empty for None."""
    return timestamp.isoformat(timespec="microseconds") + "Z" if timestamp else ""
