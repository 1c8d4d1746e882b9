"""The panel of a git quest: a terminal in the quest's repository, and its commit graph beside the checks."""

from __future__ import annotations

from collections.abc import Iterable

import ipywidgets as widgets

from gitquest_kernel.errors import GitQuestError
from gitquest_kernel.git_session import GitSession
from gitquest_kernel.quest.git import GitQuest
from gitquest_kernel.room import Room
from gitquest_kernel.sandbox import CommandResult, Snapshot
from gitquest_kernel.widgets.panel import Panel, html_box
from gitquest_kernel.widgets.repository import drawing
from gitquest_kernel.widgets.terminal import Entry, Terminal

__all__ = ["GitPanel"]

_GRAPH_WIDTH = 480
_EMPTY = "Type git commands here, for example: git status"


class GitPanel(Panel):
    """Play a git quest by typing.

    Parameters
    ----------
    moved
        Commands that were in the answer cell and go on here; by default what ``answers/`` holds.
    """

    def __init__(self, room: Room, quest: GitQuest, moved: str | None = None) -> None:
        self.session = GitSession(quest, room.folder)
        self.terminal = Terminal(
            lambda line: self.later(lambda: self._line(line)),
            lambda: self.later(self._abandon),
            placeholder=_EMPTY,
        )
        self._graph = html_box()
        beside = widgets.VBox([self._graph], layout={"flex": "2 1 340px", "padding": "4px 14px", "min_width": "0"})
        screen = widgets.VBox([self.terminal], layout={"padding": "4px 14px 0"})
        super().__init__(room, quest, [screen], beside=[beside])
        self.undo = self.button("Undo", self._undo, "Take the last command back")
        self.reset = self.button(
            "Start again", self._reset, "Go back to the quest's starting state; Undo brings your commands back"
        )
        self.add_buttons(self.undo, self.reset)
        self.later(lambda: self._open(moved))

    def release(self) -> None:
        self.session.close()

    def _open(self, moved: str | None) -> None:
        results: list[CommandResult] = []
        try:
            results = self.session.open() if moved is None else self.session.replace(moved)
        finally:
            self._show_all(entries_of(results))
        if moved is not None:
            self.terminal.empty_cell(self.quest.id)
            self.say(
                "Your commands go on here. If the answer cell still holds them, empty it below its first line: "
                f"commands in the cell count before the panel.{self._left_out}"
            )
        elif results:
            count = _counted(len(self.session.commands), "command")
            self.say(f"Welcome back: your answer was saved, and its {count} ran again.{self._left_out}")

    @property
    def _left_out(self) -> str:
        """What to say of lines that did not run, or nothing."""
        left = self.session.left_out
        many = f"{_counted(left, 'line')} could not be run and {'is' if left == 1 else 'are'}"
        return f" {many} kept as a comment in answers/{self.quest.id}.txt." if left else ""

    def _line(self, line: str) -> None:
        self.say("")
        try:
            results = self.session.feed(line)
        except GitQuestError as error:
            self.terminal.answer(Entry(line, str(error), 1), self._prompt(self.session.snapshot()))
            raise
        state = self.session.snapshot()
        self.terminal.answer(
            _joined(entries_of(results)) if results else None, self._prompt(state), self.session.pending
        )
        if results is None:
            waits = f"{self.session.waits_for[:1].upper()}{self.session.waits_for[1:]}"
            self.say(f"{waits}: go on below, or press Ctrl+C to give the command up.")
        if results:
            self._refresh(state)
            self.stale()
        for result in results or ():
            self.room.events.write(
                "command_executed", self.quest.id, command=result.command, returncode=result.returncode
            )

    def _abandon(self) -> None:
        self.session.pending = ""
        self.say("")
        self.terminal.answer(None, self._prompt(self.session.snapshot()))

    def _undo(self) -> None:
        undone = self.session.undo()
        if undone is None:
            self.say("There is nothing to undo: this is the starting state.")
            return
        command, results = undone
        self.room.events.write("undo", self.quest.id, command=command)
        self._show_all(entries_of(results))
        self.say(f"Undone: {command.splitlines()[0]}" if command else f"Your earlier answer is back.{self._left_out}")

    def _reset(self) -> None:
        had = bool(self.session.commands)
        self.session.reset()
        self._show_all([])
        self.say("This is the starting state again." + (" Undo brings your commands back." if had else ""))

    def _show_all(self, entries: list[Entry]) -> None:
        state = self.session.snapshot()
        self.terminal.show_all(entries, self._prompt(state))
        self._refresh(state)
        self.stale()

    def _refresh(self, state: Snapshot) -> None:
        self._graph.value = drawing(state, _GRAPH_WIDTH)
        self.show_checks(self.session.results(state))

    def _prompt(self, state: Snapshot) -> str:
        if self.session.pending:
            return ">"
        folder = "" if state.cwd == "." else f"{state.cwd} "
        repository = state.repository
        if repository is None:
            return f"{folder}$"
        head = repository.head
        name = head.branch.removeprefix("refs/heads/") if head.branch else (head.commit or "")[:7]
        return f"{folder}({name}{'|' + repository.operation if repository.operation else ''}) $"


def entries_of(results: Iterable[CommandResult]) -> list[Entry]:
    """Return results as the terminal shows them."""
    return [Entry(r.command, (r.stdout + r.stderr).rstrip("\n"), r.returncode) for r in results]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _joined(entries: list[Entry]) -> Entry:
    """Return lines that were typed as one, such as a pasted block, as one entry."""
    outputs = [entry.output for entry in entries if entry.output]
    return Entry("\n".join(entry.command for entry in entries), "\n".join(outputs), entries[-1].returncode)
