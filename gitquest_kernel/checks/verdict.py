"""What a judge says of an answer, as frozen values and plain JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol, Self

from gitquest_kernel.answers import Answer
from gitquest_kernel.game.rules import HELD, passed
from gitquest_kernel.quest import Quest

__all__ = ["CheckResult", "Kind", "Outcome", "Replay", "RunReport", "Step", "Verdict", "score"]


class Outcome(StrEnum):
    """How an answer ended; no two are ever confused."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    REFUSED = "refused"
    VERSION_MISMATCH = "version_mismatch"
    TAMPERED = "tampered"
    ERROR_IN_QUEST = "error_in_quest"

    @property
    def held(self) -> bool:
        """Whether an instructor has to look before any mark is given."""
        return self in HELD


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check's finding.

    Parameters
    ----------
    name
        What the quest calls the check.
    message
        In the student's words: what was asked for, or what is wrong now.
    weight
        Its share of the points; 0 for a check that only informs, and for hidden ones.
    cap
        For a hidden check, the largest part of the points that failing it leaves.
    """

    name: str
    passed: bool
    message: str
    hint: str = ""
    weight: int = 1
    hidden: bool = False
    cap: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a replay, for showing; marks never rest on it."""

    command: str
    stdout: str
    stderr: str
    returncode: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """How the run of an answer ended: ``outcome`` is None when it ran to its end."""

    outcome: Outcome | None = None
    message: str = ""
    steps: tuple[Step, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        outcome = data["outcome"]
        return cls(
            Outcome(outcome) if outcome else None,
            data["message"],
            tuple(Step(**step) for step in data["steps"]),
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer is worth, and why.

    Parameters
    ----------
    points, max_points
        In nbgrader's points.
    message
        Set when the outcome is not decided by checks: what was refused, what timed out.
    digest
        The version of the quest that judged it.
    commands
        The number of commands in a git answer.
    steps
        The replay, for showing.
    """

    quest: str
    points: float
    max_points: float
    outcome: Outcome
    checks: tuple[CheckResult, ...] = ()
    message: str = ""
    digest: str = ""
    commands: int | None = None
    steps: tuple[Step, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        return cls(
            **{
                **data,
                "outcome": Outcome(data["outcome"]),
                "checks": tuple(CheckResult(**check) for check in data["checks"]),
                "steps": tuple(Step(**step) for step in data["steps"]),
            }
        )


Replay = Callable[[Quest, Answer], tuple[RunReport, dict[str, Any]]]
"""Runs an answer from the quest's start and returns how that ended and the state that is left."""


class Kind(Protocol):
    """What a kind of quest knows how to do, each part in a zone of its own."""

    def run(self, quest: Any, answer: Answer, place: Any) -> RunReport:
        """Do the answer in the empty folder ``place``; in grading, inside the confined child."""

    def read(self, quest: Any, place: Any) -> dict[str, Any]:
        """Return the state left in ``place`` as plain JSON data, executing nothing of it."""

    def check(self, quest: Any, answer: Answer, state: dict[str, Any]) -> list[CheckResult]:
        """Judge the state; never touches ``place``."""

    def commands(self, answer: Answer) -> int | None:
        """Return the number of commands in the answer, or None where that means nothing."""


def score(checks: Sequence[CheckResult], max_points: float) -> tuple[float, Outcome]:
    """Return the points and the outcome of a judged answer.

    Public checks share ``max_points`` by weight in exact fractions; a failed hidden check caps what is left.
    """
    public = [check for check in checks if not check.hidden]
    total = sum(check.weight for check in public)
    earned = Fraction(sum(check.weight for check in public if check.passed), total) if total else Fraction(0)
    caps = [Fraction(str(check.cap)) for check in checks if check.hidden and not check.passed and check.cap is not None]
    points = float(min([earned, *caps]) * Fraction(str(max_points)))
    if passed(points, max_points):
        return points, Outcome.PASSED
    return points, Outcome.PARTIAL if points > 0 else Outcome.FAILED
