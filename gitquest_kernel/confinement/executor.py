"""Where a workspace's programs run: in this process's care, or in that of a confined driver."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from gitquest_kernel.confinement.confine import landlock_version
from gitquest_kernel.confinement.nursery import start_driver
from gitquest_kernel.confinement.process import Ended, Limits
from gitquest_kernel.confinement.supervise import Supervisor
from gitquest_kernel.errors import SandboxError

__all__ = ["ConfinedExecutor", "Executor", "PlainExecutor", "by_default", "executor_for"]

_DIED: dict[str, Any] = {"stdout": "", "stderr": "", "returncode": 137, "why": "crashed"}
_GRACE = 10.0
"""Seconds that a driver may need beyond its program's time."""


_confined_by_default = False


def by_default(confined: bool) -> None:
    """Decide for this process whether workspaces are confined that do not say so themselves.

    A process that strangers' programs could harm, such as a student's kernel, says True when it starts. Where the
    machine cannot confine, such workspaces run unconfined.
    """
    global _confined_by_default
    _confined_by_default = confined


def executor_for(place: Path, confined: bool | None) -> Executor:
    """Return what runs the programs of the workspace in ``place``; ``confined`` None means as `by_default` says."""
    if confined is None:
        confined = _confined_by_default and landlock_version() > 0
    return ConfinedExecutor(place) if confined else PlainExecutor(place)


class Executor(Protocol):
    """Runs programs for one workspace; belongs to one thread."""

    def run(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdin: bytes,
        limits: Limits,
        merged: bool = False,
    ) -> Ended:
        """Run a program to its end, or to a limit; ``merged`` sends standard error where standard output goes."""

    def close(self) -> None:
        """End whatever still runs."""


class PlainExecutor:
    """Run programs with the rights of this process: for a process that is confined itself, or has nothing to lose.

    Parameters
    ----------
    place
        The folder whose size is watched.
    """

    def __init__(self, place: Path) -> None:
        self._supervisor = Supervisor(place)

    def run(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdin: bytes,
        limits: Limits,
        merged: bool = False,
    ) -> Ended:
        """Run a program to its end, or to a limit."""
        return self._supervisor.run(arguments, cwd=cwd, env=env, stdin=stdin, limits=limits, merged=merged)

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
        self._driver: tuple[int, int] | None = None

    def run(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdin: bytes,
        limits: Limits,
        merged: bool = False,
    ) -> Ended:
        """Run a program to its end, or to a limit.

        Raises
        ------
        FileNotFoundError
            There is no such program.
        SandboxError
            The driver cannot confine itself here.
        """
        request = {
            "arguments": [_base64(argument.encode("utf-8", "surrogateescape")) for argument in arguments],
            "cwd": _base64(os.fsencode(cwd)),
            "env": dict(env),
            "stdin": _base64(stdin),
            "limits": asdict(limits),
            "merged": merged,
        }
        reply = self._ask(json.dumps(request).encode() + b"\n", limits.seconds + _GRACE)
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
        requests, replies = driver
        os.close(requests)
        # It ends when its requests do; the end of its replies tells that it has.
        with contextlib.suppress(OSError):
            while _ready(replies, _GRACE) and os.read(replies, 1 << 16):
                pass
        os.close(replies)

    def _ask(self, request: bytes, seconds: float) -> dict[str, Any]:
        requests, replies = self._started()
        reply = b""
        try:
            view = memoryview(request)
            while view:
                view = view[os.write(requests, view) :]
            while not reply.endswith(b"\n") and _ready(replies, seconds):
                data = os.read(replies, 1 << 20)
                if not data:
                    break
                reply += data
        except OSError:
            reply = b""
        except BaseException:
            # An interrupt in mid-command: its program must not go on, nor its reply be taken for the next one's.
            self.close()
            raise
        if not reply.endswith(b"\n"):
            self.close()
            return _DIED
        return dict(json.loads(reply))

    def _started(self) -> tuple[int, int]:
        if self._driver is None:
            theirs, requests = os.pipe()
            replies, answers = os.pipe()
            self._driver = requests, replies
            try:
                start_driver(self._place, theirs, answers)
            except OSError as error:
                self.close()
                raise SandboxError(
                    f"the sandbox's driver cannot be started: {error.strerror or error}",
                    remedy="Close programs that you do not need, then run the cell again.",
                ) from error
            finally:
                os.close(theirs)
                os.close(answers)
        return self._driver


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _ready(descriptor: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
