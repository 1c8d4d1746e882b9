"""A submission's quest cells, put back as they were released.

The gradebook, not the submission, says which quests a notebook has. A student may delete, duplicate, retype or edit
any cell: afterwards each quest has exactly one answer cell, with the student's text, and one grade cell, with ours.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.nbgraderformat import SCHEMA_VERSION
from nbgrader.preprocessors import NbGraderPreprocessor

from autograders.verdicts import VERDICT_KEY, quest_of_grade_cell
from gitquest_kernel.answers import has_commands, quest_cell

__all__ = ["RestoreQuestCells", "restore_quests"]

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class _Released:
    """A quest's two cells as nbgrader recorded them at release; ``answer`` is None if it has no answer cell."""

    quest: str
    points: float
    grade: Any
    answer: Any | None


class RestoreQuestCells(NbGraderPreprocessor):
    """Give each quest of a submission its one answer cell and its one grade cell back.

    Runs before nbgrader's own cells are deduplicated and overwritten; those it leaves alone. nbgrader's way to add
    missing cells loses the whole submission when both cells of a pair are gone, and its checksums lose it when a
    flag in a cell's metadata was changed.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Restore the quest cells of one submitted notebook."""
        facts = resources["nbgrader"]
        with Gradebook(facts["db_url"]) as gradebook, contextlib.suppress(MissingEntry):
            restore_quests(nb, gradebook.find_notebook(facts["notebook"], facts["assignment"]))
        return nb, resources


def restore_quests(nb: Any, released: Any) -> None:
    """Restore the quest cells of a submitted notebook.

    Parameters
    ----------
    released
        The notebook as the gradebook has it, with ``source_cells`` and ``grade_cells``.
    """
    for quest in _quests(released):
        _restore(nb, quest)


def _quests(entry: Any) -> Iterator[_Released]:
    sources = {cell.name: cell for cell in entry.source_cells}
    for grade_cell in entry.grade_cells:
        source = sources.get(grade_cell.name)
        quest = quest_of_grade_cell(source.name, source.source) if source is not None else None
        if quest is not None:
            yield _Released(quest, float(grade_cell.max_score), source, sources.get(f"{quest}-answer"))


def _restore(nb: Any, released: _Released) -> None:
    grades = [cell for cell in nb.cells if _name(cell) == released.grade.name]
    answers = _answers(nb, released)
    answer = next((cell for cell in reversed(answers) if _holds_answer(cell)), answers[-1] if answers else None)
    grade = grades[-1] if grades else None
    digest = next((d for d in map(_digest, [answer, *reversed(answers), grade]) if d), None)

    for cell in [*answers, *grades]:
        cell.metadata.pop("nbgrader", None)
    if released.answer is not None:
        if answer is None:
            answer = new_code_cell(released.answer.source)
            _insert(nb, answer, before=grade)
        _claim(answer, released, released.answer, "answer", digest)
    if grade is None:
        grade = new_code_cell(released.grade.source)
        _insert(nb, grade, after=answer)
    grade.source = released.grade.source
    _claim(grade, released, released.grade, "grade", digest)


def _answers(nb: Any, released: _Released) -> list[Any]:
    """Return the cells that may hold the answer: those of its grade id, else cells retyped without one."""
    named = [cell for cell in nb.cells if _name(cell) == f"{released.quest}-answer"]
    return named or [cell for cell in nb.cells if _name(cell) is None and _asks(cell) == released.quest]


def _asks(cell: Any) -> str | None:
    found = quest_cell(cell.source)
    return found[0] if found else None


def _holds_answer(cell: Any) -> bool:
    found = quest_cell(cell.source)
    return found is not None and has_commands(found[1])


def _claim(cell: Any, released: _Released, source: Any, role: str, digest: str | None) -> None:
    if cell.cell_type != "code":
        cell.cell_type = "code"
        cell.pop("attachments", None)
    cell.outputs, cell.execution_count = [], None
    is_grade = role == "grade"
    cell.metadata["nbgrader"] = {
        "schema_version": SCHEMA_VERSION,
        "grade": is_grade,
        "solution": not is_grade,
        "locked": is_grade,
        "task": False,
        "grade_id": source.name,
        "cell_type": "code",
        "checksum": source.checksum,
    }
    if is_grade:
        cell.metadata["nbgrader"]["points"] = released.points
    cell.metadata[VERDICT_KEY] = {"quest": released.quest, "role": role, **({"digest": digest} if digest else {})}


def _insert(nb: Any, cell: Any, *, before: Any = None, after: Any = None) -> None:
    if (nb.nbformat, nb.nbformat_minor) < (4, 5):
        cell.pop("id", None)
    neighbour = before if before is not None else after
    place = next((i for i, other in enumerate(nb.cells) if other is neighbour), None)
    if place is None:
        nb.cells.append(cell)
    else:
        nb.cells.insert(place if before is not None else place + 1, cell)


def _name(cell: Any) -> str | None:
    facts = cell.metadata.get("nbgrader")
    name = facts.get("grade_id") if isinstance(facts, dict) else None
    return name if isinstance(name, str) else None


def _digest(cell: Any) -> str | None:
    """Return the version that a cell claims; the claim only ever chooses among versions that were released."""
    facts = cell.metadata.get(VERDICT_KEY) if cell is not None else None
    claim = facts.get("digest") if isinstance(facts, dict) else None
    return claim if isinstance(claim, str) and _DIGEST.fullmatch(claim) else None
