"""The student's copy holds what the room needs and gives no answer away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gitquest_kernel.answers import from_cell
from gitquest_kernel.checks import Outcome, judge
from gitquest_kernel.errors import CourseError
from gitquest_kernel.quest import digest, parse_quest, public, read_public

GIT = {
    "id": "two-commits",
    "title": "Two commits",
    "kind": "git",
    "type": "practice",
    "difficulty": "beginner",
    "points": 4,
    "xp": 40,
    "task": "Commit twice.",
    "setup": "git init\ngit commit --allow-empty -m First",
    "checks": [
        {"branch": {"name": "main", "commits": 2}, "say": "two commits", "weight": 3},
        {"same_as": "git commit --allow-empty -m SecretGoal", "say": "the right history"},
    ],
    "hidden": [{"not": {"commands": {"uses": "git tag"}}, "say": "SecretCheck", "cap": 0.5}],
    "solutions": ["git commit --allow-empty -m SecretGoal # SecretSolution"],
    "wrong": [{"answer": "git status # SecretWrong", "why": "nothing", "caught_by": "two-commits"}],
}
QUIZ = {
    "id": "heads",
    "title": "Heads",
    "kind": "quiz",
    "type": "quiz",
    "difficulty": "beginner",
    "points": 2,
    "xp": 20,
    "task": "Choose.",
    "setup": "git init\ngit commit --allow-empty -m First",
    "questions": [
        {"id": "branch", "ask": "Where?", "compute": "git branch --show-current"},
        {"id": "letter", "ask": "Which?", "choices": {"a": "one", "b": "two"}, "answer": ["b"], "explain": "So."},
    ],
}


def test_a_git_quest_is_judged_alike_by_both_copies() -> None:
    quest = parse_quest(GIT, "test")
    copy = parse_quest(json.loads(json.dumps(public(quest))), "copy")
    assert copy.digest == digest(quest)
    for body, points in {
        "git commit --allow-empty -m SecretGoal": 4.0,
        "git commit --allow-empty -m Other": 3.0,
        "git status": 0.0,
        "git commit --allow-empty -m SecretGoal\ngit tag x": 2.0,
    }.items():
        full = judge(quest, from_cell(quest, body))
        shown = judge(copy, from_cell(copy, body))
        assert full.points == points - (1 if "tag" in body and points == 3 else 0)
        assert shown.points == (3.0 if "tag" in body else points)


def test_nothing_secret_is_in_a_git_copy() -> None:
    text = json.dumps(public(parse_quest(GIT, "test")))
    for secret in ("SecretCheck", "SecretSolution", "SecretWrong", "hidden", "solutions", "wrong"):
        assert secret not in text


def test_a_quiz_ships_hashed_keys_at_once_and_none_for_after_grading() -> None:
    quest = parse_quest(QUIZ, "test")
    shipped = public(quest)["questions"]
    assert all("answer" not in question and "compute" not in question for question in shipped)
    assert all(len(question["key"]) == 64 for question in shipped)
    assert not any("explain" in question for question in shipped)
    later = public(parse_quest({**QUIZ, "reveal": "after_grading"}, "test"))["questions"]
    assert not any("key" in question or "explain" in question for question in later)


@pytest.mark.parametrize(("body", "points"), [("branch: main\nletter: b", 2.0), ("branch: topic\nletter: B", 1.0)])
def test_a_quiz_is_judged_alike_by_both_copies(body: str, points: float) -> None:
    quest = parse_quest(QUIZ, "test")
    copy = parse_quest(public(quest), "copy")
    assert judge(quest, from_cell(quest, body)).points == points
    assert judge(copy, from_cell(copy, body)).points == points


def test_an_explanation_opens_with_the_right_answer_only() -> None:
    copy = parse_quest(public(parse_quest(QUIZ, "test")), "copy")
    right = judge(copy, from_cell(copy, "letter: b")).checks[1]
    wrong = judge(copy, from_cell(copy, "letter: a")).checks[1]
    assert (right.message, wrong.message) == ("Right. So.", "Not right.")


def test_an_empty_answer_is_not_attempted() -> None:
    quest = parse_quest(GIT, "test")
    assert judge(quest, from_cell(quest, "# nothing\n")).outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize(("body", "outcome"), [("bash", Outcome.REFUSED), ("git log 'open", Outcome.FAILED)])
def test_an_answer_that_cannot_run_scores_nothing_and_says_why(body: str, outcome: Outcome) -> None:
    quest = parse_quest(GIT, "test")
    verdict = judge(quest, from_cell(quest, body))
    assert (verdict.points, verdict.outcome) == (0.0, outcome)
    assert verdict.message


def test_a_setup_that_fails_is_the_authors_fault() -> None:
    quest = parse_quest({**GIT, "setup": "bash"}, "test")
    assert judge(quest, from_cell(quest, "git status")).outcome is Outcome.ERROR_IN_QUEST


@pytest.mark.parametrize("text", ["", "{", "[]", '{"id": "x"}', "\udcff"])
def test_a_damaged_copy_says_so(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text, errors="surrogateescape")
    with pytest.raises(CourseError):
        read_public(file)


def test_a_missing_copy_names_those_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "first.json").write_text("{}")
    with pytest.raises(CourseError, match="The quests here are: first"):
        read_public(tmp_path / "second.json")
