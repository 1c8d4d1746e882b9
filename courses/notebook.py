"""From a lesson to the instructor's notebook."""

from __future__ import annotations

from collections.abc import Sequence

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_notebook

from courses.cells import closing_cell, code_cell, opening_cell, prose_cell, quest_cells
from courses.lesson import Demonstration, Part, Prose, QuestPlace, parts
from gitquest_kernel.quest import LoadedLesson
from gitquest_kernel.quest.base import slug

__all__ = ["instructor_notebook", "notebook_text"]

KERNELSPEC = {"name": "gitquest", "display_name": "Git Quest", "language": "python"}


def instructor_notebook(lesson: LoadedLesson, course: str) -> NotebookNode:
    """Make the notebook that nbgrader keeps in ``source/``: the lesson with a solution in each answer cell.

    The same lesson always gives the same notebook, cell ids included.

    Raises
    ------
    BuildError
        The lesson's text or one of its quests cannot become cells.
    """
    quests = {quest.id: quest for quest in lesson.quests}
    name = _CellNames({f"{quest}-{role}" for quest in quests for role in ("task", "answer", "grade")})
    cells = [opening_cell(lesson), code_cell("setup", "%load_ext gitquest_kernel")]
    for part in _without_title(parts(lesson)):
        match part:
            case Prose(text=text):
                cells.append(prose_cell(name.prose(text), text))
            case Demonstration(source=source):
                cells.append(code_cell(name.demonstration(), source))
            case QuestPlace(quest=quest):
                cells += quest_cells(quests[quest], f"{lesson.path / quest}.yaml:1")
    if closing := closing_cell(lesson):
        cells.append(closing)
    metadata = {
        "kernelspec": KERNELSPEC,
        "language_info": {"name": "python"},
        "gitquest": {"course": course, "assignment": lesson.assignment},
    }
    notebook = new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(notebook)
    return notebook


def notebook_text(notebook: NotebookNode) -> str:
    """Write a notebook as text, with its keys in order."""
    return str(nbformat.writes(notebook, version=4)).rstrip("\n") + "\n"


def _without_title(found: Sequence[Part]) -> list[Part]:
    """Leave out a heading of level 1 that opens the text: the notebook's first cell has the title already."""
    first, *rest = found or [Prose(1, "")]
    if not isinstance(first, Prose) or not first.text.startswith("# "):
        return list(found)
    text = first.text.partition("\n")[2].strip()
    return [Prose(first.line + 1, text), *rest] if text else rest


class _CellNames:
    """Hand out cell ids from the headings, so that an edit in one section leaves the others' ids alone."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = {*taken, "title", "setup", "read-on"}
        self._section = "introduction"

    def prose(self, text: str) -> str:
        """Return the id of a Markdown cell; one that opens with a heading is named after it."""
        first = text.splitlines()[0]
        if first.startswith(("# ", "## ")):
            self._section = slug(first)[:40].rstrip("-")
            return self._free(self._section)
        return self._free(f"{self._section}-text")

    def demonstration(self) -> str:
        """Return the id of a code cell."""
        return self._free(f"{self._section}-code")

    def _free(self, wanted: str) -> str:
        number, name = 1, wanted
        while name in self._taken:
            number += 1
            name = f"{wanted}-{number}"
        self._taken.add(name)
        return name
