"""What a child wrote, turned into a notebook's outputs as nbclient does with a kernel's messages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output, output_from_msg

__all__ = ["Run", "read_events", "replace_outputs"]

_SHOWN = {"display_data", "execute_result", "error", "stream"}
_UPDATES = {"display_data", "execute_result", "update_display_data"}


@dataclass
class Run:
    """One notebook's run.

    Parameters
    ----------
    complete
        Whether every cell ran to its end.
    fault
        Why the child could not begin.
    needs_kernel
        What it asked for that only a kernel with a client has.
    tampered
        What was found to have been changed, by cell.
    """

    complete: bool = False
    fault: str = ""
    needs_kernel: str = ""
    tampered: dict[int, list[str]] = field(default_factory=dict)
    language_info: dict[str, Any] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)
    why: str = ""


def read_events(data: bytes) -> Iterator[list[Any]]:
    """Yield a child's events, up to the first line that is none."""
    for line in data.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            return
        if not isinstance(event, list) or not event or not isinstance(event[0], str):
            return
        yield event


def replace_outputs(cells: list[Any], data: bytes, on_timeout: Mapping[str, Any]) -> Run:
    """Give cells the outputs that a child's events tell of.

    Parameters
    ----------
    cells
        The notebook's cells, changed in place; events name them by index.
    on_timeout
        The error that an interrupted cell gets (``Execute.error_on_timeout``).
    """
    run, notebook = Run(), _Notebook(cells)
    for event in read_events(data):
        try:
            _take(run, notebook, event, on_timeout)
        except (LookupError, TypeError, ValueError, AttributeError):
            # Nobody but the student's own code writes such an event; what follows cannot be trusted more.
            return run
    return run


def _take(run: Run, notebook: _Notebook, event: list[Any], on_timeout: Mapping[str, Any]) -> None:
    kind, *facts = event
    if kind == "cell":
        notebook.begin(int(facts[0]))
    elif kind == "stream":
        notebook.stream(str(facts[0]), str(facts[1]))
    elif kind == "message":
        if str(facts[0]).startswith("comm"):
            run.needs_kernel = run.needs_kernel or "widgets"
        else:
            notebook.message(str(facts[0]), dict(facts[1]))
    elif kind == "done":
        notebook.end(int(facts[0]), dict(facts[1]), on_timeout if facts[2] else {})
    elif kind == "tampered":
        run.tampered.setdefault(int(facts[0]), []).extend(str(fact) for fact in facts[1])
    elif kind == "fault":
        run.fault = str(facts[0])
    elif kind == "end":
        run.complete = True


class _Notebook:
    """The cells of a notebook while they fill."""

    def __init__(self, cells: list[Any]) -> None:
        self._cells = cells
        self._cell: Any = None
        self._clear_next = False
        self._displays: dict[str, list[Any]] = {}

    def begin(self, index: int) -> None:
        self._cell = self._cells[index]
        self._cell.outputs, self._clear_next = [], False

    def stream(self, name: str, text: str) -> None:
        outputs = self._outputs()
        if outputs and outputs[-1].output_type == "stream" and outputs[-1].name == name:
            outputs[-1].text += text
        else:
            outputs.append(new_output("stream", name=name, text=text))

    def message(self, kind: str, content: dict[str, Any]) -> None:
        display = (content.get("transient") or {}).get("display_id") if kind in _UPDATES else None
        if display:
            for output in self._displays.get(display, []):
                output.data = NotebookNode(content["data"])
                output.metadata = NotebookNode(content["metadata"])
        if "execution_count" in content:
            self._cell.execution_count = content["execution_count"]
        if kind == "clear_output":
            if content.get("wait"):
                self._clear_next = True
            else:
                self._cell.outputs = []
        elif kind in _SHOWN:
            output = output_from_msg({"header": {"msg_type": kind}, "content": content})
            self._outputs().append(output)
            if display:
                self._displays.setdefault(display, []).append(output)

    def end(self, index: int, reply: dict[str, Any], on_timeout: Mapping[str, Any]) -> None:
        if self._cells[index] is not self._cell:
            raise LookupError("another cell ended than began")
        if isinstance(reply.get("execution_count"), int):
            self._cell.execution_count = reply["execution_count"]
        if on_timeout:
            reply = {**on_timeout, "status": "error"}
        if reply.get("status") != "error":
            return
        # As nbgrader's Execute.on_cell_executed: what the kernel did not show is shown now.
        shown = [o for o in self._outputs() if o.output_type == "error" and o.ename == reply["ename"]]
        if not shown:
            traceback = list(reply["traceback"]) or ["ERROR: An error occurred while showtraceback was disabled"]
            self._cell.outputs.append(
                new_output("error", ename=reply["ename"], evalue=reply["evalue"], traceback=traceback)
            )

    def _outputs(self) -> list[Any]:
        if self._clear_next:
            self._cell.outputs, self._clear_next = [], False
        outputs: list[Any] = self._cell.outputs
        return outputs
