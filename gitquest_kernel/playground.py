"""The lesson's playground: one workspace that git lines and ``%%playground`` cells share. It is never graded."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from gitquest_kernel.events import EventLog

if TYPE_CHECKING:
    from gitquest_kernel.sandbox import CommandResult, Workspace

__all__ = ["Playground", "transcript"]


class Playground:
    """Run commands in a workspace that lives as long as the kernel.

    The workspace is made by the first command, on a thread of its own that owns it.
    """

    def __init__(self, events: EventLog) -> None:
        self._events = events
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="gitquest-playground")
        self._workspace: Workspace | None = None
        atexit.register(self._dispose)

    def run(self, script: str) -> list[CommandResult]:
        """Run a script where the last one stopped."""
        return self._worker.submit(self._run, script).result()

    def fresh(self) -> None:
        """Begin again in an empty folder."""
        self._worker.submit(self._dispose).result()

    def show(self, script: str) -> None:
        """Run a script and print what came of it, to stdout alone: git's progress is no error."""
        sys.stdout.write(transcript(self.run(script)))

    def _run(self, script: str) -> list[CommandResult]:
        from gitquest_kernel.sandbox import Workspace

        if self._workspace is None:
            self._workspace = Workspace()
        results = self._workspace.run_script(script)
        for result in results:
            self._events.write("command_executed", None, command=result.command, returncode=result.returncode)
        return results

    def _dispose(self) -> None:
        if self._workspace is not None:
            self._workspace.dispose()
            self._workspace = None


def transcript(results: Sequence[CommandResult]) -> str:
    """Return outputs as a terminal would show them; commands are named when there is more than one."""
    shown = []
    for result in results:
        output = result.stdout + result.stderr
        if len(results) > 1:
            shown.append("$ " + result.command.replace("\n", "\n> ") + "\n")
        shown.append(output if not output or output.endswith("\n") else output + "\n")
    return "".join(shown)
