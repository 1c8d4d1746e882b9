"""Leave the machine's network and processes behind, where this user may."""

from __future__ import annotations

import contextlib
import ctypes
import os
from pathlib import Path

__all__ = ["Pids", "enter_namespaces"]

_IPC, _USER, _PID, _NET = 0x08000000, 0x10000000, 0x20000000, 0x40000000
_CONTROLLERS = (Path("/sys/fs/cgroup/pids"), Path("/sys/fs/cgroup"))


def enter_namespaces() -> frozenset[str]:
    """Leave what may be left; the next process that this one forks is number 1 of its own namespace.

    Number 1 cannot be killed from inside, and when it ends the kernel kills all others.

    Returns
    -------
    frozenset of str
        ``network`` and ``processes``, and ``user`` when that took a user namespace.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NET | _PID | _IPC) == 0:
        return frozenset({"network", "processes"})
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_USER | _NET | _PID | _IPC) == 0:
        with contextlib.suppress(OSError):
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        return frozenset({"network", "processes", "user"})
    return frozenset({"network"} if libc.unshare(_NET) == 0 else ())


class Pids:
    """A control group of our own that bounds how many processes run at once; needs one that this user may divide."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._events = os.open(folder / "pids.events", os.O_RDONLY | os.O_CLOEXEC)

    @classmethod
    def make(cls, limit: int) -> Pids | None:
        """Make a group and move this process into it; None where that is not allowed."""
        for parent in _CONTROLLERS:
            _remove_orphans(parent)
            folder = parent / f"gitquest-{os.getpid()}"
            with contextlib.suppress(OSError):
                folder.mkdir()
                try:
                    group = cls(folder)
                    (folder / "pids.max").write_text(str(limit))
                    (folder / "cgroup.procs").write_text(str(os.getpid()))
                except OSError:
                    folder.rmdir()
                    raise
                return group
        return None

    def refused(self) -> int:
        """Return how many processes could not be started for the limit."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int(os.pread(self._events, 64, 0).split()[1])
        return 0

    def remove(self) -> None:
        """Remove the group, which must be empty but for this process."""
        with contextlib.suppress(OSError):
            (self._folder.parent / "cgroup.procs").write_text(str(os.getpid()))
            self._folder.rmdir()


def _remove_orphans(parent: Path) -> None:
    """Remove the groups of drivers that were killed before they could do so."""
    with contextlib.suppress(OSError):
        for name in os.listdir(parent):  # noqa: PTH208 (names alone)
            pid = name.removeprefix("gitquest-")
            if pid != name and not Path("/proc", pid).exists():
                with contextlib.suppress(OSError):
                    (parent / name).rmdir()
