"""Verdicts inside an autograded notebook: written by the executor, read by awards and reports.

A verdict travels as the metadata of the output that shows it, so a notebook carries the whole reason for its
marks and no second file can disagree with it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gitquest_kernel.checks import Verdict
from gitquest_kernel.errors import GradingError

__all__ = ["VERDICT_KEY", "grade_id", "quest_of_grade_cell", "quest_of_grade_id", "verdict_of_cell", "verdicts_of"]

VERDICT_KEY = "gitquest"
"""The key of a verdict in an output's metadata, and of a quest's id and digest in a cell's."""

_SUFFIX = "-grade"


def grade_id(quest: str) -> str:
    """Return the grade id of a quest's grade cell."""
    return quest + _SUFFIX


def quest_of_grade_id(name: str) -> str | None:
    """Return the quest that a grade id names, or None for an id of another form."""
    quest = name.removesuffix(_SUFFIX)
    return quest if quest != name else None


def quest_of_grade_cell(name: str, source: str) -> str | None:
    """Return the quest whose grade cell has this grade id and source, or None for an ordinary cell."""
    quest = quest_of_grade_id(name)
    return quest if quest and source.strip() == f'grade("{quest}")' else None


def verdict_of_cell(cell: dict[str, Any]) -> Verdict | None:
    """Return the verdict that a judged grade cell carries, or None."""
    for output in cell.get("outputs", []):
        data = output.get("metadata", {}).get(VERDICT_KEY)
        if output.get("output_type") == "display_data" and data:
            return Verdict.from_json(data)
    return None


def verdicts_of(notebook_path: Path) -> dict[str, Verdict]:
    """Read the verdicts of an autograded notebook, by grade id.

    Parameters
    ----------
    notebook_path
        A notebook in ``autograded/``; one that came from a student carries no verdicts to believe.

    Raises
    ------
    GradingError
        The file is missing or is not a notebook.

    Examples
    --------
    Each quest's outcome in one submission::

        {name: verdict.outcome for name, verdict in verdicts_of(path).items()}
    """
    try:
        notebook = json.loads(notebook_path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GradingError(
            f"cannot read the autograded notebook ({error})",
            where=str(notebook_path),
            remedy="Grade the submission again: gitquest grade ASSIGNMENT --student ID --force",
        ) from error
    found: dict[str, Verdict] = {}
    for cell in cells:
        facts = cell.get("metadata", {}).get("nbgrader", {})
        verdict = verdict_of_cell(cell) if facts.get("grade") else None
        if verdict is not None:
            found[facts["grade_id"]] = verdict
    return found
