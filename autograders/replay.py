"""Replaying answers for grading: never in the process that judges them.

The judge may live inside a Jupyter server or a command line; neither may fork. So one `Runner` process is started
with the first answer, forks a confined child for each, and ends with the process that started it.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable
from typing import Any

from autograders.served import ServedProcess
from gitquest_kernel import errors
from gitquest_kernel.answers import Answer
from gitquest_kernel.checks import Replay, RunReport
from gitquest_kernel.errors import GitQuestError
from gitquest_kernel.quest import GitQuest, Quest
from gitquest_kernel.quest.load import complete_json

__all__ = ["Runner", "confined", "replayer"]

_GRACE = 30.0
"""Seconds that the runner may need beyond its two children's time: imports, forks, removing folders."""


class Runner(ServedProcess):
    """A runner process, started when first needed and started again if it ends."""

    def __init__(self) -> None:
        super().__init__("autograders.runner", "replays answers")

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
        reply, _ = self.ask(request, 2 * seconds + _GRACE)
        if "error" in reply:
            raise _error(reply["error"])
        return RunReport.from_json(reply["report"]), reply["state"]


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
