"""The cells of a notebook: prose, demonstrations, and the three cells of a quest."""

from __future__ import annotations

from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from gitquest_kernel.errors import BuildError
from gitquest_kernel.quest import DbtQuest, LoadedLesson, Quest, QuizQuest, digest

__all__ = ["closing_cell", "code_cell", "opening_cell", "points_of", "prose_cell", "quest_cells"]

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
LONGEST_ID = 57
"""A cell id has at most 64 characters, of which ``-answer`` takes seven."""


def prose_cell(cell_id: str, text: str) -> NotebookNode:
    """Make a Markdown cell."""
    return new_markdown_cell(text, id=cell_id)


def code_cell(cell_id: str, source: str) -> NotebookNode:
    """Make a code cell without outputs."""
    return new_code_cell(source, id=cell_id)


def opening_cell(lesson: LoadedLesson) -> NotebookNode:
    """Make the first cell: title, time, objectives, and the commands that the lesson unlocks."""
    header = lesson.header
    blocks = [f"# {header.title}", f"*About {header.minutes} minutes.*"]
    if header.objectives:
        goals = "\n".join(f"- {objective}" for objective in header.objectives)
        blocks.append(f"Afterwards you can:\n\n{goals}")
    if header.unlocks:
        blocks.append("**Unlocks:** " + ", ".join(f"`{command}`" for command in header.unlocks))
    return prose_cell("title", "\n\n".join(blocks))


def closing_cell(lesson: LoadedLesson) -> NotebookNode | None:
    """Make the last cell, which says where to read on, if the lesson names anything."""
    links = [f"- [{title}]({address})" for title, address in lesson.header.resources.items()]
    return prose_cell("read-on", "## Read on\n\n" + "\n".join(links)) if links else None


def quest_cells(quest: Quest, where: str) -> list[NotebookNode]:
    """Make the three cells of a quest: its task, the answer cell with a solution, the grade cell.

    Raises
    ------
    BuildError
        The quest has no solution, or its id does not fit into a cell id.
    """
    _check(quest, where)
    version = digest(quest)
    task = prose_cell(f"{quest.id}-task", _task(quest))
    task.metadata.update(editable=False, deletable=False, gitquest=_ours(quest, version, "task"))
    answer = code_cell(f"{quest.id}-answer", f"%%quest {quest.id}\n{BEGIN}\n{quest.solutions[0].strip()}\n{END}")
    answer.metadata.update(
        gitquest=_ours(quest, version, "answer"),
        nbgrader=_nbgrader(f"{quest.id}-answer", grade=False, solution=True, locked=False),
    )
    grade = code_cell(f"{quest.id}-grade", f'grade("{quest.id}")')
    grade.metadata.update(
        gitquest=_ours(quest, version, "grade"),
        nbgrader=_nbgrader(f"{quest.id}-grade", grade=True, solution=False, locked=True) | {"points": points_of(quest)},
    )
    return [task, answer, grade]


def points_of(quest: Quest) -> float:
    """Return the points as nbgrader stores them: a whole number where it is one."""
    return int(quest.points) if quest.points.is_integer() else quest.points


def _ours(quest: Quest, version: str, role: str) -> dict[str, str]:
    return {"quest": quest.id, "digest": version, "role": role}


def _nbgrader(grade_id: str, **flags: bool) -> dict[str, Any]:
    return {"schema_version": 3, "grade_id": grade_id, "task": False, **flags}


def _task(quest: Quest) -> str:
    facts = f"{quest.type.replace('_', ' ')} · {quest.difficulty} · {points_of(quest)} points · {quest.xp} XP"
    blocks = [
        f"### Quest: {quest.title}",
        f"`{quest.id}` · *{facts}*",
        quest.story.strip(),
        quest.task.strip(),
    ]
    if isinstance(quest, QuizQuest):
        blocks += [_question(item.id, item.ask, item.choices) for item in quest.questions]
    if isinstance(quest, DbtQuest):
        blocks.append("You may change " + ", ".join(f"`{path}`" for path in quest.editable) + ".")
    return "\n\n".join(block for block in blocks if block)


def _question(name: str, ask: str, choices: dict[str, str]) -> str:
    lines = "\n".join(f"- **{letter}** {text.strip()}" for letter, text in choices.items())
    return f"**`{name}`** {ask.strip()}" + (f"\n\n{lines}" if lines else "")


def _check(quest: Quest, where: str) -> None:
    if not quest.solutions:
        raise BuildError(
            f"the quest '{quest.id}' has no solution",
            where=where,
            remedy="Add 'solutions:' with at least one answer.",
        )
    if len(quest.id) > LONGEST_ID:
        raise BuildError(
            f"the id '{quest.id}' is too long for a notebook's cell ids",
            where=where,
            remedy=f"Shorten it to at most {LONGEST_ID} characters.",
        )
    if any(mark in quest.solutions[0] for mark in ("BEGIN SOLUTION", "END SOLUTION")):
        raise BuildError(
            f"the first solution of '{quest.id}' holds one of nbgrader's solution marks",
            where=where,
            remedy="Take 'BEGIN SOLUTION' and 'END SOLUTION' out; the builder adds them.",
        )
