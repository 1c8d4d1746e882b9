"""nbgrader's executor, with quests judged instead of run."""

from __future__ import annotations

import logging
import subprocess
from pathlib import Path
from typing import Any

from nbgrader import utils
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets import Bool, Float

from autograders.judging import Task, judge_task
from autograders.outputs import outputs_of
from autograders.replay import replayer
from autograders.verdicts import VERDICT_KEY, quest_of_grade_cell
from gitquest_kernel.answers import quest_cell
from gitquest_kernel.checks import Replay

__all__ = ["QuestExecute", "is_graded_code", "judge_quests", "ordinary_cells", "quests_of"]

_log = logging.getLogger("gitquest.grading")


class QuestExecute(Execute):
    """Judge a notebook's quests by replay, and run its ordinary graded cells as nbgrader does.

    A notebook without quests is nbgrader's own business entirely. One with quests and no ordinary graded code starts
    no kernel: demonstrations and answer cells are not run at all.
    """

    unconfined = Bool(
        False, help="Replay answers without confinement, with all the rights of the instructor. For debugging."
    ).tag(config=True)

    hold_tampered = Bool(
        False,
        help="Give no points to the test cells of a notebook whose code changed how cells run, and leave them to the "
        "instructor. By default they get the score of nbgrader's rules, and 'gitquest grade' names the notebook. "
        "Only the engine of 'gitquest grade' can tell.",
    ).tag(config=True)

    answer_timeout = Float(60.0, help="Seconds of wall-clock time that one answer may take").tag(config=True)

    def preprocess(self, nb: Any, resources: Any, km: Any = None) -> tuple[Any, Any]:
        """Fill the grade cells of one restored submission."""
        quests = quests_of(nb)
        if not quests:
            return super().preprocess(nb, resources, km)
        everything = nb.cells
        ordinary = ordinary_cells(nb)
        if any(is_graded_code(cell) for cell in ordinary):
            nb.cells = ordinary
            try:
                nb, resources = super().preprocess(nb, resources, km)
            finally:
                nb.cells = everything
        replay = replayer(seconds=self.answer_timeout, confined=not self.unconfined)
        facts, course = resources["nbgrader"], CourseDirectory(parent=self)
        folder = Path(course.format_path(course.submitted_directory, facts["student"], facts["assignment"]))
        judge_quests(nb, Path(course.root), folder, facts["assignment"], replay)
        return nb, resources

    def setup_kernel(self, **kwargs: Any) -> Any:
        """Start a kernel whose own log stays out of the instructor's terminal; cells' output is another channel."""
        return super().setup_kernel(stderr=subprocess.DEVNULL, **kwargs)


def quests_of(nb: Any) -> dict[str, Any]:
    """Return a notebook's grade cells of quests, by quest; their ids and sources have been restored before."""
    return {quest: cell for cell in nb.cells if (quest := _quest_of(cell))}


def ordinary_cells(nb: Any) -> list[Any]:
    """Return the cells of a notebook that belong to no quest."""
    return [cell for cell in nb.cells if not _is_ours(cell)]


def is_graded_code(cell: Any) -> bool:
    """Whether a cell is code that gives points."""
    return cell.cell_type == "code" and bool(utils.is_grade(cell))


def judge_quests(nb: Any, root: Path, folder: Path, assignment: str, replay: Replay) -> None:
    """Judge each quest of a restored notebook and fill its grade cell.

    Parameters
    ----------
    root
        The course root, with ``courses/``.
    folder
        The student's submission of the assignment.
    """
    for quest, cell in quests_of(nb).items():
        name = f"{quest}-answer"
        answered = next((c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name), None)
        task = Task(
            root=root,
            assignment=assignment,
            quest=quest,
            folder=folder,
            max_points=float(cell.metadata.nbgrader.points),
            source=answered.source if answered is not None else None,
            version=cell.metadata.get(VERDICT_KEY, {}).get("digest"),
        )
        answer, verdict = judge_task(task, replay)
        _log.info("Quest %s of %s: %s", task.quest, task.folder, verdict.outcome)
        cell.outputs = outputs_of(verdict, answer, task.max_points)


def _quest_of(cell: Any) -> str | None:
    if not is_graded_code(cell):
        return None
    return quest_of_grade_cell(cell.metadata.nbgrader["grade_id"], cell.source)


def _is_ours(cell: Any) -> bool:
    return cell.cell_type == "code" and (_quest_of(cell) is not None or quest_cell(cell.source) is not None)
