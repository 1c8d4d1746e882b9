"""The writer: a submission's results into the gradebook, in one transaction, with the effect of nbgrader's steps."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from nbgrader.api import BaseCell, Comment, Grade, Gradebook, Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties

from autograders.engine.grading import SubmissionResult
from autograders.engine.released import ReleasedAssignment
from autograders.engine.scores import Scores

__all__ = ["GradebookWriter"]


@dataclass
class _Rows:
    """One submission's rows."""

    submission: Any
    notebooks: dict[str, Any]
    grades: dict[tuple[str, str], Any]
    comments: dict[tuple[str, str], Any]


class GradebookWriter:
    """Writes results, one transaction each.

    Parameters
    ----------
    late
        nbgrader's step that assigns late penalties, or None if the course has none.
    """

    def __init__(self, gradebook: Gradebook, late: AssignLatePenalties | None, log: logging.Logger) -> None:
        self._db, self._late, self._log = gradebook.db, late, log
        if late is not None:
            late.init_plugin()

    def write(self, result: SubmissionResult, released: ReleasedAssignment) -> tuple[float, float]:
        """Write a result and return the submission's score and its maximum.

        A manual grade stays, and asks for another look; so do comments of an instructor and extra credit.
        """
        try:
            rows = self._rows(result, released)
            for name in result.missing:
                for (notebook, _), grade in rows.grades.items():
                    if notebook == name:
                        grade.auto_score, grade.needs_manual_grade = 0, False
            for name, scores in result.notebooks.items():
                _fill(rows, name, scores)
                self._penalise(rows, name, released, result.submission.student)
            score = sum(_score(grade) for grade in rows.grades.values())
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise
        self._db.expunge_all()
        return score, sum(notebook.max_score for notebook in released.notebooks)

    def _rows(self, result: SubmissionResult, released: ReleasedAssignment) -> _Rows:
        student = result.submission.student
        if self._db.get(Student, student) is None:
            self._db.add(Student(id=student))
        found = sa.select(SubmittedAssignment).where(
            SubmittedAssignment.assignment_id == released.id, SubmittedAssignment.student_id == student
        )
        submission = self._db.execute(found).scalar_one_or_none()
        if submission is None:
            return self._new(result, released)
        if result.timestamp:
            submission.timestamp = result.timestamp
        notebooks = {
            n.notebook_id: n
            for n in self._db.scalars(
                sa.select(SubmittedNotebook).where(SubmittedNotebook.assignment_id == submission.id)
            )
        }
        names = {n.id: n.name for n in released.notebooks}
        ids = {row.id: names[row.notebook_id] for row in notebooks.values() if row.notebook_id in names}
        return _Rows(
            submission,
            {name: row for row in notebooks.values() if (name := ids.get(row.id))},
            {(ids[g.notebook_id], name): g for g, name in self._named(Grade, ids)},
            {(ids[c.notebook_id], name): c for c, name in self._named(Comment, ids)},
        )

    def _named(self, kind: Any, ids: Iterable[str]) -> Any:
        query = sa.select(kind, BaseCell.name).join(BaseCell, BaseCell.id == kind.cell_id)
        return self._db.execute(query.where(kind.notebook_id.in_(list(ids))))

    def _new(self, result: SubmissionResult, released: ReleasedAssignment) -> _Rows:
        submission = SubmittedAssignment(
            assignment_id=released.id, student_id=result.submission.student, timestamp=result.timestamp
        )
        rows = _Rows(submission, {}, {}, {})
        for notebook in released.notebooks:
            entry = SubmittedNotebook(notebook_id=notebook.id, assignment=submission)
            rows.notebooks[notebook.name] = entry
            for cell in (*notebook.grade_cells, *notebook.task_cells):
                rows.grades[notebook.name, cell.name] = Grade(cell_id=cell.id, notebook=entry)
            for cell in (*notebook.solution_cells, *notebook.task_cells):
                rows.comments[notebook.name, cell.name] = Comment(cell_id=cell.id, notebook=entry)
        self._db.add(submission)
        self._db.flush()
        return rows

    def _penalise(self, rows: _Rows, name: str, released: ReleasedAssignment, student: str) -> None:
        if self._late is None or not self._late.enabled:
            return
        notebook, late = rows.notebooks[name], _seconds_late(rows.submission, released)
        notebook.late_submission_penalty = None
        if late <= 0:
            return
        score = sum(_score(grade) for (of, _), grade in rows.grades.items() if of == name)
        penalty = self._late.plugin_inst.late_submission_penalty(student, score, late)
        if penalty is not None:
            notebook.late_submission_penalty = self._late._check_late_penalty(SimpleNamespace(score=score), penalty)


def _fill(rows: _Rows, name: str, scores: Scores) -> None:
    for cell, points in scores.points.items():
        grade = rows.grades[name, cell]
        grade.auto_score = points
        grade.needs_manual_grade = grade.manual_score is not None or points is None
        verdict = scores.verdicts.get(cell)
        if verdict is not None and verdict.outcome.held:
            grade.needs_manual_grade = True
    for cell, comment in scores.comments.items():
        rows.comments[name, cell].auto_comment = comment


def _score(grade: Any) -> float:
    given = grade.manual_score if grade.manual_score is not None else grade.auto_score
    return 0.0 if given is None else float(given) + float(grade.extra_credit or 0.0)


def _seconds_late(submission: Any, released: ReleasedAssignment) -> float:
    if submission.timestamp is None or released.duedate is None:
        return 0.0
    due = released.duedate + submission.extension if submission.extension is not None else released.duedate
    return max(0.0, (submission.timestamp - due).total_seconds())
