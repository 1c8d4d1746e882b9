"""A submission's scores, on their way into the gradebook."""

from __future__ import annotations

from typing import Any

from nbgrader import utils
from nbgrader.preprocessors import SaveAutoGrades

from autograders.verdicts import VERDICT_KEY, verdict_of_cell
from gitquest_kernel.checks import Outcome, Verdict

__all__ = ["QuestSaveAutoGrades"]


class QuestSaveAutoGrades(SaveAutoGrades):
    """Save scores as nbgrader does, but leave a held verdict without one, for an instructor to give.

    nbgrader gives full marks to a grade cell without a result, and writes "No response." beside every unchanged
    answer cell, also where the answer was given in the quest's panel.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Save the scores of one notebook."""
        verdicts = (verdict_of_cell(cell) for cell in nb.cells if utils.is_grade(cell))
        self._verdicts: dict[str, Verdict] = {verdict.quest: verdict for verdict in verdicts if verdict}
        return super().preprocess(nb, resources)

    def _add_score(self, cell: Any, resources: Any) -> None:
        verdict = verdict_of_cell(cell)
        if verdict is None or not verdict.outcome.held:
            super()._add_score(cell, resources)
            return
        grade = self.gradebook.find_grade(
            cell.metadata.nbgrader.grade_id, self.notebook_id, self.assignment_id, self.student_id
        )
        grade.auto_score, grade.needs_manual_grade = None, True
        self.gradebook.db.commit()

    def _add_comment(self, cell: Any, resources: Any) -> None:
        verdict = self._verdicts.get(cell.metadata.get(VERDICT_KEY, {}).get("quest", ""))
        if verdict is None:
            super()._add_comment(cell, resources)
            return
        comment = self.gradebook.find_comment(
            cell.metadata.nbgrader.grade_id, self.notebook_id, self.assignment_id, self.student_id
        )
        comment.auto_comment = "No response." if verdict.outcome is Outcome.NOT_ATTEMPTED else None
        self.gradebook.db.commit()
