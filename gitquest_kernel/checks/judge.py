"""From an answer to a verdict: replay it, read what is left, check that."""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from gitquest_kernel.answers import Answer
from gitquest_kernel.checks.verdict import Kind, Outcome, Replay, RunReport, Verdict, score
from gitquest_kernel.errors import AnswerError, CourseError, LimitReached, Refused
from gitquest_kernel.quest import Quest, digest

__all__ = ["judge", "kind_of", "replay_here"]


def kind_of(quest: Quest) -> Kind:
    """Return the module that runs, reads and checks this kind of quest."""
    return cast(Kind, import_module(f"gitquest_kernel.checks.{quest.kind}"))


def replay_here(quest: Quest, answer: Answer) -> tuple[RunReport, dict[str, Any]]:
    """Run an answer in a temporary folder of this process's own and read what it leaves.

    This is the student's way. Grading replays in a confined child instead.
    """
    kind = kind_of(quest)
    with tempfile.TemporaryDirectory(prefix="gitquest-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        report = kind.run(quest, answer, place)
        return report, kind.read(quest, place) if report.outcome is None else {}


def judge(quest: Quest, answer: Answer, *, replay: Replay = replay_here) -> Verdict:
    """Replay an answer from the quest's start and judge the state that it leaves.

    Parameters
    ----------
    quest
        The complete quest when grading, the student's copy in the room.
    answer
        What the student did, as text.
    replay
        Where the answer runs.

    Returns
    -------
    Verdict
        Never an exception for what a student wrote: an answer that cannot be read scores 0 and says why.
    """
    kind = kind_of(quest)
    version = quest.digest or digest(quest)

    def ended(outcome: Outcome, message: str, report: RunReport | None = None) -> Verdict:
        steps = report.steps if report else ()
        return Verdict(quest.id, 0.0, quest.points, outcome, (), message, version, None, steps)

    if answer.empty:
        return ended(Outcome.NOT_ATTEMPTED, "There is no answer yet.")
    try:
        commands = kind.commands(answer)
        report, state = replay(quest, answer)
        if report.outcome is not None:
            return ended(report.outcome, report.message, report)
        checks = tuple(kind.check(quest, answer, state))
    except Refused as error:
        return ended(Outcome.REFUSED, str(error))
    except LimitReached as error:
        return ended(Outcome.TIMEOUT if error.limit == "time" else Outcome.OUT_OF_MEMORY, str(error))
    except AnswerError as error:
        return ended(Outcome.FAILED, str(error))
    except CourseError as error:
        return ended(Outcome.ERROR_IN_QUEST, str(error))
    points, outcome = score(checks, quest.points)
    return Verdict(quest.id, points, quest.points, outcome, checks, "", version, commands, report.steps)
