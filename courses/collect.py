"""Take submissions out of nbgrader's exchange."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograders.config import course_config
from courses import exchange
from courses.products import Progress, quietly
from courses.rehearsal_class import REHEARSAL
from courses.selection import all_lessons, choose_lessons

__all__ = ["CollectReport", "collect"]


@dataclass(frozen=True)
class CollectReport:
    """What was collected, as pairs of student and assignment, and what nbgrader warned of."""

    collected: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)


def collect(root: Path, names: Sequence[str] = (), progress: Progress = quietly) -> CollectReport:
    """Copy every student's newest submission of released assignments into ``submitted/``.

    Parameters
    ----------
    names
        Assignments or courses; by default all that the exchange hands out.

    Raises
    ------
    BuildError
        A name is unknown, or the exchange cannot be read.
    """
    root = root.resolve()
    config = course_config(root)
    outbound = Path(config.Exchange.root) / str(config.CourseDirectory.course_id) / "outbound"
    collected: list[tuple[str, str]] = []
    warnings: list[str] = []
    for _, lesson in choose_lessons(all_lessons(root), names):
        if names or (outbound / lesson.assignment).is_dir():
            progress(lesson.assignment)
            before = _handed_in(root, lesson.assignment)
            warnings += exchange.collect(config, lesson.assignment)
            after = _handed_in(root, lesson.assignment)
            collected += [(student, lesson.assignment) for student in after if after[student] != before.get(student)]
    # A rehearsal's students have no accounts of their own, so their work belongs to whoever rehearses.
    return CollectReport(tuple(collected), tuple(text for text in warnings if REHEARSAL not in text))


def _handed_in(root: Path, assignment: str) -> dict[str, str]:
    """Return when each student's collected submission was handed in."""
    files = sorted((root / "submitted").glob(f"*/{assignment}/timestamp.txt"))
    return {file.parts[-3]: file.read_text(encoding="utf-8", errors="replace") for file in files}
