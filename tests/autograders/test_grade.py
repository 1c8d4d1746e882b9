"""Grading a class: right and wrong answers, and everything that can be wrong with a submission."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from autograders.grade import Grading
from gitquest_kernel.checks import Outcome
from gitquest_kernel.errors import GradingError
from tests.autograders.classroom import ASSIGNMENT, HALF, RIGHT, Classroom, cell_of

SEAS_RIGHT = "select name from sea where depth > 1000"
ALL_RIGHT = {"first-commit": RIGHT, "deep-seas": SEAS_RIGHT, "what-head-is": "head: a"}
FULL = {"first-commit-grade": (4.0, False), "deep-seas-grade": (2.0, False), "what-head-is-grade": (1.0, False)}


def test_right_wrong_and_missing_answers_get_their_points(classroom: Classroom) -> None:
    classroom.hand_in("ada", ALL_RIGHT)
    classroom.hand_in("bob", {"first-commit": HALF, "deep-seas": "select nme from sea", "what-head-is": "head: b"})
    classroom.hand_in("cyd")
    results = classroom.grade()
    assert [r.status for r in results.values()] == ["graded"] * 3
    assert classroom.scores("ada") == FULL
    assert [score for score, _ in classroom.scores("bob").values()] == [2.0, 0.0, 0.0]
    assert {v.outcome for v in results["cyd"].verdicts.values()} == {Outcome.NOT_ATTEMPTED}
    assert (results["bob"].score, results["bob"].max_score) == (2.0, 7.0)


def test_sql_that_does_not_parse_scores_zero_and_says_where(classroom: Classroom) -> None:
    classroom.hand_in("ada", ALL_RIGHT | {"deep-seas": "selekt name frm sea"})
    verdict = classroom.grade()["ada"].verdicts["deep-seas-grade"]
    assert (verdict.outcome, verdict.points) == (Outcome.FAILED, 0.0)
    assert "selekt" in verdict.message


def test_an_answer_saved_by_the_panel_counts_when_the_cell_is_empty(classroom: Classroom) -> None:
    classroom.hand_in("ada", saved={"first-commit": f"# gitquest first-commit -\n{RIGHT}"})
    verdict = classroom.grade()["ada"].verdicts["first-commit-grade"]
    assert verdict.outcome is Outcome.PASSED


def test_commands_in_the_cell_win_over_a_saved_answer(classroom: Classroom) -> None:
    classroom.hand_in("ada", {"first-commit": "git init"}, saved={"first-commit": RIGHT})
    assert classroom.grade()["ada"].verdicts["first-commit-grade"].outcome is Outcome.FAILED


def test_no_response_is_noted_only_where_there_is_none(classroom: Classroom) -> None:
    classroom.hand_in("ada", saved={"first-commit": RIGHT})
    classroom.grade()
    with Gradebook(classroom.config.CourseDirectory.db_url) as gradebook:
        comments = {c.name: c.auto_comment for c in gradebook.find_submission(ASSIGNMENT, "ada").notebooks[0].comments}
    assert comments["first-commit-answer"] is None
    assert comments["deep-seas-answer"] == "No response."


@pytest.mark.parametrize("gone", [("grade",), ("answer",), ("answer", "grade")])
def test_deleted_cells_of_a_quest_neither_crash_nor_lose_marks(classroom: Classroom, gone: tuple[str, ...]) -> None:
    notebook = classroom.notebook()
    for quest, text in ALL_RIGHT.items():
        cell_of(notebook, f"{quest}-answer").source = f"%%quest {quest}\n{text}"
    names = {f"first-commit-{role}" for role in gone}
    notebook.cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in names]
    classroom.hand_in("ada", notebook=notebook)
    assert classroom.grade()["ada"].status == "graded"
    expected = 0.0 if "answer" in gone else 4.0
    assert classroom.scores("ada") == FULL | {"first-commit-grade": (expected, False)}


def test_with_both_cells_deleted_the_saved_answer_is_graded(classroom: Classroom) -> None:
    notebook = classroom.notebook()
    notebook.cells = notebook.cells[:2]
    classroom.hand_in("ada", notebook=notebook, saved={"first-commit": RIGHT})
    classroom.grade()
    assert [score for score, _ in classroom.scores("ada").values()] == [4.0, 0.0, 0.0]


def test_an_answer_retyped_into_a_plain_cell_is_found(classroom: Classroom) -> None:
    notebook = classroom.notebook()
    notebook.cells = [*notebook.cells[:2], new_code_cell(f"%%quest first-commit\n{RIGHT}")]
    classroom.hand_in("ada", notebook=notebook)
    assert classroom.grade()["ada"].verdicts["first-commit-grade"].outcome is Outcome.PASSED


def test_duplicated_cells_break_nothing(classroom: Classroom) -> None:
    notebook = classroom.notebook()
    answer, grade = (cell_of(notebook, f"first-commit-{role}") for role in ("answer", "grade"))
    answer.source = f"%%quest first-commit\n{RIGHT}"
    notebook.cells += [new_code_cell(c.source, metadata=dict(c.metadata)) for c in (grade, answer, grade)]
    classroom.hand_in("ada", notebook=notebook)
    assert classroom.grade()["ada"].status == "graded"
    assert classroom.scores("ada")["first-commit-grade"] == (4.0, False)


def test_edited_grade_cells_and_forged_outputs_change_nothing(classroom: Classroom) -> None:
    notebook = classroom.notebook()
    grade = cell_of(notebook, "first-commit-grade")
    grade.source = "4.0"
    grade.metadata["nbgrader"] |= {"points": 400, "solution": True, "grade": False, "locked": False}
    grade.metadata["gitquest"] = {"quest": "what-head-is", "digest": 7}
    grade.outputs = cell_of(notebook, "deep-seas-grade").outputs
    grade.cell_type = "markdown"
    del grade["outputs"], grade["execution_count"]
    classroom.hand_in("ada", {"first-commit": "git init"}, notebook=notebook)
    assert classroom.grade()["ada"].status == "graded"
    assert classroom.scores("ada")["first-commit-grade"] == (0.0, False)


BROKEN = {
    "text": ("hello", "not a notebook", ":1:1"),
    "empty": ("", "the file is empty", ".ipynb"),
    "no cells": ('{"nbformat": 4}', "no list of cells", ".ipynb"),
    "binary": (b"\xff\xfe\x00", "is not text", ".ipynb"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_not_a_notebook_is_named_and_the_others_are_graded(classroom: Classroom, name: str) -> None:
    content, problem, place = BROKEN[name]
    path = classroom.hand_in("ada")
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    _expect_failure(classroom, path, problem, place)


def test_a_truncated_notebook_is_named_with_the_place(classroom: Classroom) -> None:
    path = classroom.hand_in("ada")
    path.write_text(path.read_text()[:400])
    _expect_failure(classroom, path, "cut off", f"{path}:")


def test_a_missing_notebook_is_named(classroom: Classroom) -> None:
    path = classroom.hand_in("ada")
    path.rename(path.with_name("my-homework.ipynb"))
    _expect_failure(classroom, path.parent, "is missing", str(path.parent))
    assert "my-homework.ipynb" in classroom.grade("ada")["ada"].error.remedy


def test_nbgrader_metadata_that_cannot_be_used_is_named(classroom: Classroom) -> None:
    path = classroom.hand_in("ada")
    notebook = json.loads(path.read_text())
    notebook["cells"][0]["metadata"]["nbgrader"] = "mine"
    path.write_text(json.dumps(notebook))
    _expect_failure(classroom, path, "cannot be graded", str(path))


def _expect_failure(classroom: Classroom, path: Path, problem: str, place: str) -> None:
    classroom.hand_in("bob", ALL_RIGHT)
    results = classroom.grade()
    error = results["ada"].error
    assert results["ada"].status == "failed"
    assert error is not None
    assert problem in error.problem
    assert place in error.where
    assert error.remedy
    assert classroom.scores("bob") == FULL
    assert not (classroom.root / "autograded" / "ada" / ASSIGNMENT).exists()
    assert str(path.name) in str(error)


def test_an_unknown_quest_is_held_and_the_rest_graded(classroom: Classroom) -> None:
    next(classroom.root.glob("courses/*/*/*/first-commit.yaml")).unlink()
    classroom.hand_in("ada", ALL_RIGHT)
    result = classroom.grade()["ada"]
    assert [verdict.outcome for verdict in result.held] == [Outcome.ERROR_IN_QUEST]
    assert "first-commit" in result.held[0].message
    assert classroom.scores("ada") == FULL | {"first-commit-grade": (None, True)}


def test_an_error_in_a_quest_is_held_and_says_where(classroom: Classroom) -> None:
    file = next(classroom.root.glob("courses/*/*/*/first-commit.yaml"))
    file.write_text(file.read_text() + "\nmystery: 1\n")
    classroom.hand_in("ada", ALL_RIGHT)
    held = classroom.grade()["ada"].held[0]
    assert held.outcome is Outcome.ERROR_IN_QUEST
    assert "first-commit.yaml" in held.message


def test_only_new_and_changed_submissions_are_graded_again(classroom: Classroom) -> None:
    classroom.hand_in("ada", ALL_RIGHT)
    classroom.hand_in("bob")
    classroom.grade()
    classroom.hand_in("bob", ALL_RIGHT)
    assert {s: r.status for s, r in classroom.grade().items()} == {"ada": "unchanged", "bob": "graded"}
    assert {r.status for r in classroom.grade(force=True).values()} == {"graded"}


def test_manual_grades_survive_a_regrade(classroom: Classroom) -> None:
    classroom.hand_in("ada")
    classroom.grade()
    with Gradebook(classroom.config.CourseDirectory.db_url) as gradebook:
        gradebook.find_grade("deep-seas-grade", ASSIGNMENT, ASSIGNMENT, "ada").manual_score = 1.5
        gradebook.db.commit()
    assert classroom.grade(force=True)["ada"].score == 1.5


def test_a_deleted_gradebook_is_filled_again(classroom: Classroom) -> None:
    classroom.hand_in("ada", ALL_RIGHT)
    classroom.grade()
    (classroom.root / "gradebook.db").unlink()
    before = (classroom.root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").stat().st_mtime_ns
    assert classroom.grade()["ada"].score == 7.0
    assert [result.status for result in Grading(classroom.config)] == ["unchanged"]
    assert (classroom.root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").stat().st_mtime_ns == before


@pytest.mark.parametrize(("assignments", "students"), [(["git-09-nothing"], []), ([], ["zoe"])])
def test_unknown_names_are_refused_with_the_known_ones(
    classroom: Classroom, assignments: list[str], students: list[str]
) -> None:
    classroom.hand_in("ada")
    with pytest.raises(GradingError, match=f"There are: {ASSIGNMENT if assignments else 'ada'}"):
        Grading(classroom.config, assignments, students)


def test_an_assignment_that_nobody_knows_is_a_failure_of_its_own(classroom: Classroom) -> None:
    classroom.hand_in("ada", ALL_RIGHT)
    stray = classroom.root / "submitted" / "ada" / "art-01"
    stray.mkdir()
    results = {r.submission.assignment: r for r in Grading(classroom.config)}
    assert results["art-01"].error is not None
    assert "art-01" in results["art-01"].error.problem
    assert results[ASSIGNMENT].status == "graded"


def test_names_that_look_like_patterns_are_only_names(classroom: Classroom) -> None:
    for student in ("a*", "ab", "[ab]"):
        classroom.hand_in(student, ALL_RIGHT)
    results = classroom.grade("a*")
    assert {student: result.score for student, result in results.items()} == {"a*": 7.0}
    assert classroom.grade()["[ab]"].score == 7.0


def test_a_submission_that_nothing_foresaw_ends_as_a_failure_of_its_own(classroom: Classroom) -> None:
    path = classroom.hand_in("ada", ALL_RIGHT)
    (path.parent / ".gitquest-graded").mkdir()
    (path.parent / ".gitquest-graded" / "x").write_text("")
    classroom.hand_in("bob", ALL_RIGHT)
    results = classroom.grade()
    assert results["ada"].error is not None
    assert "IsADirectory" in results["ada"].error.problem
    assert classroom.scores("bob") == FULL
