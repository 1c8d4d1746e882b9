"""The scores and comments of one graded notebook, as nbgrader determines them, without a database."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import Any

from nbgrader import utils
from nbgrader.api import MissingEntry

from autograders.engine.released import ReleasedNotebook
from autograders.verdicts import VERDICT_KEY, verdict_of_cell
from gitquest_kernel.checks import Outcome, Verdict

__all__ = ["Scores", "scores_of"]


@dataclass(frozen=True)
class Scores:
    """What a notebook brings into the gradebook.

    Parameters
    ----------
    points
        By grade id; None where an instructor has to give them.
    comments
        The automatic comment by grade id; None where there is none.
    verdicts
        What was judged by replay, by grade id.
    """

    points: dict[str, float | None] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def held(self) -> Scores:
        """Return the same without points for ordinary cells; quests are judged where no student's code runs."""
        return replace(self, points={name: p if name in self.verdicts else None for name, p in self.points.items()})


def scores_of(nb: Any, released: ReleasedNotebook, log: logging.Logger) -> Scores:
    """Return the scores of an executed notebook, as nbgrader's SaveAutoGrades and our subclass of it save them.

    Raises
    ------
    MissingEntry
        A cell claims points that the gradebook has no place for.
    ValueError
        A result is above the cell's maximum.
    """
    scores = Scores()
    for cell in nb.cells:
        if utils.is_grade(cell) and (verdict := verdict_of_cell(cell)):
            scores.verdicts[cell.metadata.nbgrader["grade_id"]] = verdict
    by_quest = {verdict.quest: verdict for verdict in scores.verdicts.values()}
    graded = {cell.name for cell in (*released.grade_cells, *released.task_cells)}
    commented = {cell.name for cell in (*released.solution_cells, *released.task_cells)}
    for cell in nb.cells:
        if utils.is_grade(cell):
            name = _known(cell, graded, released)
            verdict = scores.verdicts.get(name)
            held = verdict is not None and verdict.outcome.held
            scores.points[name] = None if held else utils.determine_grade(cell, log)[0]
        if utils.is_solution(cell) or utils.is_task(cell):
            name = _known(cell, commented, released)
            scores.comments[name] = _comment(cell, by_quest)
    return scores


def _known(cell: Any, names: set[str], released: ReleasedNotebook) -> str:
    name = str(cell.metadata.nbgrader["grade_id"])
    if name not in names:
        raise MissingEntry(f"No such cell: {released.name}/{name}")
    return name


def _comment(cell: Any, by_quest: dict[str, Verdict]) -> str | None:
    verdict = by_quest.get(cell.metadata.get(VERDICT_KEY, {}).get("quest", ""))
    if verdict is not None:
        silent = verdict.outcome is Outcome.NOT_ATTEMPTED
    else:
        unchanged = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
        silent = unchanged and not utils.is_task(cell)
    return "No response." if silent else None
