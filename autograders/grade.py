"""Grading a class: nbgrader's autograde, one submission after another, in one process."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from nbclient.exceptions import DeadKernelError
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import OperationalError
from traitlets.config import Config

from autograders.register import ensure_registered
from autograders.submissions import Submission, check_notebooks, find_submissions
from autograders.verdicts import verdicts_of
from gitquest_kernel.checks import Verdict
from gitquest_kernel.errors import GitQuestError, GradingError

__all__ = ["Graded", "Grading"]


@dataclass(frozen=True)
class Graded:
    """How the grading of one submission ended.

    Parameters
    ----------
    score, max_score
        The gradebook's, after manual grading and before a late penalty; None unless it was graded now.
    verdicts
        What was judged by replay, by grade id.
    error
        Why it could not be graded.
    """

    submission: Submission
    status: Literal["graded", "unchanged", "failed"]
    seconds: float = 0.0
    score: float | None = None
    max_score: float | None = None
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    error: GitQuestError | None = None

    @property
    def held(self) -> tuple[Verdict, ...]:
        """The verdicts that wait for the instructor."""
        return tuple(verdict for verdict in self.verdicts.values() if verdict.outcome.held)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data, for scripts."""
        error = self.error
        return {
            "assignment": self.submission.assignment,
            "student": self.submission.student,
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "score": self.score,
            "max_score": self.max_score,
            "quests": {
                verdict.quest: {"outcome": verdict.outcome, "points": verdict.points, "max_points": verdict.max_points}
                for verdict in self.verdicts.values()
            },
            "error": {"problem": error.problem, "where": error.where, "remedy": error.remedy} if error else None,
        }


class Grading:
    """A run over what was handed in; iterate over it to grade.

    Parameters
    ----------
    config
        The course root's configuration, as `autograders.config.course_config` makes it.
    force
        Grade also what has been graded before and has not changed.

    Raises
    ------
    GradingError
        A name is unknown, or nothing has been handed in.
    """

    def __init__(
        self, config: Config, assignments: Sequence[str] = (), students: Sequence[str] = (), *, force: bool = False
    ) -> None:
        self._config, self._force = config, force
        self._log = logging.getLogger("gitquest.grading")
        self._log.propagate = False
        self._log.addHandler(logging.NullHandler())
        self._course = CourseDirectory(config=config, log=self._log)
        self.submissions = find_submissions(self._course, assignments, students)
        self._notebooks: dict[str, tuple[str, ...] | GitQuestError] = {}

    def __len__(self) -> int:
        return len(self.submissions)

    def __iter__(self) -> Iterator[Graded]:
        for submission in self.submissions:
            started = time.monotonic()
            with warnings.catch_warnings():
                # SQLAlchemy, nbformat and nbgrader warn about each other's versions, not about the class.
                warnings.simplefilter("ignore")
                try:
                    graded = self._grade(submission, started)
                except Exception as error:
                    named = error if isinstance(error, GitQuestError) else _named(error, submission.folder)
                    graded = Graded(submission, "failed", time.monotonic() - started, error=named)
            yield graded

    def _grade(self, submission: Submission, started: float) -> Graded:
        expected = self._expected(submission.assignment)
        check_notebooks(submission, expected)
        if not self._force and submission.is_graded(self._course):
            return Graded(submission, "unchanged")
        _autograde(submission, self._config, self._log)
        submission.mark_graded()
        score, max_score = self._scores(submission)
        verdicts: dict[str, Verdict] = {}
        for name in expected:
            if (path := submission.autograded / f"{name}.ipynb").is_file():
                verdicts |= verdicts_of(path)
        return Graded(submission, "graded", time.monotonic() - started, score, max_score, verdicts)

    def _expected(self, assignment: str) -> tuple[str, ...]:
        if assignment not in self._notebooks:
            try:
                self._notebooks[assignment] = ensure_registered(assignment, self._config, self._log)
            except GitQuestError as error:
                self._notebooks[assignment] = error
        known = self._notebooks[assignment]
        if isinstance(known, GitQuestError):
            raise known
        return known

    def _scores(self, submission: Submission) -> tuple[float, float]:
        with Gradebook(self._course.db_url, self._course.course_id) as gradebook:
            found = gradebook.find_submission(submission.assignment, submission.student)
            return float(found.score), float(found.max_score)


def _autograde(submission: Submission, config: Config, log: logging.Logger) -> None:
    course = CourseDirectory(config=config, log=log)
    course.student_id, course.assignment_id = submission.student, submission.assignment
    converter = _Autograde(submission, coursedir=course, config=config, log=log)
    converter.force = True
    try:
        converter.start()
    except GitQuestError:
        raise
    except Exception as error:
        cause = converter.cause or error
        if isinstance(cause, GitQuestError):
            raise cause from error
        raise _named(cause, converter.failing or submission.folder) from cause


def _named(cause: Exception, where: Path) -> GradingError:
    said = str(cause).strip().splitlines()[:1]
    remedy = "Open it in JupyterLab and mend or replace it, then run the same command."
    if isinstance(cause, DeadKernelError):
        remedy = "Its code ends the kernel. Take that line out, then run the same command; or give the points by hand."
    elif isinstance(cause, OperationalError):
        remedy = "The gradebook is in use or damaged. Close what else uses it, then run the same command."
    return GradingError(
        f"it cannot be graded ({': '.join([type(cause).__name__, *said])})", where=str(where), remedy=remedy
    )


class _Autograde(Autograde):
    """nbgrader's autograde of one folder; it remembers what went wrong, of which nbgrader logs a traceback."""

    def __init__(self, submission: Submission, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._submission = submission
        self.cause: Exception | None = None
        self.failing: Path | None = None

    def init_notebooks(self) -> None:
        # nbgrader takes names for patterns, and would find another student's notebooks for the student "a*".
        folder = self._submission.folder
        self.assignments = {str(folder): sorted(map(str, folder.glob("*.ipynb")))}
        self.notebooks: list[str] = []

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        try:
            super().init_assignment(assignment_id, student_id)
        except Exception as error:
            self.cause = error
            raise

    def convert_single_notebook(self, notebook_filename: str) -> None:
        try:
            super().convert_single_notebook(notebook_filename)
        except Exception as error:
            self.cause, self.failing = error, Path(notebook_filename)
            raise
