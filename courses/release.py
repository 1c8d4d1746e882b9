"""Release assignments: build them, freeze their quests, register them, hand them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograders.config import course_config
from courses.build import write_products
from courses.exchange import hand_out
from courses.freeze import freeze_quests
from courses.graded_cells import record_graded_cells, refuse_changed_cells
from courses.products import Progress, make_products, quietly
from courses.selection import all_lessons, choose_lessons

__all__ = ["ReleaseReport", "release"]


@dataclass(frozen=True)
class ReleaseReport:
    """What was released.

    Parameters
    ----------
    frozen
        Files of quest versions that had not been released before, relative to the course root.
    exchange
        The exchange that now hands the assignments out, or "" if none does.
    """

    assignments: tuple[str, ...]
    frozen: tuple[str, ...]
    exchange: str

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)


def release(root: Path, names: Sequence[str], *, exchange: bool = True, progress: Progress = quietly) -> ReleaseReport:
    """Release the named assignments or courses, or all; releasing again hands out the current version.

    Quests are frozen before anything is handed out, so that no answer names a version that is not kept.

    Parameters
    ----------
    exchange
        Whether to put the assignments into nbgrader's exchange (the folder ``exchange`` of the root unless
        configured otherwise); without it they are only in ``release/``.

    Raises
    ------
    BuildError, CourseError
        A lesson cannot be built, would change graded cells, or was refused by nbgrader.
    """
    root = root.resolve()
    lessons = all_lessons(root)
    refuse_changed_cells(lessons)
    chosen = choose_lessons(lessons, names)
    config = course_config(root)
    frozen: list[Path] = []
    with make_products(chosen, config, progress, gradebook=str(config.CourseDirectory.db_url)) as products:
        for course, lesson in chosen:
            frozen += freeze_quests(course, lesson)
            record_graded_cells(course, lesson)
        write_products(root, products, everything=False)
        if exchange:
            for assignment in products.assignments:
                hand_out(config, products.place, assignment)
    return ReleaseReport(
        products.assignments,
        tuple(path.relative_to(root).as_posix() for path in frozen),
        str(config.Exchange.root) if exchange else "",
    )
