"""Mutants change one thing of a solution, and those that no check notices are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from courses.gate import gate
from courses.mutants import mutants
from gitquest_kernel.quest import parse_quest

BASE = {"id": "q", "title": "T", "type": "practice", "difficulty": "beginner", "points": 1, "xp": 1, "task": "T"}


def changed(**quest: object) -> dict[str, str]:
    return {mutant.what: mutant.answer for mutant in mutants(parse_quest({**BASE, **quest}, "test"))}


def test_a_git_solution_loses_repeats_swaps_and_mistypes_each_line() -> None:
    found = changed(
        kind="git",
        checks=[{"clean": True, "say": "x"}],
        solutions=["git add a.txt\ngit commit -m 'one two'\ngit reset HEAD~1"],
    )
    assert found["solution 1 without line 2"] == "git add a.txt\ngit reset HEAD~1"
    assert found["solution 1 with line 1 twice"].count("git add a.txt") == 2
    assert found["solution 1 with lines 1 and 2 swapped"].startswith("git commit")
    assert "git commit -m 'one two x'" in found["solution 1 with line 2 as “git commit -m 'one two x'”"]
    assert "git reset HEAD~2" in found["solution 1 with line 3 as “git reset HEAD~2”"]
    assert "solution 1 with line 1 as “git add”" in found


def test_here_documents_stay_with_their_line() -> None:
    found = changed(
        kind="git",
        checks=[{"clean": True, "say": "x"}],
        solutions=["git init\ngit commit --amend <<'EDITOR'\nNew words\nEDITOR"],
    )
    assert "git commit <<'EDITOR'\nNew words\nEDITOR" in found["solution 1 with line 2 as “git commit <<'EDITOR'”"]


def test_a_query_is_changed_in_each_place() -> None:
    found = changed(
        kind="sql",
        setup={"sql": "create table t (a int)"},
        reference="select a from t",
        solutions=["select distinct a from t where a > 1 and a < 5 order by a desc limit 3"],
    )
    queries = set(found.values())
    assert any("a >= 1" in query for query in queries)
    assert any("OR" in query for query in queries)
    assert any("DESC" not in query and "ORDER BY a" in query for query in queries)
    assert any("DISTINCT" not in query for query in queries)
    assert any("LIMIT 4" in query for query in queries)


def test_a_mutant_that_is_another_solution_is_none() -> None:
    two = ["git init\ngit status", "git init"]
    found = changed(kind="git", checks=[{"clean": True, "say": "x"}], solutions=two)
    assert "git init" not in found.values()


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def problems(root: Path) -> str:
    (result,) = gate(root, ["save"], jobs=1)
    return "\n".join(result.problems)


HARMLESS = 'harmless:\n  - change: git commit -m ".* x"\n    why: the message is the student\'s own\n'


def test_a_survivor_has_to_be_killed_or_justified(root: Path, lesson_folder: Path) -> None:
    change(lesson_folder / "save.yaml", HARMLESS, "")
    assert "“git commit -m" in problems(root)
    assert "keeps full marks" in problems(root)


def test_a_justification_without_a_survivor_is_taken_out(root: Path, lesson_folder: Path) -> None:
    change(lesson_folder / "save.yaml", HARMLESS, HARMLESS + "  - change: nothing like it\n    why: none\n")
    assert "“nothing like it”, which no mutant with full marks is like" in problems(root)


@pytest.mark.parametrize("kind", ["quiz"])
def test_an_unanswered_question_costs_points(kind: str) -> None:
    question = {"ask": "?", "choices": {"a": "x", "b": "y"}, "answer": ["a"]}
    found = changed(
        kind=kind, questions=[{"id": "one", **question}, {"id": "two", **question}], solutions=["# key\none: a\ntwo: a"]
    )
    assert found == {"solution 1 without line 1": "two: a", "solution 1 without line 2": "one: a"}
