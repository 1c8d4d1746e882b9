"""nbgrader's own generate_assignment, from ``source/`` to ``release/``."""

from __future__ import annotations

from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells
from traitlets.config import Config

from courses.nbgrader_step import run_step

__all__ = ["generate"]


def generate(config: Config, root: Path, assignment: str, *, gradebook: str | None = None) -> None:
    """Make ``root/release/<assignment>`` from ``root/source/<assignment>``.

    Parameters
    ----------
    config
        The course root's nbgrader configuration; ``root`` replaces its course directory.
    gradebook
        The database in which to register the assignment and its cells. A mere build names none.

    Raises
    ------
    BuildError
        nbgrader refused; the error carries what it said.
    """
    place = {"db_url": gradebook} if gradebook else {}
    folder = CourseDirectory(config=config, root=str(root), assignment_id=assignment, **place)
    converter = GenerateAssignment(coursedir=folder, config=config)
    converter.force = True
    if not gradebook:
        converter.no_database = True
        converter.preprocessors = [step for step in converter.preprocessors if not _saves(step)]
    run_step(
        converter,
        f"nbgrader could not generate '{assignment}'",
        where=f"source/{assignment}/{assignment}.ipynb",
        remedy="Mend the lesson and build again.",
    )


def _saves(step: object) -> bool:
    return step is SaveCells or str(step).endswith("SaveCells")
