"""One forked child: do a piece of work, hand back JSON, and leave no process behind."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import select
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from gitquest_kernel.checks import Outcome
from gitquest_kernel.confinement.descendants import kill_descendants
from gitquest_kernel.errors import GitQuestError

__all__ = ["Ended", "die_with", "fork_child", "in_child", "keep_only"]

_LARGEST_REPLY = 64 << 20
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Ended:
    """How a child ended: with a value, with an outcome that stopped it, or with an error to raise."""

    value: Any = None
    outcome: Outcome | None = None
    error: dict[str, str] | None = None


def in_child(work: Callable[[], dict[str, Any]], *, place: Path, seconds: float, parent: int) -> Ended:
    """Fork, do ``work`` in ``place``, and return how that ended.

    When this returns, the child and everything it started are dead. Only for a process with one thread that owns its
    descendants. To confine itself is the work's first task.

    Parameters
    ----------
    seconds
        Wall-clock time before the whole process tree is killed.
    parent
        A descriptor whose end of file means that nobody waits any more; the process then exits.
    """
    pid, reader = fork_child(lambda writer: _hand_back(work, writer), place=place)
    try:
        text, late = _read(reader, time.monotonic() + seconds, parent)
    finally:
        os.close(reader)
        status = kill_descendants().get(pid, 0)
    if late:
        return Ended(outcome=Outcome.TIMEOUT)
    return _ended(text, status)


def fork_child(work: Callable[[int], None], *, place: Path) -> tuple[int, int]:
    """Fork a child that does ``work`` in ``place``, with no terminal and no longer life than this process.

    Parameters
    ----------
    work
        Called with the descriptor that it may write to.

    Returns
    -------
    tuple
        The child's process id, and the descriptor to read from; whoever calls closes it and reaps the child.
    """
    reader, writer = os.pipe()
    runner = os.getpid()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _child(work, place, writer, runner)
    os.close(writer)
    return pid, reader


def die_with(parent: int) -> None:
    """Have the kernel end this process when its parent, of this process id, ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def keep_only(*descriptors: int) -> None:
    """Move descriptors to 3, 4, …, closed for programs that are started, and close all others above 2."""
    top = 3 + len(descriptors)
    high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, top) for descriptor in descriptors]
    for place, descriptor in enumerate(high, 3):
        os.dup2(descriptor, place, inheritable=False)
    os.closerange(top, max(int(path.name) for path in Path("/proc/self/fd").iterdir()) + 1)


def _child(work: Callable[[int], None], place: Path, writer: int, runner: int) -> NoReturn:
    try:
        os.setsid()
        die_with(runner)
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(nothing, descriptor)
        os.environ.update(HOME=str(place), TMPDIR=str(place))
        os.chdir(place)
        work(writer)
    finally:
        os._exit(0)


def _hand_back(work: Callable[[], dict[str, Any]], writer: int) -> None:
    reply = _reply(work)
    with os.fdopen(writer, "wb") as file:
        file.write(reply)


def _reply(work: Callable[[], dict[str, Any]]) -> bytes:
    try:
        return json.dumps({"value": work()}).encode()
    except MemoryError:
        return json.dumps({"outcome": Outcome.OUT_OF_MEMORY}).encode()
    except GitQuestError as error:
        facts = {name: str(fact) for name, fact in vars(error).items()}
        return json.dumps({"error": {"type": type(error).__name__, **facts}}).encode()
    except Exception:
        return json.dumps({"error": {"type": "Fault", "problem": traceback.format_exc(limit=-6)}}).encode()


def _read(reader: int, deadline: float, parent: int) -> tuple[bytes, bool]:
    """Return what the child wrote, and whether it was stopped for taking too long."""
    text = b""
    poll = select.poll()
    poll.register(reader, select.POLLIN | select.POLLHUP)
    poll.register(parent, select.POLLHUP)
    while (left := deadline - time.monotonic()) > 0:
        ready = dict(poll.poll(left * 1000))
        if ready.get(parent, 0) & (select.POLLHUP | select.POLLERR):
            raise SystemExit("nobody waits for this answer any more")
        if reader in ready:
            part = os.read(reader, 1 << 16)
            text += part
            if not part or len(text) > _LARGEST_REPLY:
                return text, False
    return text, True


def _ended(text: bytes, status: int) -> Ended:
    if text and len(text) <= _LARGEST_REPLY:
        with contextlib.suppress(ValueError):
            reply = json.loads(text)
            outcome = reply.get("outcome")
            return Ended(reply.get("value"), Outcome(outcome) if outcome else None, reply.get("error"))
    killed_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if killed_by == signal.SIGXCPU:
        return Ended(outcome=Outcome.TIMEOUT)
    return Ended(outcome=Outcome.CRASHED)
