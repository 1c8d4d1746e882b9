"""The gate through which every quest must pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from courses.commands import gate as command
from courses.gate import gate
from gitquest_kernel.errors import BuildError


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def problems(root: Path, quest: str = "save") -> str:
    (result,) = gate(root, [quest], jobs=1)
    return "\n".join(result.problems)


def test_good_quests_pass_whatever_the_number_of_processes(root: Path) -> None:
    assert [(result.quest, result.problems) for result in gate(root, jobs=2)] == [("save", ()), ("what-is-head", ())]
    assert [result.quest for result in gate(root, ["what-is-head"], jobs=1)] == ["what-is-head"]


def test_a_solution_that_fails_is_named_with_its_check(root: Path, lesson_folder: Path) -> None:
    change(lesson_folder / "save.yaml", "a tent, four pegs", "four pegs")
    found = problems(root)
    assert "solution 1 is partial with 1 of 2 points: plan" in found
    assert "solution 1 in the student's copy" in found


def test_a_wrong_answer_that_scores_full_marks_is_named(root: Path, lesson_folder: Path) -> None:
    change(lesson_folder / "save.yaml", "echo stove-and-a-kettle >> plan.txt", "git status")
    assert problems(root) == "wrong answer 2 (leaves work behind) scores full marks"


def test_a_wrong_answer_that_another_check_catches_is_named(root: Path, lesson_folder: Path) -> None:
    change(lesson_folder / "save.yaml", "caught_by: plan", "caught_by: one-commit")
    assert problems(root) == "wrong answer 1 (commits nothing) is not caught by 'one-commit' but by plan"


def test_points_for_doing_nothing_are_named(root: Path, lesson_folder: Path) -> None:
    change(
        lesson_folder / "save.yaml", "checks:\n", "setup: git init\nchecks:\n  - clean: true\n    say: tidy folder\n"
    )
    assert "'git status' alone scores" in problems(root)
    assert "tidy-folder" in problems(root)


def test_a_quest_whose_setup_fails_is_a_problem_and_not_a_crash(root: Path, lesson_folder: Path) -> None:
    change(lesson_folder / "save.yaml", "checks:\n", "setup: git frobnicate\nchecks:\n")
    assert "frobnicate" in problems(root)


def test_an_unknown_name_lists_the_known_ones(root: Path) -> None:
    with pytest.raises(BuildError, match="no course or quest 'svae'") as error:
        gate(root, ["svae"])
    assert "save" in error.value.remedy


def test_the_command_fails_when_a_quest_does(root: Path, lesson_folder: Path) -> None:
    good = CliRunner().invoke(command, ["--root", str(root), "--jobs", "1"])
    assert good.exit_code == 0
    assert "2 of 2 quests passed" in good.stdout
    change(lesson_folder / "save.yaml", "a tent, four pegs", "four pegs")
    bad = CliRunner().invoke(command, ["--root", str(root), "--jobs", "1"])
    assert bad.exit_code == 1
    assert f"{lesson_folder / 'save.yaml'}: solution 1" in bad.stdout
    data = CliRunner().invoke(command, ["--root", str(root), "--jobs", "1", "--json"])
    assert data.exit_code == 1
    assert json.loads(data.stdout)["failed"] == 1
