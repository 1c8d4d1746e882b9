"""Run one program with its output collected, its time and output limited, and its children taken down with it."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

__all__ = ["Ended", "Limits", "Stop", "Why", "run_program"]

Stop = Literal["timeout", "too_much_output", "too_much_disk", "too_many_processes", "out_of_memory", "crashed"]
"""The limit that ended a program, or ``crashed`` when its driver ended under it."""
Why = Literal["exited"] | Stop

_LOOK = 0.1
"""How often a running program's disk and processes are looked at, in seconds."""
_NO_MEMORY = re.compile(rb"out of memory|cannot allocate memory|memory exhausted", re.IGNORECASE)
_NO_FORK = re.compile(rb"cannot fork|fork: (retry|resource)|resource temporarily unavailable", re.IGNORECASE)
_SIGNALS: dict[int, Why] = {-signal.SIGXFSZ: "too_much_disk", -signal.SIGXCPU: "timeout"}


@dataclass(frozen=True)
class Limits:
    """What one command may use.

    Parameters
    ----------
    seconds
        Wall time.
    output
        Bytes on either stream.
    disk
        Bytes of everything in the workspace, the command's own files included.
    memory
        Address space of each process, in bytes.
    processes
        How many may run at once.
    """

    seconds: float = 20.0
    output: int = 1_000_000
    disk: int = 256 << 20
    memory: int = 4 << 30
    processes: int = 200


@dataclass(frozen=True)
class Ended:
    """How a program ended."""

    stdout: bytes
    stderr: bytes
    returncode: int
    why: Why = "exited"


def run_program(
    arguments: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdin: bytes,
    limits: Limits,
    merged: bool = False,
    watch: Callable[[], Stop | None] | None = None,
) -> Ended:
    """Run a program to its end, or take its whole process group down at a limit.

    Parameters
    ----------
    merged
        Whether standard error goes where standard output goes, in the order of writing.
    watch
        Asked now and then while the program runs; a reason stops it.

    Raises
    ------
    OSError
        The program cannot be started.
    """
    process = subprocess.Popen(
        arguments,
        cwd=cwd,
        env=env,
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if merged else subprocess.PIPE,
        start_new_session=True,
        umask=0o022,
    )
    try:
        _bind(process.pid, limits)
        return _named(_collect(process, stdin, limits, watch))
    finally:
        _take_down(process)


def _bind(pid: int, limits: Limits) -> None:
    """Put limits on a process that has just begun: what it starts inherits them."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, ValueError):
        for kind, limit in ((resource.RLIMIT_AS, limits.memory), (resource.RLIMIT_FSIZE, limits.disk)):
            hard = resource.getrlimit(kind)[1]
            bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            resource.prlimit(pid, kind, (bound, bound))


def _named(ended: Ended) -> Ended:
    """Name the limit that the program met by itself, as far as it tells."""
    if ended.why == "timeout" and _NO_FORK.search(ended.stderr):
        return replace(ended, why="too_many_processes")
    if ended.why != "exited" or ended.returncode == 0:
        return ended
    if ended.returncode in _SIGNALS:
        return replace(ended, why=_SIGNALS[ended.returncode])
    said = ended.stderr or ended.stdout
    if _NO_MEMORY.search(said):
        return replace(ended, why="out_of_memory")
    if _NO_FORK.search(said):
        return replace(ended, why="too_many_processes")
    return ended


def _collect(
    process: subprocess.Popen[bytes], stdin: bytes, limits: Limits, watch: Callable[[], Stop | None] | None
) -> Ended:
    streams = [stream for stream in (process.stdout, process.stderr) if stream is not None]
    chunks: dict[int, list[bytes]] = {stream.fileno(): [] for stream in streams}
    sizes = dict.fromkeys(chunks, 0)
    poll = select.poll()
    for descriptor in chunks:
        poll.register(descriptor, select.POLLIN)
    pending = memoryview(stdin)
    feeding = -1
    if process.stdin is not None:
        feeding = process.stdin.fileno()
        os.set_blocking(feeding, False)
        poll.register(feeding, select.POLLOUT)
    open_streams = len(chunks)
    now = time.monotonic()
    deadline, looked = now + limits.seconds, now
    why: Why = "exited"
    while open_streams and why == "exited":
        wait = min(deadline - now, _LOOK) if watch else deadline - now
        for descriptor, _ in poll.poll(max(0.0, wait) * 1000):
            if descriptor == feeding:
                pending = _feed(process, pending)
                if not pending:
                    poll.unregister(feeding)
                continue
            data = os.read(descriptor, 65536)
            if not data:
                poll.unregister(descriptor)
                open_streams -= 1
            chunks[descriptor].append(data)
            sizes[descriptor] += len(data)
            if sizes[descriptor] > limits.output:
                why = "too_much_output"
        now = time.monotonic()
        if now >= deadline and open_streams:
            why = "timeout"
        elif watch and open_streams and now - looked >= _LOOK:
            why, looked = watch() or why, now
    if why == "exited":
        why = _wait(process, deadline, watch)
    if why != "exited":
        _take_down(process)
    texts = [b"".join(parts)[: limits.output] for parts in chunks.values()]
    return Ended(texts[0], texts[1] if len(texts) > 1 else b"", process.returncode, why)


def _wait(process: subprocess.Popen[bytes], deadline: float, watch: Callable[[], Stop | None] | None) -> Why:
    """Wait for a program that has closed its output."""
    with _ending(process) as ended:
        while not ended(min(_LOOK, deadline - time.monotonic())):
            if time.monotonic() >= deadline:
                return "timeout"
            if watch and (why := watch()):
                return why
    process.wait()
    return "exited"


@contextlib.contextmanager
def _ending(process: subprocess.Popen[bytes]) -> Iterator[Callable[[float], bool]]:
    """Return what waits so many seconds for a program's end and tells whether it came."""
    try:
        descriptor = os.pidfd_open(process.pid)
    except (AttributeError, OSError):  # not Linux, or an old one

        def waited(seconds: float) -> bool:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, seconds))
            return process.returncode is not None

        yield waited
        return
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    try:
        yield lambda seconds: bool(poll.poll(max(0.0, seconds) * 1000))
    finally:
        os.close(descriptor)


def _feed(process: subprocess.Popen[bytes], pending: memoryview) -> memoryview:
    assert process.stdin is not None
    try:
        pending = pending[os.write(process.stdin.fileno(), pending[:65536]) :]
    except BrokenPipeError:
        pending = pending[len(pending) :]
    if not pending:
        process.stdin.close()
    return pending


def _take_down(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
