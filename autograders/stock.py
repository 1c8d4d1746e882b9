"""nbgrader's own autograde, of one submission, and what its errors mean."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import OperationalError
from traitlets.config import Config

from autograders.submissions import Submission
from gitquest_kernel.errors import GitQuestError, GradingError

__all__ = ["autograde", "named_error"]


def autograde(submission: Submission, config: Config, log: logging.Logger) -> None:
    """Grade a submission with nbgrader's converter. It changes this process's folder: not for threads.

    Raises
    ------
    GitQuestError
        It cannot be graded; the error names the notebook and what was wrong with it.
    """
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
        raise named_error(cause, converter.failing or submission.folder) from cause


def named_error(cause: Exception, where: Path) -> GradingError:
    """Return what an instructor needs to know of an error, and can do about it."""
    said = str(cause).strip().splitlines()[:1]
    remedy = "Open it in JupyterLab and mend or replace it, then run the same command."
    if isinstance(cause, DeadKernelError):
        remedy = "Its code ends the kernel. Take that line out, then run the same command; or give the points by hand."
    elif isinstance(cause, CellTimeoutError):
        remedy = "Its code does not end. Take that line out, then run the same command; or give the points by hand."
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
