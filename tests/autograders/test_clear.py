"""What students find in place of solutions."""

from __future__ import annotations

from typing import Any

from nbformat.v4 import new_code_cell, new_notebook

from autograders.clear import QuestClearSolutions

STUB = "%%quest first-commit\n# Run this cell to open the quest, or write your commands below this line."


def _cleared(source: str) -> str:
    cell = new_code_cell(source)
    cell.metadata["nbgrader"] = {"solution": True, "grade": False, "locked": False, "grade_id": "x"}
    notebook: Any = new_notebook(cells=[cell])
    QuestClearSolutions().preprocess(notebook, {})
    return str(notebook.cells[0].source)


def test_a_quest_cell_keeps_its_magic_and_gets_a_stub_in_its_own_language() -> None:
    assert _cleared("%%quest first-commit\n### BEGIN SOLUTION\ngit init\n### END SOLUTION") == STUB


def test_a_quest_cell_without_marks_is_cleared_whole() -> None:
    assert _cleared("%%quest first-commit\ngit init") == STUB


def test_text_around_the_marks_stays() -> None:
    source = "%%quest first-commit\n# mind the gap\n### BEGIN SOLUTION\ngit init\n### END SOLUTION"
    assert _cleared(source).splitlines()[1] == "# mind the gap"


def test_other_cells_get_nbgraders_stub() -> None:
    assert _cleared("x = 1") == "# YOUR CODE HERE\nraise NotImplementedError()"
