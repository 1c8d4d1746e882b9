"""What running an answer cell shows: the quest's panel, or the replay of the commands in the cell."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
from IPython.display import display

from gitquest_kernel.answers import from_cell, has_commands
from gitquest_kernel.errors import CourseError
from gitquest_kernel.quest import Quest
from gitquest_kernel.quest.dbt import DbtQuest
from gitquest_kernel.quest.git import GitQuest
from gitquest_kernel.quest.quiz import QuizQuest
from gitquest_kernel.quest.sql import SqlQuest
from gitquest_kernel.room import Room
from gitquest_kernel.widgets.panel import Panel
from gitquest_kernel.widgets.replay import replay

__all__ = ["open_panel", "open_quest"]


def open_quest(room: Room, quest: Quest, body: str) -> None:
    """Show a quest below its answer cell.

    Parameters
    ----------
    body
        What stands below ``%%quest``: without commands the panel opens, with them they are replayed as the answer.
    """
    room.started(quest)
    if not has_commands(body):
        display(open_panel(room, quest))
        return
    view = replay(quest, from_cell(quest, body, quest.digest))
    room.judged(view.verdict)
    display(view)
    if isinstance(quest, GitQuest):
        display(MoveBox(room, quest, body))


def open_panel(room: Room, quest: Quest, moved: str | None = None) -> Panel:
    """Make the panel of a quest, and close the one that was open for it before."""
    if quest.id in room.panels:
        room.panels.pop(quest.id).shut()
    panel = _panel(room, quest, moved)
    room.panels[quest.id] = panel
    return panel


def _panel(room: Room, quest: Quest, moved: str | None) -> Panel:
    # Each kind brings libraries of its own; a git lesson never waits for DuckDB.
    match quest:
        case GitQuest():
            from gitquest_kernel.widgets.git_panel import GitPanel

            return GitPanel(room, quest, moved)
        case SqlQuest():
            from gitquest_kernel.widgets.sql_panel import SqlPanel

            return SqlPanel(room, quest)
        case QuizQuest():
            from gitquest_kernel.widgets.quiz_panel import QuizPanel

            return QuizPanel(room, quest)
        case DbtQuest():
            from gitquest_kernel.widgets.dbt_panel import DbtPanel

            return DbtPanel(room, quest)
        case _:
            raise CourseError(f"this version of Git Quest has no panel for a quest of kind '{quest.kind}'")


class MoveBox(widgets.VBox):  # type: ignore[misc]
    """A button that goes on with the cell's commands in the terminal, and the place where that opens."""

    def __init__(self, room: Room, quest: GitQuest, body: str) -> None:
        self.button = widgets.Button(
            description="Move to the terminal",
            tooltip="Open the quest's panel with these commands already run, and keep the answer there",
            layout={"width": "auto", "align_self": "flex-start"},
        )
        self.button.on_click(lambda _: self._move(room, quest, body))
        super().__init__([self.button])

    def _move(self, room: Room, quest: GitQuest, body: str) -> None:
        self.button.disabled = True
        room.bodies[quest.id] = ""
        self.children = (open_panel(room, quest, body),)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs)
        bundle["text/plain"] = "(Where widgets run, a button here moves these commands to the quest's terminal.)"
        return bundle
