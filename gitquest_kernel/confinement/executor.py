"""Where a workspace's programs run: in this process's care, or in that of a confined driver."""

from __future__ import annotations

import base64
import contextlib
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from gitquest_kernel.confinement.process import Ended, Limits, run_program
from gitquest_kernel.errors import SandboxError

__all__ = ["ConfinedExecutor", "Executor", "PlainExecutor"]

_DIED = {"stdout": "", "stderr": "", "returncode": 137, "why": "crashed"}


class Executor(Protocol):
    """Runs programs for one workspace; belongs to one thread."""

    def run(
        self, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdin: bytes, limits: Limits
    ) -> Ended:
        """Run a program to its end, or to a limit."""

    def close(self) -> None:
        """End whatever still runs."""


class PlainExecutor:
    """Run programs with the rights of this process: for a process that is confined itself, or has nothing to lose."""

    def run(
        self, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdin: bytes, limits: Limits
    ) -> Ended:
        """Run a program to its end, or to a limit."""
        return run_program(arguments, cwd=cwd, env=env, stdin=stdin, limits=limits)

    def close(self) -> None:
        """Nothing runs between two programs."""


class ConfinedExecutor:
    """Run programs in the care of a driver process that has confined itself to one folder.

    The driver starts with the first program, and again if it has died; confinement is put up once, so that a program
    costs what it costs without.

    Parameters
    ----------
    place
        The one folder that programs may write.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._driver: subprocess.Popen[bytes] | None = None

    def run(
        self, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdin: bytes, limits: Limits
    ) -> Ended:
        """Run a program to its end, or to a limit.

        Raises
        ------
        FileNotFoundError
            There is no such program.
        SandboxError
            The driver cannot confine itself here.
        """
        reply = self._ask(
            {
                "arguments": [
                    base64.b64encode(argument.encode("utf-8", "surrogateescape")).decode() for argument in arguments
                ],
                "cwd": str(cwd),
                "env": dict(env),
                "stdin": base64.b64encode(stdin).decode(),
                "seconds": limits.seconds,
                "output": limits.output,
            }
        )
        if "missing" in reply:
            raise FileNotFoundError(2, "there is no such program", reply["missing"])
        if "problem" in reply:
            self.close()
            raise SandboxError(reply["problem"], remedy="Run gitquest doctor to see what this machine can confine.")
        stdout, stderr = (base64.b64decode(reply[name]) for name in ("stdout", "stderr"))
        return Ended(stdout, stderr, reply["returncode"], reply["why"])

    def close(self) -> None:
        """End the driver, and with it whatever it still runs."""
        driver, self._driver = self._driver, None
        if driver is None:
            return
        for stream in (driver.stdin, driver.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            driver.wait(timeout=5)
        except subprocess.TimeoutExpired:
            driver.kill()
            driver.wait()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        driver = self._started()
        assert driver.stdin is not None
        assert driver.stdout is not None
        try:
            driver.stdin.write(json.dumps(request).encode() + b"\n")
            driver.stdin.flush()
            reply = driver.stdout.readline()
        except OSError:
            reply = b""
        except BaseException:
            # An interrupt in mid-command: its program must not go on, nor its reply be taken for the next one's.
            driver.kill()
            self.close()
            raise
        if not reply.endswith(b"\n"):
            self.close()
            return _DIED
        return dict(json.loads(reply))

    def _started(self) -> subprocess.Popen[bytes]:
        if self._driver is None or self._driver.poll() is not None:
            self.close()
            self._driver = subprocess.Popen(
                [sys.executable, "-P", "-m", "gitquest_kernel.confinement.driver", str(self._place)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._place,
                start_new_session=True,
            )
        return self._driver
