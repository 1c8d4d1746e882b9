"""nbgrader's executor, with quests judged instead of run."""

from __future__ import annotations

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

__all__ = ["QuestExecute"]


class QuestExecute(Execute):
    """Judge a notebook's quests by replay, and run its ordinary graded cells as nbgrader does.

    A notebook without quests is nbgrader's own business entirely. One with quests and no ordinary graded code starts
    no kernel: demonstrations and answer cells are not run at all.
    """

    unconfined = Bool(
        False, help="Replay answers without confinement, with all the rights of the instructor. For debugging."
    ).tag(config=True)

    answer_timeout = Float(60.0, help="Seconds of wall-clock time that one answer may take").tag(config=True)

    def preprocess(self, nb: Any, resources: Any, km: Any = None) -> tuple[Any, Any]:
        """Fill the grade cells of one restored submission."""
        quests = {quest: cell for cell in nb.cells if (quest := _quest_of(cell))}
        if not quests:
            return super().preprocess(nb, resources, km)
        everything = nb.cells
        ordinary = [cell for cell in everything if not _is_ours(cell)]
        if any(cell.cell_type == "code" and utils.is_grade(cell) for cell in ordinary):
            nb.cells = ordinary
            try:
                nb, resources = super().preprocess(nb, resources, km)
            finally:
                nb.cells = everything
        replay = replayer(seconds=self.answer_timeout, confined=not self.unconfined)
        for quest, cell in quests.items():
            self._judge(cell, self._task(quest, cell, nb, resources["nbgrader"]), replay)
        return nb, resources

    def setup_kernel(self, **kwargs: Any) -> Any:
        """Start a kernel whose own log stays out of the instructor's terminal; cells' output is another channel."""
        return super().setup_kernel(stderr=subprocess.DEVNULL, **kwargs)

    def _task(self, quest: str, cell: Any, nb: Any, facts: Any) -> Task:
        course = CourseDirectory(parent=self)
        folder = course.format_path(course.submitted_directory, facts["student"], facts["assignment"])
        answer = next(
            (c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == f"{quest}-answer"), None
        )
        return Task(
            root=Path(course.root),
            assignment=facts["assignment"],
            quest=quest,
            folder=Path(folder),
            max_points=float(cell.metadata.nbgrader.points),
            source=answer.source if answer is not None else None,
            version=cell.metadata.get(VERDICT_KEY, {}).get("digest"),
        )

    def _judge(self, cell: Any, task: Task, replay: Replay) -> None:
        answer, verdict = judge_task(task, replay)
        self.log.info("Quest %s of %s: %s", task.quest, task.folder, verdict.outcome)
        cell.outputs = outputs_of(verdict, answer, task.max_points)


def _quest_of(cell: Any) -> str | None:
    """Return the quest of a grade cell; its id and source have been restored from the gradebook before."""
    if cell.cell_type != "code" or not utils.is_grade(cell):
        return None
    return quest_of_grade_cell(cell.metadata.nbgrader["grade_id"], cell.source)


def _is_ours(cell: Any) -> bool:
    return cell.cell_type == "code" and (_quest_of(cell) is not None or quest_cell(cell.source) is not None)
