"""Feedback pages for a class: nbgrader's generate_feedback, one submission after another, in one process."""

from __future__ import annotations

import glob
import logging
import shlex
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograders.graded import open_gradebook
from gitquest_kernel.errors import GitQuestError, GradingError

__all__ = ["Feedback", "feedback_for"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """The feedback on one submission: where it lies, or why there is none."""

    assignment: str
    student: str
    folder: Path
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data, for scripts."""
        return {
            "assignment": self.assignment,
            "student": self.student,
            "folder": str(self.folder),
            "error": self.error,
        }


def feedback_for(config: Config, assignments: Sequence[str] = ()) -> Iterator[Feedback]:
    """Write the feedback on what has been graded, as ``nbgrader generate_feedback --force`` does.

    A submission that cannot be rendered is told of, and the others go on.

    Parameters
    ----------
    config
        The course root's configuration, as `autograders.config.course_config` makes it.
    assignments
        Names; by default everything that has been graded.

    Raises
    ------
    GradingError
        There is no gradebook, nothing has been graded, or an assignment is named of which nothing has.
    """
    log = logging.getLogger("gitquest.feedback")
    log.propagate = False
    log.addHandler(logging.NullHandler())
    course = CourseDirectory(config=config, log=log)
    graded = _graded(course)
    for name in assignments:
        if name not in {assignment for assignment, _ in graded}:
            where = course.format_path(course.autograded_directory, "*", name)
            remedy = "Check the name, or grade it first with: gitquest grade"
            raise GradingError(f"nothing of '{name}' has been graded", where=where, remedy=remedy)
    if not graded:
        where = str(Path(course.root) / course.autograded_directory)
        raise GradingError("nothing has been graded yet", where=where, remedy="Grade it first with: gitquest grade")
    with open_gradebook(config):
        pass  # nbgrader would make an empty one where there is none, and find nobody in it
    for assignment, student in graded:
        if not assignments or assignment in assignments:
            folder = Path(course.format_path(course.feedback_directory, student, assignment))
            yield Feedback(assignment, student, folder, _generate(config, log, assignment, student))


def _graded(course: CourseDirectory) -> list[tuple[str, str]]:
    folders = glob.glob(course.format_path(course.autograded_directory, "*", "*"))
    found = (Path(folder) for folder in folders)
    # The layout is nbgrader's default: student, then assignment.
    return sorted((folder.name, folder.parent.name) for folder in found if any(folder.glob("*.ipynb")))


def _generate(config: Config, log: logging.Logger, assignment: str, student: str) -> str | None:
    course = CourseDirectory(config=config, log=log)
    course.assignment_id, course.student_id = glob.escape(assignment), glob.escape(student)
    converter = _Feedback(coursedir=course, config=config, log=log)
    converter.force = True
    with warnings.catch_warnings():
        # SQLAlchemy, nbconvert and nbgrader warn about each other's versions, not about the class.
        warnings.simplefilter("ignore")
        try:
            converter.start()
        except Exception as error:
            cause = converter.cause or error
            if isinstance(cause, MissingEntry):
                remedy = f"Grade it first: gitquest grade {assignment} --student {shlex.quote(student)} --force"
                return str(GradingError("the gradebook does not hold this submission", remedy=remedy))
            return str(cause) if isinstance(cause, GitQuestError) else f"{type(cause).__name__}: {cause}"
    return None


class _Feedback(GenerateFeedback):
    """nbgrader's converter, which remembers what went wrong: it logs a traceback and raises another error."""

    cause: Exception | None = None

    def convert_single_notebook(self, notebook_filename: str) -> None:
        try:
            super().convert_single_notebook(notebook_filename)
        except Exception as error:
            self.cause = error
            raise
