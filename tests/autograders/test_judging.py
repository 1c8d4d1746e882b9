"""One quest of one submission: what goes wrong there stays there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograders.judging import Task, judge_task
from gitquest_kernel.answers import Answer
from gitquest_kernel.checks import Outcome, RunReport, Verdict
from gitquest_kernel.errors import LimitReached, Refused, SandboxError
from gitquest_kernel.quest import Quest
from tests.autograders.classroom import ASSIGNMENT, COMMIT, RIGHT, Classroom


def _judged(tmp_path: Path, outcome: RunReport | Exception, source: str = f"%%quest first-commit\n{RIGHT}") -> Verdict:
    """Judge with a replay that ends in a given way."""

    def replay(quest: Quest, answer: Answer) -> tuple[RunReport, dict[str, Any]]:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome, {}

    room = Classroom(tmp_path)
    room.write_quest(COMMIT)
    task = Task(tmp_path, ASSIGNMENT, "first-commit", tmp_path / "submitted", 4.0, source, None)
    return judge_task(task, replay)[1]


def test_a_run_that_was_stopped_is_its_outcome(tmp_path: Path) -> None:
    verdict = _judged(tmp_path, RunReport(Outcome.TIMEOUT, "too slow"))
    assert (verdict.outcome, verdict.points, verdict.message) == (Outcome.TIMEOUT, 0.0, "too slow")


def test_a_refused_command_is_refused(tmp_path: Path) -> None:
    assert _judged(tmp_path, Refused("not here")).outcome is Outcome.REFUSED


def test_a_limit_is_the_students(tmp_path: Path) -> None:
    assert not _judged(tmp_path, LimitReached("slow", limit="time")).outcome.held


def test_a_fault_of_ours_is_held_and_never_a_zero(tmp_path: Path) -> None:
    verdict = _judged(tmp_path, RuntimeError("oops"))
    assert verdict.outcome.held
    assert "oops" in verdict.message


def test_a_machine_that_cannot_replay_is_no_verdict_at_all(tmp_path: Path) -> None:
    with pytest.raises(SandboxError):
        _judged(tmp_path, SandboxError("no Landlock"))


@pytest.mark.parametrize(
    "first",
    [
        "%%quest frist-commit",
        "%%quest First-Commit",
        "# mine\n%%quest first-commit",
        "git init",
        "%%quest",
        "%%quest deep-seas",
    ],
)
def test_an_answer_whose_first_line_is_damaged_is_held_and_never_a_silent_zero(tmp_path: Path, first: str) -> None:
    verdict = _judged(tmp_path, RunReport(), f"{first}\n{RIGHT}")
    assert verdict.outcome is Outcome.TAMPERED
    assert verdict.outcome.held
    assert "should begin with “%%quest first-commit”" in verdict.message


def test_a_cell_with_nothing_but_comments_is_not_attempted(tmp_path: Path) -> None:
    assert _judged(tmp_path, RunReport(), "# I was ill\n").outcome is Outcome.NOT_ATTEMPTED
