"""The fork server: a process that has imported everything, and forks for each notebook.

``python -m autograders.engine.server`` is started by `autograders.engine.cells`. A request is one line of JSON,
then the cells; a reply is one line of JSON, then ``size`` bytes, the events that the cells' process wrote. Each
notebook gets two forks: a supervisor, and from it, before it has read a single cell, the confined process that runs
them. So nothing of one student is in memory when another's code runs, nor is a cell before its turn.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from math import ceil
from pathlib import Path
from typing import Any

from autograders.child import die_with, fork_child, keep_only
from autograders.engine.shell import WarmShell
from gitquest_kernel import load_ipython_extension
from gitquest_kernel.confinement import confine, level
from gitquest_kernel.confinement.descendants import kill_descendants, own_descendants
from gitquest_kernel.errors import SandboxError

__all__ = ["GRACE", "main"]

GRACE = 4.0
"""Seconds that a cell has to end after it was interrupted; as many as nbclient gives."""

_LARGEST_REPLY = 64 << 20
_ENVIRONMENT = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "NBGRADER_EXECUTION": "autograde",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}


def main() -> None:
    """Answer requests from standard input until it is closed."""
    # Unbuffered: what follows the first line is for the supervisor's eyes only.
    requests, replies = os.fdopen(os.dup(0), "rb", buffering=0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.environ.update(_ENVIRONMENT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    shell, enough = WarmShell(), level().enough_to_grade
    _freeze()
    while line := requests.readline():
        request = json.loads(line)
        _import(request["modules"])
        server = os.getpid()
        supervisor = os.fork()
        if supervisor == 0:
            with contextlib.suppress(BaseException):
                die_with(server)
                own_descendants()
                _answer(shell, request, requests.fileno(), replies, enough)
            os._exit(0)
        os.waitpid(supervisor, 0)
    os._exit(0)


def _answer(shell: WarmShell, request: dict[str, Any], requests: int, replies: int, enough: bool) -> None:
    try:
        reply, data = _run(shell, request, requests, enough)
    except Exception:
        reply, data = {"fault": traceback.format_exc(limit=-6)}, b""
    reply["size"] = len(data)
    with os.fdopen(replies, "wb") as file:
        file.write(json.dumps(reply).encode() + b"\n" + data)


def _freeze() -> None:
    gc.collect()
    gc.freeze()


_tried: set[str] = set()


def _import(modules: list[str]) -> None:
    """Import what a notebook will import, once for all that follow."""
    new = [name for name in modules if name not in _tried]
    for name in new:
        _tried.add(name)
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    if new:
        _freeze()


def _run(shell: WarmShell, request: dict[str, Any], requests: int, enough: bool) -> tuple[dict[str, Any], bytes]:
    place, timeout = Path(request["place"]), float(request["timeout"])
    count = int(request["count"])
    feed, feeder = os.pipe()

    def work(writer: int) -> None:
        keep_only(writer, feed)
        try:
            if request["confined"]:
                if not enough:
                    raise SandboxError("this machine cannot confine what students hand in")
                confine(place, seconds=ceil((count + 1) * (timeout + GRACE)))
            sys.path.insert(0, "")
            if request["extension"]:
                load_ipython_extension(shell.shell)
            shell.run(os.fdopen(3 + 1, "rb", buffering=0), timeout=timeout, writer=3)
        except BaseException:
            os.write(3, json.dumps(["fault", traceback.format_exc(limit=-6)]).encode() + b"\n")

    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    pid, reader = fork_child(work, place=place)
    forked = time.monotonic()
    os.close(feed)
    try:
        cells = json.loads(_exactly(requests, int(request["bytes"])))
        data, why = _Conversation(reader, feeder, requests, cells, timeout + GRACE).hold()
    finally:
        os.close(reader)
        status = kill_descendants().get(pid, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    times = {"fork": forked - started, "run": time.monotonic() - forked, "cpu": cpu}
    signalled = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return {"why": why, "signal": signalled, "times": times, "language_info": shell.language_info}, data


def _exactly(descriptor: int, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = os.read(descriptor, size - len(data))
        if not part:
            raise EOFError("the request was cut off")
        data += part
    return data


class _Conversation:
    """Give a child one cell after another, and keep what it says."""

    def __init__(self, reader: int, feeder: int, parent: int, cells: list[list[Any]], seconds: float) -> None:
        self._reader, self._feeder, self._parent = reader, feeder, parent
        self._cells, self._seconds = iter(cells), seconds
        self._deadline = 0.0

    def hold(self) -> tuple[bytes, str]:
        """Return what the child wrote, and why that ended; each cell gets its own time."""
        parts: list[bytes] = []
        size, tail = 0, b""
        poll = select.poll()
        poll.register(self._reader, select.POLLIN | select.POLLHUP)
        poll.register(self._parent, select.POLLHUP)
        self._next()
        while (left := self._deadline - time.monotonic()) > 0:
            ready = dict(poll.poll(left * 1000))
            if ready.get(self._parent, 0) & (select.POLLHUP | select.POLLERR):
                raise SystemExit("nobody waits for this notebook any more")
            if self._reader not in ready:
                continue
            part = os.read(self._reader, 1 << 16)
            if not part:
                return b"".join(parts), "exited"
            parts.append(part)
            size += len(part)
            if size > _LARGEST_REPLY:
                return b"".join(parts), "output"
            seen = tail + part
            for _ in range(seen.count(_DONE)):
                self._next()
            tail = seen[-len(_DONE) + 1 :]
        return b"".join(parts), "timeout"

    def _next(self) -> None:
        self._deadline = time.monotonic() + self._seconds
        line = json.dumps(next(self._cells, None)).encode() + b"\n"
        with contextlib.suppress(BrokenPipeError):
            while line:
                line = line[os.write(self._feeder, line) :]


_DONE = b'\n["done", '


if __name__ == "__main__":
    main()
