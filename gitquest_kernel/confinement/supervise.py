"""Look after programs while they run: what they take of the disk, and how many there are."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gitquest_kernel.confinement.process import Ended, Limits, Stop, run_program

__all__ = ["Supervisor", "disk_use"]

_UNSEEN = 0.5
"""How many seconds of running may pass before the disk is measured again."""
_AN_ENTRY = 1024
"""Bytes that a file or folder counts for besides its blocks."""
_STRANGERS = 800
"""How many processes of others may begin meanwhile, where only all of the machine's can be counted."""


class Supervisor:
    """Run programs one after the other in one folder, and stop them at limits that the operating system does not keep.

    Parameters
    ----------
    place
        The folder whose size is measured.
    count
        Returns how many processes there are, where it can be known.
    refused
        Returns how often a process could not be started for the limit, where the operating system counts it.
    """

    def __init__(
        self, place: Path, count: Callable[[], int | None] | None = None, refused: Callable[[], int] | None = None
    ) -> None:
        self._place, self._refused = str(place), refused or (lambda: 0)
        self._count = count or all_processes
        self._unseen = 0.0
        self._full = False

    def run(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdin: bytes,
        limits: Limits,
        merged: bool = False,
        abandoned: Callable[[], bool] | None = None,
    ) -> Ended:
        """Run a program to its end, or to a limit; ``abandoned`` tells that nobody waits for it any more."""
        before: int | None = None
        refused = self._refused()
        began = time.monotonic()

        def watch() -> Stop | None:
            nonlocal before
            if abandoned and abandoned():
                return "crashed"
            if self._refused() > refused:
                return "too_many_processes"
            if (found := self._count()) is not None:
                before = found if before is None else before
                if found - before > limits.processes + _STRANGERS:
                    return "too_many_processes"
            return "too_much_disk" if disk_use(self._place, limits.disk) > limits.disk else None

        ended = run_program(arguments, cwd=cwd, env=env, stdin=stdin, limits=limits, merged=merged, watch=watch)
        self._unseen += time.monotonic() - began
        if ended.why == "exited" and (self._unseen > _UNSEEN or self._full):
            self._unseen = 0.0
            self._full = disk_use(self._place, limits.disk) > limits.disk
            if self._full:
                return replace(ended, why="too_much_disk")
        self._full = self._full or ended.why == "too_much_disk"
        return ended


def disk_use(folder: str, enough: int) -> int:
    """Return the bytes that a folder takes, counted until there are more than ``enough``."""
    total, waiting = 0, [folder]
    while waiting and total <= enough:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                total += _AN_ENTRY
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
    return total


def all_processes() -> int | None:
    """Return how many processes this machine shows, None where that cannot be seen."""
    try:
        return sum(name.isdecimal() for name in os.listdir("/proc"))  # noqa: PTH208 (names alone, and often)
    except OSError:
        return None
