"""``gitquest grade``, as an instructor types it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from autograders.commands import _with_progress, grade
from autograders.grade import Graded
from autograders.submissions import Submission
from gitquest_kernel.confinement import Level
from tests.autograders.classroom import ASSIGNMENT, RIGHT, Classroom


def _grade(classroom: Classroom, *arguments: str) -> Result:
    return CliRunner().invoke(grade, ["--root", str(classroom.root), *arguments])


def test_a_summary_names_scores_and_outcomes(classroom: Classroom) -> None:
    classroom.hand_in("ada", {"first-commit": RIGHT})
    classroom.hand_in("bob")
    result = _grade(classroom, ASSIGNMENT)
    assert result.exit_code == 0
    assert f"{ASSIGNMENT}: 2 graded, mean 2.00 of 7; quests: 5 not attempted, 1 passed" in result.stdout
    assert "2 graded in" in result.stdout
    assert "2/2 submissions" in result.stderr


def test_no_time_left_is_told_before_a_tenth_is_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, *(6.0 * n for n in range(1, 31))])
    monkeypatch.setattr("autograders.commands.time", SimpleNamespace(monotonic=lambda: next(clock)))
    graded = Graded(Submission(ASSIGNMENT, "ada", Path(), Path()), "unchanged")
    list(_with_progress([graded] * 30, 30))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "1/30 submissions, 0.2 a second"
    assert lines[1] == "2/30 submissions, 0.2 a second, 168 s left"
    assert lines[-1].endswith(", 0 s left")


def test_a_bad_submission_is_named_at_the_end_with_exit_code_1(classroom: Classroom) -> None:
    classroom.hand_in("ada", {"first-commit": RIGHT})
    path = classroom.hand_in("bob")
    path.write_text("{")
    result = _grade(classroom)
    assert result.exit_code == 1
    assert f"not graded: bob, {ASSIGNMENT}: {path}:1:2: not a notebook" in result.stdout
    assert "1 graded, 1 failed" in result.stdout


def test_held_verdicts_are_listed_and_are_no_failure(classroom: Classroom) -> None:
    next(classroom.root.glob("courses/*/*/*/first-commit.yaml")).unlink()
    classroom.hand_in("ada", {"first-commit": RIGHT})
    result = _grade(classroom)
    assert result.exit_code == 0
    assert f"held for you: ada, {ASSIGNMENT}, first-commit: error in quest" in result.stdout


def test_json_is_all_that_a_script_reads(classroom: Classroom) -> None:
    classroom.hand_in("ada", {"first-commit": RIGHT})
    (entry,) = json.loads(_grade(classroom, "--json").stdout)
    assert (entry["student"], entry["status"], entry["score"], entry["max_score"]) == ("ada", "graded", 4.0, 7.0)
    assert entry["quests"]["first-commit"] == {"outcome": "passed", "points": 4.0, "max_points": 4.0}


def test_students_can_be_named_and_unchanged_work_is_left_alone(classroom: Classroom) -> None:
    classroom.hand_in("ada")
    classroom.hand_in("bob")
    assert "1 graded in" in _grade(classroom, "--student", "bob").stdout
    assert "1 graded, 1 unchanged in" in _grade(classroom).stdout
    assert "2 graded in" in _grade(classroom, "--force").stdout


def test_a_root_without_submissions_says_what_to_do(classroom: Classroom) -> None:
    result = _grade(classroom)
    assert result.exit_code != 0
    assert "nothing has been handed in" in str(result.exception)


def test_unconfined_has_to_be_said_in_so_many_words(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograders.commands.level", lambda: Level(0, False))
    classroom.hand_in("ada", {"first-commit": RIGHT})
    refused = _grade(classroom)
    assert refused.exit_code != 0
    assert "--unconfined" in str(refused.exception)
    (entry,) = json.loads(_grade(classroom, "--unconfined", "--json").stdout)
    assert entry["score"] == 4.0
