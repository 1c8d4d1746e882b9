"""A course that changes in mid-term: each answer is judged by the version it was written for."""

from __future__ import annotations

from typing import Any

from gitquest_kernel.checks import Outcome
from gitquest_kernel.quest import Quest, digest
from tests.autograders.classroom import COMMIT, RIGHT, Classroom, cell_of

STRICTER: dict[str, Any] = COMMIT | {
    "checks": [{"branch": {"name": "main", "commits": 7}, "say": "main holds seven commits"}],
    "solutions": ["git init" + "\ngit commit --allow-empty -m again" * 7],
}


def _change(classroom: Classroom) -> Quest:
    """Release the quest as it is, then change its checks."""
    classroom.freeze(classroom.write_quest(COMMIT))
    return classroom.write_quest(STRICTER)


def test_marks_stay_when_the_course_changes_after_release(classroom: Classroom) -> None:
    classroom.hand_in("ada", {"first-commit": RIGHT})
    classroom.hand_in("bob", saved={"first-commit": RIGHT})
    before = {student: result.score for student, result in classroom.grade().items()}
    old = digest(classroom.write_quest(COMMIT))
    assert digest(_change(classroom)) != old
    after = classroom.grade(force=True)
    assert {student: result.score for student, result in after.items()} == before
    assert {result.verdicts["first-commit-grade"].digest for result in after.values()} == {old}


def test_an_answer_for_the_new_version_is_judged_by_it(classroom: Classroom) -> None:
    classroom.freeze(new := _change(classroom))
    classroom.hand_in("ada", saved={"first-commit": f"# gitquest first-commit {digest(new)}\n{RIGHT}"})
    verdict = classroom.grade()["ada"].verdicts["first-commit-grade"]
    assert (verdict.outcome, verdict.digest) == (Outcome.FAILED, digest(new))


def test_an_unknown_version_is_held_and_never_a_zero(classroom: Classroom) -> None:
    _change(classroom)
    unknown = f"sha256:{'0' * 64}"
    classroom.hand_in("ada", saved={"first-commit": f"# gitquest first-commit {unknown}\n{RIGHT}"})
    result = classroom.grade()["ada"]
    assert [verdict.outcome for verdict in result.held] == [Outcome.VERSION_MISMATCH]
    assert classroom.scores("ada")["first-commit-grade"] == (None, True)


def test_a_version_that_was_never_frozen_is_held_after_a_change(classroom: Classroom) -> None:
    classroom.hand_in("ada", {"first-commit": RIGHT})
    classroom.write_quest(STRICTER)
    assert [verdict.outcome for verdict in classroom.grade()["ada"].held] == [Outcome.VERSION_MISMATCH]


def test_a_claim_of_another_sort_falls_back_on_the_shipped_quest(classroom: Classroom) -> None:
    _change(classroom)
    notebook = classroom.notebook()
    for role in ("answer", "grade"):
        cell_of(notebook, f"first-commit-{role}").metadata["gitquest"] = {"digest": "../../../etc/passwd"}
    classroom.hand_in("ada", {"first-commit": RIGHT}, notebook=notebook)
    assert classroom.grade()["ada"].verdicts["first-commit-grade"].outcome is Outcome.PASSED


def test_a_worth_that_changed_is_scaled_to_the_gradebook(classroom: Classroom) -> None:
    rich = classroom.write_quest(COMMIT | {"points": 40})
    classroom.freeze(rich)
    classroom.hand_in("ada", saved={"first-commit": f"# gitquest first-commit {digest(rich)}\n{RIGHT}"})
    assert classroom.grade()["ada"].score == 4.0
