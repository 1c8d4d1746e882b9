"""What a student finds in place of a solution."""

from __future__ import annotations

from typing import Any

from nbgrader.preprocessors import ClearSolutions
from traitlets import Unicode

from gitquest_kernel.answers import quest_cell

__all__ = ["QuestClearSolutions"]

_LANGUAGE = "%%quest"


class QuestClearSolutions(ClearSolutions):
    """Clear solutions as nbgrader does, but leave a stub that suits a ``%%quest`` cell.

    nbgrader chooses its stub by the notebook's language, and would put Python into a git or SQL answer.
    """

    quest_stub = Unicode(
        "# Run this cell to open the quest, or write your commands below this line.",
        help="What replaces the solution in a %%quest cell",
    ).tag(config=True)

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """Replace the solution of one cell by the stub of its sort."""
        found = quest_cell(cell.source) if cell.cell_type == "code" else None
        if found is None:
            return super().preprocess_cell(cell, resources, index)
        self.code_stub[_LANGUAGE] = self.quest_stub
        cell, _ = super().preprocess_cell(cell, {**resources, "language": _LANGUAGE}, index)
        if quest_cell(cell.source) is None:
            cell.source = f"%%quest {found[0]}\n{cell.source}"
        return cell, resources
