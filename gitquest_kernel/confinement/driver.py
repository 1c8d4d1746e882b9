"""The nursery and its drivers: confine yourself to a folder, then run programs there, one a line of JSON.

`nursery` starts one nursery a process, by path and without site-packages, and asks it for drivers. A driver is a fork
of the nursery, process 1 of its own namespace where that is allowed, and ends when its requests do.
"""

from __future__ import annotations

import base64
import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gitquest_kernel.confinement.confine import confine
from gitquest_kernel.confinement.descendants import kill_descendants, own_descendants
from gitquest_kernel.confinement.namespaces import Pids, enter_namespaces
from gitquest_kernel.confinement.process import Limits
from gitquest_kernel.confinement.supervise import Supervisor
from gitquest_kernel.errors import GitQuestError

__all__ = ["main"]

_PROCESSES = 256
_FOLDERS = ("work", "home", "texts", "tmp")
"""The folders of a workspace that programs may write."""


def main(control: int) -> None:
    """Fork a driver for each request from the socket ``control``, until it is closed."""
    own_descendants()
    # What is here stays: no driver looks through it again.
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=control) as requests:
        while True:
            place, descriptors, _, _ = socket.recv_fds(requests, 65536, 2)
            if not place:
                return
            if os.fork() == 0:
                try:
                    requests.close()
                    _begin(Path(os.fsdecode(place)), *descriptors)
                finally:
                    os._exit(0)
            for descriptor in descriptors:
                os.close(descriptor)


def _begin(place: Path, requests: int, replies: int) -> None:
    """Leave the machine's namespaces, fork once more, and drive; the first of the two processes tidies up."""
    # First: whatever is opened while 0, 1 or 2 is free would take its place.
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nothing, descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    pids = Pids.make(_PROCESSES)
    left = enter_namespaces()
    child = os.fork()
    if child == 0:
        try:
            _drive(place, requests, replies, left, pids)
        finally:
            os._exit(0)
    os.close(requests)
    os.close(replies)
    if pids is not None:
        os.waitpid(child, 0)
        pids.remove()


def _drive(place: Path, requests: int, replies: int, left: frozenset[str], pids: Pids | None) -> None:
    processes = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    first = "processes" in left
    if not first:
        own_descendants()
    problem = None
    try:
        within = [place / name for name in _FOLDERS if (place / "work").is_dir() and (place / name).is_dir()]
        confine(place, within=within, seconds=3600, processes=_PROCESSES if "user" in left else None)
    except (GitQuestError, OSError) as error:
        problem = str(error)

    def count() -> int | None:
        # Opened before the folder was confined: the names of what runs, and nothing more.
        return None if pids else sum(name.isdecimal() for name in os.listdir(processes))  # noqa: PTH208

    supervisor = Supervisor(place, count, pids.refused if pids else None)
    for request in _lines(requests):
        reply = {"problem": problem} if problem else _run(supervisor, json.loads(request), requests)
        if first:
            _kill_all()
        else:
            kill_descendants()
        _write(replies, json.dumps(reply).encode() + b"\n")


def _lines(descriptor: int) -> Iterator[bytes]:
    buffer = b""
    while data := os.read(descriptor, 1 << 20):
        buffer += data
        while b"\n" in data and b"\n" in buffer:
            line, _, buffer = buffer.partition(b"\n")
            yield line


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _kill_all() -> None:
    """End every other process of this namespace."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def _run(supervisor: Supervisor, request: dict[str, Any], requests: int) -> dict[str, Any]:
    arguments = [base64.b64decode(argument).decode("utf-8", "surrogateescape") for argument in request["arguments"]]

    def abandoned() -> bool:
        # Requests come one at a time: whatever can be read in between is their end.
        return bool(select.select([requests], [], [], 0)[0])

    limits = Limits(**request["limits"])
    # Inherited, so that nothing a program starts can be quicker than its limit.
    for kind, limit in ((resource.RLIMIT_AS, limits.memory), (resource.RLIMIT_FSIZE, limits.disk)):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (min(limit, hard), hard))
    try:
        ended = supervisor.run(
            arguments,
            cwd=Path(os.fsdecode(base64.b64decode(request["cwd"]))),
            env=request["env"],
            stdin=base64.b64decode(request["stdin"]),
            limits=limits,
            merged=request["merged"],
            abandoned=abandoned,
        )
    except FileNotFoundError:
        return {"missing": arguments[0]}
    except OSError as error:
        return {"problem": f"{arguments[0]} cannot be started: {error.strerror}"}
    return {
        "stdout": base64.b64encode(ended.stdout).decode(),
        "stderr": base64.b64encode(ended.stderr).decode(),
        "returncode": ended.returncode,
        "why": ended.why,
    }
