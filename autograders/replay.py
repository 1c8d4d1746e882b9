"""Replaying answers for grading: never in the process that judges them.

The judge may live inside a Jupyter server or a command line; neither may fork. So one `Runner` process is started
with the first answer, forks a confined child for each, and ends with the process that started it.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from typing import Any

from gitquest_kernel import errors
from gitquest_kernel.answers import Answer
from gitquest_kernel.checks import Replay, RunReport
from gitquest_kernel.errors import GitQuestError, SandboxError
from gitquest_kernel.quest import GitQuest, Quest
from gitquest_kernel.quest.load import complete_json

__all__ = ["Runner", "confined", "replayer"]

_PASSED_ON = {"HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TMPDIR", "TZ", "VIRTUAL_ENV"}
"""The environment that the runner inherits; secrets of the grading process stay out of it."""

_GRACE = 30.0
"""Seconds that the runner may need beyond its two children's time: imports, forks, removing folders."""


class Runner:
    """A runner process, started when first needed and started again if it ends."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._buffer = b""

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the runner and whatever it still runs."""
        with self._lock:
            self._stop()

    def replay(
        self, quest: Quest, answer: Answer, *, seconds: float, confined: bool
    ) -> tuple[RunReport, dict[str, Any]]:
        """Run an answer from the quest's start in a confined child and read, in another, what it left.

        Raises
        ------
        GitQuestError
            Whatever the quest's kind raises for this answer; a SandboxError when no child can be made.
        """
        request = {
            "quest": complete_json(_without_keys(quest)),
            "answer": {
                "quest": answer.quest,
                "text": answer.text,
                "files": dict(answer.files),
                "digest": answer.digest,
                "source": answer.source,
            },
            "seconds": seconds,
            "confined": confined,
        }
        with self._lock:
            reply = self._ask(json.dumps(request).encode() + b"\n", 2 * seconds + _GRACE)
        if "error" in reply:
            raise _error(reply["error"])
        return RunReport.from_json(reply["report"]), reply["state"]

    def _ask(self, line: bytes, seconds: float) -> dict[str, Any]:
        process = self._started()
        assert process.stdin is not None
        try:
            process.stdin.write(line)
            process.stdin.flush()
            return dict(json.loads(self._line(process, seconds)))
        except (OSError, ValueError, EOFError) as error:
            self._stop()
            raise SandboxError(
                f"the process that replays answers ended ({error})",
                remedy="Grade again; if it happens again, 'gitquest doctor' says what this machine lacks.",
            ) from error
        except BaseException:
            self._stop()
            raise

    def _line(self, process: subprocess.Popen[bytes], seconds: float) -> bytes:
        assert process.stdout is not None
        descriptor = process.stdout.fileno()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        while b"\n" not in self._buffer:
            if not poll.poll(seconds * 1000):
                raise EOFError("it did not answer in time")
            part = os.read(descriptor, 1 << 20)
            if not part:
                raise EOFError(f"exit status {process.poll()}")
            self._buffer += part
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            # -P: a submission's folder on the path must not shadow a module.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "autograders.runner"],
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


_shared = Runner()
atexit.register(_shared.close)


def replayer(*, seconds: float = 60.0, confined: bool = True, runner: Runner | None = None) -> Replay:
    """Return a replay for `judge` that uses the runner of this process.

    Parameters
    ----------
    seconds
        Wall-clock time for running an answer, and again for reading what it left.
    confined
        False replays with all the rights of this user.
    """
    used = runner or _shared

    def replay(quest: Quest, answer: Answer) -> tuple[RunReport, dict[str, Any]]:
        return used.replay(quest, answer, seconds=seconds, confined=confined)

    return replay


confined: Replay = replayer()
"""The replay that grading uses."""


def _without_keys(quest: Quest) -> Quest:
    """Return what the child needs of a quest: not how it is solved, nor what is looked for in secret."""
    private: dict[str, Any] = {"solutions": (), "wrong": ()}
    if isinstance(quest, GitQuest):
        private["hidden"] = ()
    return quest.model_copy(update=private)


def _error(facts: dict[str, str]) -> Exception:
    """Make the error again that was raised in the child; its facts are its arguments."""
    sort = facts.pop("type")
    if sort == "Fault":
        return RuntimeError(facts["problem"])
    made: Callable[..., GitQuestError] = getattr(errors, sort, GitQuestError)
    return made(facts.pop("problem"), **facts)
