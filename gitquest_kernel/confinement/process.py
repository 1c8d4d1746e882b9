"""Run one program with its output collected, its time and output limited, and its children taken down with it."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["Ended", "Limits", "run_program"]


@dataclass(frozen=True)
class Limits:
    """What one command may use: ``seconds`` of wall time, ``output`` bytes on either stream."""

    seconds: float = 20.0
    output: int = 1_000_000


@dataclass(frozen=True)
class Ended:
    """How a program ended."""

    stdout: bytes
    stderr: bytes
    returncode: int
    why: Literal["exited", "timeout", "too_much_output", "crashed"] = "exited"


def run_program(arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdin: bytes, limits: Limits) -> Ended:
    """Run a program to its end, or take its whole process group down at a limit.

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
        stderr=subprocess.PIPE,
        start_new_session=True,
        umask=0o022,
    )
    try:
        return _collect(process, stdin, limits)
    finally:
        _take_down(process)


def _collect(process: subprocess.Popen[bytes], stdin: bytes, limits: Limits) -> Ended:
    assert process.stdout is not None
    assert process.stderr is not None
    chunks: dict[str, list[bytes]] = {"stdout": [], "stderr": []}
    sizes = {"stdout": 0, "stderr": 0}
    deadline = time.monotonic() + limits.seconds
    pending = memoryview(stdin)
    why: Literal["exited", "timeout", "too_much_output"] = "exited"
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, "stdout")
        selector.register(process.stderr, selectors.EVENT_READ, "stderr")
        if process.stdin is not None:
            os.set_blocking(process.stdin.fileno(), False)
            selector.register(process.stdin, selectors.EVENT_WRITE, "stdin")
        while selector.get_map() and why == "exited":
            left = deadline - time.monotonic()
            if left <= 0:
                why = "timeout"
                break
            for key, _ in selector.select(left):
                if key.data == "stdin":
                    pending = _feed(process, pending)
                    if not pending:
                        selector.unregister(key.fileobj)
                    continue
                data = os.read(key.fd, 65536)
                if not data:
                    selector.unregister(key.fileobj)
                chunks[key.data].append(data)
                sizes[key.data] += len(data)
                if sizes[key.data] > limits.output:
                    why = "too_much_output"
    if why == "exited":
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            why = "timeout"
    if why != "exited":
        _take_down(process)
    stdout, stderr = (b"".join(chunks[name])[: limits.output] for name in ("stdout", "stderr"))
    return Ended(stdout, stderr, process.returncode, why)


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
