"""One quest of one submission: find the answer and the version it was written for, and judge it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from autograders.quests import complete_quest, shipped_version
from gitquest_kernel.answers import Answer, find_answer, has_commands, quest_cell
from gitquest_kernel.checks import Outcome, Replay, Verdict, judge
from gitquest_kernel.errors import AnswerError, CourseError, SandboxError
from gitquest_kernel.quest import Quest

__all__ = ["Task", "judge_task"]

_log = logging.getLogger("gitquest.grading")


@dataclass(frozen=True)
class Task:
    """What there is to judge.

    Parameters
    ----------
    root
        The course root, with ``courses/``.
    folder
        The student's submission of the assignment; read, never run.
    max_points
        What the gradebook says that the grade cell is worth.
    source
        The answer cell's source, or None where there is none.
    version
        The digest that the notebook's cells carry.
    """

    root: Path
    assignment: str
    quest: str
    folder: Path
    max_points: float
    source: str | None
    version: str | None

    @property
    def body(self) -> str | None:
        """What the answer cell says below ``%%quest``, or None where there is no answer cell.

        Raises
        ------
        DamagedCell
            The cell holds something, and does not begin with this quest's first line.
        """
        found = quest_cell(self.source) if self.source is not None else None
        if found and found[0] == self.quest:
            return found[1]
        if self.source is not None and has_commands(self.source):
            raise DamagedCell(self.source, self.quest)
        return None


class DamagedCell(Exception):
    """An answer cell has lost its first line: the answer in it is somebody's work, and no program can be sure whose."""

    def __init__(self, source: str, quest: str) -> None:
        first = next(line for line in source.splitlines() if line.strip())
        super().__init__(
            f"The answer cell begins with “{first[:60]}”, and should begin with “%%quest {quest}”. "
            "Look at what it holds, and give the points by hand."
        )


def judge_task(task: Task, replay: Replay) -> tuple[Answer, Verdict]:
    """Judge one quest of a submission; whatever is wrong with it ends as a verdict of its own.

    Raises
    ------
    SandboxError
        Answers cannot be replayed on this machine at all.
    """
    answer = Answer(task.quest)
    try:
        quest, answer = _find(task)
        if quest is None:
            return answer, _ended(task, Outcome.VERSION_MISMATCH, _UNKNOWN_VERSION, answer.digest or "")
        return answer, judge(quest, answer, replay=replay)
    except AnswerError as error:
        return answer, _ended(task, Outcome.FAILED, str(error))
    except DamagedCell as error:
        shown = Answer(task.quest, task.source or "", source="cell")
        return shown, _ended(task, Outcome.TAMPERED, str(error))
    except CourseError as error:
        return answer, _ended(task, Outcome.ERROR_IN_QUEST, str(error))
    except SandboxError:
        raise
    except Exception as error:
        # Students read the message: the traceback is for the log.
        _log.exception("judging %s of %s", task.quest, task.folder)
        said = str(error).strip().splitlines()[-1:]
        message = f"The judge itself failed ({': '.join([type(error).__name__, *said])})."
        return answer, _ended(task, Outcome.ERROR_IN_QUEST, message)


_UNKNOWN_VERSION = (
    "This answer was written for a version of the quest that this course has not released. "
    "Restore courses/<course>/released, or give the points by hand."
)


def _find(task: Task) -> tuple[Quest | None, Answer]:
    """Return the quest that the answer was written for, None if unknown, and the answer."""

    def version_of(version: str | None) -> Quest | None:
        return complete_quest(task.root, task.assignment, task.quest, version)

    claimed = task.version or shipped_version(task.folder, task.quest)
    quest = version_of(claimed)
    # A quest's kind, which says how its answer is stored, is the same in every version.
    answer = find_answer(quest or version_of(None) or _missing(task), task.body, task.folder, claimed)
    if answer.digest in {None, "-", claimed}:
        return quest, answer
    return version_of(answer.digest), answer


def _missing(task: Task) -> Quest:
    raise CourseError(
        f"the quest '{task.quest}' has no version that can be used",
        where=f"assignment {task.assignment}",
        remedy="Restore the quest's file in courses/, or give the points by hand.",
    )


def _ended(task: Task, outcome: Outcome, message: str, version: str = "") -> Verdict:
    return Verdict(task.quest, 0.0, task.max_points, outcome, (), message, version)
