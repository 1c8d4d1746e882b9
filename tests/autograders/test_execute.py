"""Quests beside ordinary graded cells, and what a judged cell shows."""

from __future__ import annotations

from typing import Any

import pytest
from nbformat.v4 import new_code_cell

from autograders.outputs import outputs_of
from gitquest_kernel.answers import Answer
from gitquest_kernel.checks import CheckResult, Outcome, Verdict
from tests.autograders.classroom import COMMIT, HALF, KERNELSPEC, RIGHT, Classroom, cell_of


def _ordinary() -> tuple[Any, ...]:
    facts = {"schema_version": 3, "task": False, "grade": False, "locked": False, "solution": True}
    answer = new_code_cell("### BEGIN SOLUTION\ndef double(x):\n    return 2 * x\n### END SOLUTION", id="double")
    answer.metadata["nbgrader"] = facts | {"grade_id": "double"}
    tests = new_code_cell("assert double(2) == 4", id="double-tests")
    tests.metadata["nbgrader"] = facts | {
        "grade_id": "double-tests",
        "grade": True,
        "solution": False,
        "locked": True,
        "points": 3,
    }
    return answer, tests


@pytest.mark.slow
def test_ordinary_graded_cells_run_in_a_kernel_and_quests_do_not(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KERNELSPEC, "name", "python3")
    quest = classroom.write_quest(COMMIT, lesson="02-mixed")
    classroom.publish(quest, assignment="git-02-mixed", extra=_ordinary())
    notebook = classroom.notebook("git-02-mixed")
    cell_of(notebook, "double").source = "def double(x):\n    print('ran')\n    return x + x"
    cell_of(notebook, "double-tests").source = "assert False"
    notebook.cells[0].source = "1 + 1"
    notebook.cells.append(new_code_cell("%%quest first-commit\ngit status"))
    classroom.hand_in("ada", {"first-commit": RIGHT}, notebook=notebook, assignment="git-02-mixed")
    assert classroom.grade()["ada"].error is None
    assert classroom.scores("ada", "git-02-mixed") == {
        "first-commit-grade": (4.0, False),
        "double-tests": (3.0, False),
    }
    graded = classroom.autograded("ada", "git-02-mixed")
    assert graded.cells[0].source == "1 + 1"
    assert graded.cells[0].outputs[0].data["text/plain"] == "2"
    assert [c.outputs for c in graded.cells if c.source.startswith("%%quest")] == [[], []]


def test_no_kernel_starts_for_quests_alone(classroom: Classroom) -> None:
    notebook = classroom.notebook()
    notebook.cells[0].source = "raise SystemError('this must not run')"
    classroom.hand_in("ada", {"first-commit": RIGHT}, notebook=notebook)
    classroom.grade()
    assert classroom.autograded("ada").cells[0].outputs == []


def test_the_grade_cell_shows_the_answer_each_check_and_the_points(classroom: Classroom) -> None:
    classroom.hand_in("ada", {"first-commit": HALF})
    classroom.grade()
    shown, result = cell_of(classroom.autograded("ada"), "first-commit-grade").outputs
    html = shown.data["text/html"]
    assert "echo more &gt; draft.txt" in html
    assert "Partly right: 2 of 4 points" in html
    assert "✓ main holds exactly one commit" in html
    assert "✗ leave nothing uncommitted" in html
    assert shown.metadata.gitquest.outcome == "partial"
    assert result.output_type == "execute_result"
    assert result.data["text/plain"] == "2.0"


def _shown(verdict: Verdict, text: str = "git init") -> str:
    outputs = outputs_of(verdict, Answer("q", text), 4.0)
    return "\n".join(outputs[0].data.values())


def test_everything_a_student_wrote_is_escaped() -> None:
    verdict = Verdict("q", 0.0, 4.0, Outcome.FAILED, (CheckResult("c", False, "<i>no</i>"),), "<script>x</script>")
    html = outputs_of(verdict, Answer("q", "echo '<script>alert(1)</script>'"), 4.0)[0].data["text/html"]
    assert "<script" not in html
    assert "<i>" not in html


def test_hidden_checks_show_only_when_they_cost_points() -> None:
    checks = (
        CheckResult("a", True, "kept secret", hidden=True, cap=0.5),
        CheckResult("b", False, "told now", hidden=True, cap=0.25),
    )
    shown = _shown(Verdict("q", 1.0, 4.0, Outcome.PARTIAL, checks))
    assert "kept secret" not in shown
    assert "told now (at most 25% of the points)" in shown


def test_a_held_verdict_has_no_result_to_be_read_as_points() -> None:
    outputs = outputs_of(Verdict("q", 0.0, 4.0, Outcome.VERSION_MISMATCH, (), "why"), Answer("q"), 4.0)
    assert [output.output_type for output in outputs] == ["display_data"]
    assert "Held for the instructor" in outputs[0].data["text/plain"]


def test_very_long_answers_are_cut_for_showing() -> None:
    assert len(_shown(Verdict("q", 0.0, 4.0, Outcome.FAILED), "echo x\n" * 50_000)) < 50_000
