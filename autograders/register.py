"""Making an assignment known to a gradebook that has forgotten it."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from gitquest_kernel.errors import GradingError

__all__ = ["ensure_registered"]


def ensure_registered(assignment: str, config: Config, log: logging.Logger) -> tuple[str, ...]:
    """Return the names of an assignment's notebooks, after entering it into the gradebook if it is not there.

    A gradebook can be deleted and rebuilt; nbgrader knows an assignment again only after generating it. This reads
    ``source/`` in the same way, and leaves ``release/`` as it is.

    Raises
    ------
    GradingError
        Neither the gradebook nor ``source/`` has this assignment, or its source cannot be used.
    """
    course = CourseDirectory(config=config, log=log)
    known = _notebooks(course, assignment)
    if known:
        return known
    source = Path(course.format_path(course.source_directory, ".", assignment))
    if not any(source.glob("*.ipynb")):
        raise GradingError(
            f"there is no assignment '{assignment}' in the gradebook, nor in source/",
            where=str(source),
            remedy="Mend the name, or build the course first: gitquest build && gitquest release",
        )
    course.assignment_id = assignment
    with tempfile.TemporaryDirectory(prefix="gitquest-") as folder:
        _Register(coursedir=course, config=config, log=log, folder=folder).start()
    return _notebooks(course, assignment)


class _Register(GenerateAssignment):
    """nbgrader's generate_assignment, its notebooks written where nobody reads them."""

    def __init__(self, *, folder: str, **kwargs: object) -> None:
        self._folder = folder
        super().__init__(**kwargs)

    @property
    def _output_directory(self) -> str:
        return self._folder


def _notebooks(course: CourseDirectory, assignment: str) -> tuple[str, ...]:
    with Gradebook(course.db_url, course.course_id) as gradebook:
        try:
            return tuple(sorted(notebook.name for notebook in gradebook.find_assignment(assignment).notebooks))
        except MissingEntry:
            return ()
