"""Leave no process behind: own every descendant, and end them all."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

__all__ = ["children", "kill_descendants", "own_descendants"]

_SET_CHILD_SUBREAPER = 36


def own_descendants() -> None:
    """Make every orphan among this process's descendants a child of its own (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children() -> list[int]:
    """Return the process ids of this thread's children."""
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(pid) for pid in path.read_text().split()] if path.exists() else []


def kill_descendants() -> dict[int, int]:
    """Kill and reap every child, and those that become children by it, until none is left.

    Only for a process with one thread that owns its descendants and waits for no other child.

    Returns
    -------
    dict
        The wait status of each that was reaped, by process id.
    """
    statuses: dict[int, int] = {}
    with contextlib.suppress(ChildProcessError):
        while True:
            for child in children():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            pid, status = os.waitpid(-1, 0)
            statuses[pid] = status
    return statuses
