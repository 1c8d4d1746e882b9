"""Every error that Git Quest raises on purpose.

::

    GitQuestError                 what went wrong, where, and what to do
    ├── CourseError               a course, lesson or quest that cannot be used (the author's)
    │   └── QuestNotFound         a quest id that this course does not have
    ├── AnswerError               an answer that cannot be read (the student's)
    │   ├── AnswerSyntaxError     a line that is not in the answer grammar
    │   ├── Refused               a command or option that the sandbox does not run
    │   └── LimitReached          an answer that needs too much time or memory
    ├── SandboxError              the sandbox itself failed (the machine's)
    ├── GradingError              a submission or gradebook that cannot be graded
    ├── BuildError                notebooks that cannot be built or released
    └── ReportError               a report or warehouse that cannot be made
"""

from __future__ import annotations

from typing import Literal

__all__ = [
    "AnswerError",
    "AnswerSyntaxError",
    "BuildError",
    "CourseError",
    "GitQuestError",
    "GradingError",
    "LimitReached",
    "QuestNotFound",
    "Refused",
    "ReportError",
    "SandboxError",
]


class GitQuestError(Exception):
    """Say what was wrong, where, and how to mend it.

    Parameters
    ----------
    problem
        What was wrong, as a sentence without its full stop.
    where
        File, with line, key or cell where known: ``courses/git/course.yaml:12``.
    remedy
        What the reader can do about it.
    """

    def __init__(self, problem: str, *, where: str = "", remedy: str = "") -> None:
        self.problem, self.where, self.remedy = problem, where, remedy
        super().__init__(problem, where, remedy)

    def __str__(self) -> str:
        head = f"{self.where}: {self.problem}" if self.where else self.problem
        return f"{head}\n  {self.remedy}" if self.remedy else head


class CourseError(GitQuestError):
    """A course, lesson or quest cannot be used; its author has to mend it."""


class QuestNotFound(CourseError):
    """No quest of this id exists here."""


class AnswerError(GitQuestError):
    """An answer cannot be read or run."""


class AnswerSyntaxError(AnswerError):
    """A line is not in the answer grammar."""


class Refused(AnswerError):
    """A command or option is one that the sandbox does not run."""


class LimitReached(AnswerError):
    """An answer needs more time or memory than it may have.

    Parameters
    ----------
    limit
        ``time`` or ``memory``.
    """

    def __init__(
        self, problem: str, *, limit: Literal["time", "memory"] = "time", where: str = "", remedy: str = ""
    ) -> None:
        super().__init__(problem, where=where, remedy=remedy)
        self.limit = limit


class SandboxError(GitQuestError):
    """The sandbox cannot do its work on this machine."""


class GradingError(GitQuestError):
    """A submission or gradebook cannot be graded."""


class BuildError(GitQuestError):
    """Notebooks cannot be built or released."""


class ReportError(GitQuestError):
    """A report or the warehouse behind it cannot be made."""
