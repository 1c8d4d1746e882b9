"""The page of feedback, whose table of contents names the quests."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbgrader.coursedir import CourseDirectory

from autograders.verdicts import verdict_of_cell

__all__ = ["QuestFeedback"]


class QuestFeedback(HTMLExporter):
    """Write nbgrader's feedback page, with a quest's title where its table of contents says ``Test cell``."""

    def from_notebook_node(self, nb: Any, resources: Any = None, **options: Any) -> tuple[str, Any]:
        """Return the page of one autograded notebook."""
        page, resources = super().from_notebook_node(nb, resources, **options)
        course = CourseDirectory(parent=self)
        source = Path(course.format_path(course.source_directory, ".", resources["nbgrader"]["assignment"]))
        for cell in nb.cells:
            if verdict := verdict_of_cell(cell):
                link = f'<a href="#{cell.metadata.nbgrader.grade_id}">'
                title = escape(_title(source / "quests", verdict.quest))
                page = page.replace(f"{link}Test cell</a>", f"{link}{title}</a>", 1)
        return page, resources


def _title(folder: Path, quest: str) -> str:
    """Return a quest's title as the builder wrote it beside the notebook; its id where there is none."""
    try:
        return str(json.loads((folder / f"{quest}.json").read_text(encoding="utf-8"))["title"])
    except (OSError, ValueError, KeyError, TypeError):
        return quest
