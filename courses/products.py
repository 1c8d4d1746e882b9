"""Everything that a build makes, made in a folder of its own so that the course root changes all at once."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from traitlets.config import Config

from courses.generate import generate
from courses.notebook import instructor_notebook, notebook_text
from courses.selection import ChosenLesson
from gitquest_kernel.quest import LoadedLesson, public

__all__ = ["Products", "Progress", "make_products", "quietly"]

Progress = Callable[[str], None]
"""Told the name of each assignment as its turn comes."""


def quietly(assignment: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Products:
    """The files of freshly built assignments.

    Parameters
    ----------
    place
        A folder that holds ``source/`` and ``release/`` as long as the context lasts.
    files
        Contents by path below the course root: ``release/git-01-first-repository/quests/first-commit.json``.
    """

    place: Path
    assignments: tuple[str, ...]
    files: Mapping[str, bytes]


@contextmanager
def make_products(
    lessons: Sequence[ChosenLesson], config: Config, progress: Progress, gradebook: str | None = None
) -> Iterator[Products]:
    """Build ``source/`` and ``release/`` of the given lessons in a temporary folder.

    Parameters
    ----------
    gradebook
        The database in which to register the assignments; none for a mere build.

    Raises
    ------
    BuildError, CourseError
        A lesson or quest cannot be built; nothing outside the temporary folder has changed.
    """
    with tempfile.TemporaryDirectory(prefix="gitquest-build-") as folder:
        place = Path(folder).resolve()
        for course, lesson in lessons:
            progress(lesson.assignment)
            _write_source(place / "source" / lesson.assignment, lesson, course.course.id)
            generate(config, place, lesson.assignment, gradebook=gradebook)
        files = {path.relative_to(place).as_posix(): path.read_bytes() for path in _files(place)}
        yield Products(place, tuple(lesson.assignment for _, lesson in lessons), files)


def _write_source(folder: Path, lesson: LoadedLesson, course: str) -> None:
    quests = folder / "quests"
    quests.mkdir(parents=True)
    notebook = notebook_text(instructor_notebook(lesson, course))
    (folder / f"{lesson.assignment}.ipynb").write_text(notebook, encoding="utf-8")
    for quest in lesson.quests:
        copy = json.dumps(public(quest), indent=1, sort_keys=True, ensure_ascii=False)
        (quests / f"{quest.id}.json").write_text(copy + "\n", encoding="utf-8")


def _files(place: Path) -> list[Path]:
    return sorted(path for step in ("source", "release") for path in (place / step).rglob("*") if path.is_file())
