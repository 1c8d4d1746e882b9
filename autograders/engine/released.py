"""What a gradebook knows of an assignment, read once a run: what its notebooks were when they were released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

__all__ = ["ReleasedAssignment", "ReleasedNotebook", "read_released"]


@dataclass(frozen=True, slots=True)
class SourceCell:
    """A cell's text, as nbgrader keeps it."""

    name: str
    cell_type: str
    locked: bool
    source: str
    checksum: str | None


@dataclass(frozen=True, slots=True)
class NamedCell:
    """A cell that has a place in the gradebook: for points, a comment, or both."""

    id: str
    name: str
    max_score: float = 0.0
    cell_type: str = ""


@dataclass(frozen=True, slots=True)
class ReleasedNotebook:
    """One notebook of an assignment; it has the attributes of nbgrader's that preprocessors read."""

    id: str
    name: str
    kernelspec: str | None
    source_cells: tuple[SourceCell, ...]
    grade_cells: tuple[NamedCell, ...]
    solution_cells: tuple[NamedCell, ...]
    task_cells: tuple[NamedCell, ...]

    @property
    def max_score(self) -> float:
        """The sum of all points."""
        return sum(cell.max_score for cell in (*self.grade_cells, *self.task_cells))


@dataclass(frozen=True, slots=True)
class ReleasedAssignment:
    """An assignment, in the place of the gradebook for preprocessors that only look cells up."""

    id: str
    name: str
    duedate: datetime | None
    notebooks: tuple[ReleasedNotebook, ...]

    def find_notebook(self, notebook: str, assignment: str) -> ReleasedNotebook:
        """Return a notebook, or raise what a gradebook raises."""
        found = next((n for n in self.notebooks if n.name == notebook and assignment == self.name), None)
        if found is None:
            raise MissingEntry(f"No such notebook: {assignment}/{notebook}")
        return found

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> SourceCell:
        """Return a cell's source, or raise what a gradebook raises."""
        cells = self.find_notebook(notebook, assignment).source_cells
        found = next((cell for cell in cells if cell.name == name), None)
        if found is None:
            raise MissingEntry(f"No such source cell: {assignment}/{notebook}/{name}")
        return found

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> NamedCell:
        """Return a cell that gives points, or raise what a gradebook raises."""
        found_in = self.find_notebook(notebook, assignment)
        found = next((cell for cell in (*found_in.grade_cells, *found_in.task_cells) if cell.name == name), None)
        if found is None:
            raise MissingEntry(f"No such graded cell: {assignment}/{notebook}/{name}")
        return found


def read_released(gradebook: Gradebook, assignment: str) -> ReleasedAssignment:
    """Read an assignment.

    Raises
    ------
    MissingEntry
        The gradebook does not have it.
    """
    entry = gradebook.find_assignment(assignment)
    return ReleasedAssignment(entry.id, entry.name, entry.duedate, tuple(map(_notebook, entry.notebooks)))


def _notebook(entry: Any) -> ReleasedNotebook:
    def named(cells: Any) -> tuple[NamedCell, ...]:
        return tuple(
            NamedCell(cell.id, cell.name, float(getattr(cell, "max_score", 0.0)), getattr(cell, "cell_type", ""))
            for cell in cells
        )

    return ReleasedNotebook(
        id=entry.id,
        name=entry.name,
        kernelspec=entry.kernelspec,
        source_cells=tuple(
            SourceCell(cell.name, cell.cell_type, bool(cell.locked), cell.source, cell.checksum)
            for cell in entry.source_cells
        ),
        grade_cells=named(entry.grade_cells),
        solution_cells=named(entry.solution_cells),
        task_cells=named(entry.task_cells),
    )
