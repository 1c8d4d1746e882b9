"""The terminal: a line to type in and what came of it. It knows nothing of git."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import anywidget
import traitlets

__all__ = ["Entry", "Terminal"]

_STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Entry:
    """A command and its output, as shown; an entry without a command is the panel speaking."""

    command: str
    output: str
    returncode: int = 0


class Terminal(anywidget.AnyWidget):  # type: ignore[misc]
    """Show entries and report typed lines.

    Parameters
    ----------
    on_line
        Called with each line, on the widget's own thread: it must only queue work.
    on_abandon
        Called when the student gives up a half-typed command.
    """

    _esm = _STATIC / "terminal.js"
    _css = _STATIC / "terminal.css"
    placeholder = traitlets.Unicode("").tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)

    def __init__(self, on_line: Callable[[str], object], on_abandon: Callable[[], object], **traits: Any) -> None:
        super().__init__(**traits)
        self._on_line, self._on_abandon = on_line, on_abandon
        self.entries: list[Entry] = []
        self.prompt, self.pending = "$", ""
        self._to_empty = ""
        self._greeted = False
        self.on_msg(self._receive)

    def answer(self, entry: Entry | None, prompt: str, pending: str = "") -> None:
        """Say that one line is done: what it gave, what to show before the next, and what still waits for its end."""
        if entry:
            self.entries.append(entry)
        self.prompt, self.pending = prompt, pending
        shown = asdict(entry) if entry else None
        self.send({"type": "done", "entry": shown, "prompt": prompt, "pending": pending})

    def show_all(self, entries: Sequence[Entry], prompt: str) -> None:
        """Replace everything that is shown."""
        self.entries, self.prompt, self.pending = list(entries), prompt, ""
        self._transcript()

    def empty_cell(self, quest: str) -> None:
        """Ask the views, or else the first that appears, to take the commands out of the quest's answer cell.

        Only JupyterLab can do so; elsewhere nothing happens.
        """
        self._to_empty = quest
        if self._greeted:
            self._ask_to_empty()

    def _ask_to_empty(self) -> None:
        quest, self._to_empty = self._to_empty, ""
        if quest:
            self.send({"type": "empty_cell", "quest": quest})

    def _transcript(self) -> None:
        entries = [asdict(entry) for entry in self.entries]
        self.send({"type": "transcript", "entries": entries, "prompt": self.prompt, "pending": self.pending})

    def _receive(self, _: object, message: object, __: object) -> None:
        match message:
            case {"type": "hello"}:
                self._greeted = True
                self._transcript()
                self._ask_to_empty()
            case {"type": "run", "line": str(line)}:
                self._on_line(line)
            case {"type": "abandon"}:
                self._on_abandon()
            case _:
                pass
