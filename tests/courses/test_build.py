"""Building source/ and release/."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from courses.build import build, check_build
from courses.commands import build as command
from gitquest_kernel.errors import BuildError
from gitquest_kernel.quest import load_course, public, read_public

NAME = "tiny-01-start"


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for step in ("source", "release")
        for path in sorted((root / step).rglob("*"))
        if path.is_file()
    }


def test_a_build_makes_both_notebooks_and_the_public_quests(root: Path) -> None:
    report = build(root)
    assert report.assignments == (NAME,)
    assert set(report.written) == set(tree(root)) == {
        f"{step}/{NAME}/{file}"
        for step in ("source", "release")
        for file in (f"{NAME}.ipynb", "quests/save.json", "quests/what-is-head.json")
    }  # fmt: skip
    quest = load_course(root / "courses" / "tiny").quests["save"]
    file = root / "release" / NAME / "quests" / "save.json"
    assert json.loads(file.read_text()) == public(quest)
    assert read_public(file).digest == public(quest)["digest"]


def test_the_students_notebook_has_stubs_for_answers_and_nbgraders_locks(root: Path) -> None:
    build(root)
    notebook = nbformat.read(root / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    assert cells["save-answer"].source == (
        "%%quest save\n# Run this cell to open the quest, or write your commands below this line."
    )
    assert cells["save-grade"].metadata.editable is False
    assert cells["save-grade"].metadata.nbgrader.points == 2
    assert cells["save-answer"].metadata.nbgrader.checksum


def test_building_again_changes_no_byte(root: Path) -> None:
    build(root)
    before = tree(root)
    shutil.rmtree(root / "release")
    shutil.rmtree(root / "source")
    build(root)
    assert tree(root) == before


def test_building_again_writes_nothing_and_keeps_a_players_work(root: Path) -> None:
    build(root)
    played = root / "release" / NAME / "answers" / "save.txt"
    played.parent.mkdir()
    played.write_text("git init")
    report = build(root)
    assert (report.written, report.removed) == ((), ())
    assert played.read_text() == "git init"


def test_a_build_leaves_no_gradebook(root: Path) -> None:
    build(root)
    assert sorted(path.name for path in root.iterdir()) == ["courses", "release", "source"]


def test_a_quest_that_is_gone_leaves_no_file(root: Path, lesson_folder: Path) -> None:
    build(root)
    (lesson_folder / "what-is-head.yaml").unlink()
    file = lesson_folder / "lesson.md"
    file.write_text(file.read_text().replace("```{quest} what-is-head\n```\n", ""))
    assert set(build(root).removed) == {f"{step}/{NAME}/quests/what-is-head.json" for step in ("source", "release")}


def test_a_lesson_that_is_gone_leaves_no_folder_but_foreign_assignments_stay(root: Path, lesson_folder: Path) -> None:
    build(root)
    foreign = root / "source" / "ps1" / "ps1.ipynb"
    foreign.parent.mkdir()
    foreign.write_text(json.dumps({"metadata": {}, "cells": []}))
    lesson_folder.rename(lesson_folder.with_name("01-begin"))
    course = root / "courses" / "tiny" / "course.yaml"
    course.write_text(course.read_text().replace("01-start", "01-begin"))
    build(root)
    assert sorted(path.name for path in (root / "source").iterdir()) == ["ps1", "tiny-01-begin"]
    assert sorted(path.name for path in (root / "release").iterdir()) == ["tiny-01-begin"]


def test_only_named_assignments_are_built(root: Path) -> None:
    second = root / "courses" / "other" / "basics" / "01-more"
    second.mkdir(parents=True)
    (second / "lesson.md").write_text("---\ntitle: More\nminutes: 1\n---\nText.\n")
    (root / "courses" / "other" / "course.yaml").write_text(
        "id: other\ntitle: Other\nchapters: [{id: basics, title: B, lessons: [01-more]}]\n"
    )
    assert build(root, ["other"]).assignments == ("other-01-more",)
    assert build(root, [NAME]).assignments == (NAME,)
    with pytest.raises(BuildError, match="no course or assignment 'othr'") as error:
        build(root, ["othr"])
    assert "other-01-more" in error.value.remedy


def test_check_passes_after_a_build_and_names_each_stale_file(root: Path, lesson_folder: Path) -> None:
    build(root)
    assert check_build(root) == (NAME,)
    before = tree(root)
    quest = lesson_folder / "save.yaml"
    quest.write_text(quest.read_text().replace("points: 2", "points: 3"))
    (root / "release" / NAME / "quests" / "old.json").write_text("{}")
    with pytest.raises(BuildError) as error:
        check_build(root)
    for step in ("source", "release"):
        assert f"{step}/{NAME}/{NAME}.ipynb is stale" in error.value.problem
        assert f"{step}/{NAME}/quests/save.json is stale" in error.value.problem
    assert f"release/{NAME}/quests/old.json is no longer in the courses" in error.value.problem
    assert "gitquest build" in error.value.remedy
    (root / "release" / NAME / "quests" / "old.json").unlink()
    assert tree(root) == before


def test_the_command_prints_json_for_scripts(root: Path) -> None:
    result = CliRunner().invoke(command, ["--root", str(root), "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["assignments"] == [NAME]
    check = CliRunner().invoke(command, ["--root", str(root), "--check", "--json"])
    assert json.loads(check.stdout) == {"up_to_date": [NAME]}
