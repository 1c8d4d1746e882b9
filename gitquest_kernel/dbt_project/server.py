"""A process beside this one that has dbt already, and forks for each build.

dbt takes seconds to import, and a student's kernel must not hold its state. So the first build starts
``python -m gitquest_kernel.dbt_project``, which stays until this process ends; later builds wait for dbt alone.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

from gitquest_kernel.dbt_project import in_process
from gitquest_kernel.errors import LimitReached, SandboxError

__all__ = ["TIME_LIMIT", "ask", "close", "main"]

TIME_LIMIT = 30
"""Seconds that one build may take, unless the process as a whole has a limit of its own."""


class _Server:
    """The process: started when first needed, and again when it has ended or another process started it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._errors: IO[str] | None = None
        self._owner = 0

    def ask(self, request: dict[str, Any]) -> None:
        with self._lock:
            process = self._started()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(json.dumps({**request, "seconds": TIME_LIMIT}) + "\n")
                process.stdin.flush()
                reply = process.stdout.readline()
            except BrokenPipeError:
                reply = ""
            except BaseException:
                self._stop()
                raise
            if not reply:
                words = self._last_words()
                self._stop()
                raise SandboxError("dbt could not be started", remedy=words or "Install gitquest anew.")
        status = int(reply)
        if status == -signal.SIGALRM:
            raise LimitReached(f"dbt was stopped after {TIME_LIMIT} seconds", limit="time")
        if status:
            raise SandboxError("dbt ended unexpectedly", remedy=f"Its process ended with status {status}; try again.")

    def close(self) -> None:
        with self._lock:
            self._stop()

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self._stop()
            self._owner = os.getpid()
            self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
            # -P: a folder on the path must not shadow a module.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "gitquest_kernel.dbt_project"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                text=True,
                env={name: value for name, value in os.environ.items() if not name.startswith("DBT_")},
                start_new_session=True,
            )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        errors, self._errors = self._errors, None
        if errors is not None:
            errors.close()

    def _last_words(self) -> str:
        if self._errors is None:
            return ""
        self._errors.seek(0)
        return self._errors.read().strip()[-2000:]


_server = _Server()
ask, close = _server.ask, _server.close
atexit.register(close)


def main() -> None:
    """Answer requests, one line of JSON each, until standard input is closed."""
    requests, replies = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nothing, descriptor)
    in_process.load()
    for line in requests:
        request = json.loads(line)
        in_process.warm((Path(request["project"]) / "dbt_project.yml").read_text(encoding="utf-8"))
        replies.write(f"{_in_fork(request)}\n")
        replies.flush()


def _in_fork(request: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            _do(request)
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _do(request: dict[str, Any]) -> None:
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(log, 1)
    if "arguments" in request:
        signal.alarm(request["seconds"])
        in_process.reuse_parse(Path(request["project"]))
        in_process.invoke(Path(request["project"]), request["arguments"])
        sys.stdout.flush()
        return
    from gitquest_kernel.dbt_project.build import run_plan

    run_plan(Path(request["place"]), request["seconds"])
