"""A process of ours that answers requests, one line of JSON each, and ends with the process that started it."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any, Self

from gitquest_kernel.errors import SandboxError

__all__ = ["ServedProcess"]

_PASSED_ON = {"HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TMPDIR", "TZ", "VIRTUAL_ENV"}
"""The environment that it inherits; secrets of the grading process stay out of it."""


class ServedProcess:
    """A server process, started when first needed and started again if it ends; for any number of threads.

    Parameters
    ----------
    module
        What ``python -m`` runs; it reads requests from standard input until end of file.
    task
        What it does, for messages: "replays answers".
    """

    def __init__(self, module: str, task: str) -> None:
        self._module, self._task = module, task
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process and whatever it still runs."""
        with self._lock:
            if self._process is not None:
                # It waits for a request, or still starts; nothing of it is worth waiting for.
                self._process.kill()
            self._stop()

    def ask(self, request: dict[str, Any], seconds: float, data: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Send a request, and data after it; return the reply and the bytes that follow it, as its ``size`` says.

        Raises
        ------
        SandboxError
            The process ended, or did not answer in time; the next request gets a new one.
        """
        with self._lock:
            process = self._started()
            assert process.stdin is not None
            try:
                process.stdin.write(json.dumps(request).encode() + b"\n" + data)
                process.stdin.flush()
                deadline = time.monotonic() + seconds
                reply = dict(json.loads(self._read_line(process, deadline)))
                return reply, self._read(process, int(reply.get("size", 0)), deadline)
            except (OSError, ValueError, EOFError) as error:
                self._stop()
                raise SandboxError(
                    f"the process that {self._task} ended ({error})",
                    remedy="Grade again; if it happens again, 'gitquest doctor' says what this machine lacks.",
                ) from error
            except BaseException:
                self._stop()
                raise

    def _read_line(self, process: subprocess.Popen[bytes], deadline: float) -> bytes:
        while b"\n" not in self._buffer:
            self._buffer += self._part(process, deadline)
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _read(self, process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        parts, held = [self._buffer], len(self._buffer)
        while held < size:
            parts.append(self._part(process, deadline))
            held += len(parts[-1])
        data = b"".join(parts)
        self._buffer = data[size:]
        return data[:size]

    def _part(self, process: subprocess.Popen[bytes], deadline: float) -> bytes:
        assert process.stdout is not None
        descriptor = process.stdout.fileno()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise EOFError("it did not answer in time")
        part = os.read(descriptor, 1 << 20)
        if not part:
            raise EOFError(f"exit status {process.poll()}")
        return part

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            # -P: a submission's folder on the path must not shadow a module.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", self._module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=tempfile.gettempdir(),
                env={name: value for name, value in os.environ.items() if name in _PASSED_ON},
                start_new_session=True,
            )
        return self._process

    def _stop(self) -> None:
        process, self._process, self._buffer = self._process, None, b""
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.close()
        try:
            process.stdin.close()
            process.wait(timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            process.kill()
            process.wait()
