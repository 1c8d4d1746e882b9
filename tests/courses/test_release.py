"""Releasing: freeze, register, hand out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from courses.build import build
from courses.commands import release as command
from courses.release import release
from gitquest_kernel.errors import BuildError, CourseError
from gitquest_kernel.quest import complete_json, digest, load_course
from gitquest_kernel.quest.released import released, released_path

NAME = "tiny-01-start"
pytestmark = pytest.mark.usefixtures("registrar")


@pytest.fixture
def course(root: Path) -> Path:
    return root / "courses" / "tiny"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_release_freezes_registers_and_hands_out(root: Path, course: Path) -> None:
    report = release(root, ["tiny"])
    assert report.assignments == (NAME,)
    assert len(report.frozen) == 2
    for quest in load_course(course).quests.values():
        kept = released(course, quest.id, digest(quest))
        assert kept is not None
        assert kept.digest == digest(quest)
        assert complete_json(kept) == complete_json(quest) | {"digest": digest(quest)}
    record = json.loads((course / "released" / f"{NAME}.json").read_text())
    assert record["cells"] == {"save-grade": 2.0, "what-is-head-grade": 1.0}
    handed_out = root / "exchange" / "gitquest" / "outbound" / NAME
    assert (handed_out / "quests" / "save.json").is_file()
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        assert gradebook.find_assignment(NAME).max_score == 3


def test_without_the_exchange_it_is_only_in_release(root: Path) -> None:
    assert release(root, [NAME], exchange=False).exchange == ""
    assert (root / "release" / NAME / f"{NAME}.ipynb").is_file()
    assert not (root / "exchange").exists()


def test_a_players_work_is_kept_and_not_handed_out(root: Path) -> None:
    build(root)
    played = root / "release" / NAME / "answers" / "save.txt"
    played.parent.mkdir()
    played.write_text("git init")
    release(root, [NAME])
    assert played.read_text() == "git init"
    assert not (root / "exchange" / "gitquest" / "outbound" / NAME / "answers").exists()


def test_releasing_again_keeps_both_versions(root: Path, course: Path, lesson_folder: Path) -> None:
    release(root, [NAME])
    old = load_course(course).quests["save"]
    change(lesson_folder / "save.yaml", "contains: tent", "contains: pegs")
    report = release(root, [NAME])
    new = load_course(course).quests["save"]
    assert len(report.frozen) == 1
    for quest in (old, new):
        kept = released(course, "save", digest(quest))
        assert kept is not None
        assert kept.digest == digest(quest)
        assert complete_json(kept) == complete_json(quest) | {"digest": digest(quest)}
    assert release(root, [NAME]).frozen == ()


def test_an_unknown_version_is_none(root: Path, course: Path) -> None:
    release(root, [NAME], exchange=False)
    assert released(course, "save", "sha256:" + "0" * 64) is None


@pytest.mark.parametrize(
    ("quest", "version"), [("../save", "sha256:" + "a" * 64), ("save", "sha256:../../x"), ("save", "latest")]
)
def test_names_from_a_notebook_never_lead_to_another_file(course: Path, quest: str, version: str) -> None:
    assert released_path(course, quest, version) is None
    assert released(course, quest, version) is None


def test_an_edited_frozen_quest_is_an_error_for_reader_and_writer(root: Path, course: Path) -> None:
    release(root, [NAME], exchange=False)
    version = digest(load_course(course).quests["save"])
    path = released_path(course, "save", version)
    assert path is not None
    change(path, "contains", "lacks")
    with pytest.raises(CourseError) as read:
        released(course, "save", version)
    with pytest.raises(BuildError) as written:
        release(root, [NAME], exchange=False)
    for error in (read.value, written.value):
        assert error.where == str(path)
        assert "backup" in error.remedy


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("save.yaml", "points: 2", "points: 5", "save-grade has 5 points instead of 2"),
        ("lesson.md", "```{quest} save\n```\n", "", "save-grade was removed"),
    ],
)
def test_graded_cells_of_a_released_lesson_cannot_change(
    root: Path, lesson_folder: Path, file: str, old: str, new: str, problem: str
) -> None:
    release(root, [NAME], exchange=False)
    change(lesson_folder / file, old, new)
    if file == "lesson.md":
        (lesson_folder / "save.yaml").unlink()
        change(lesson_folder / "what-is-head.yaml", "requires: [save]\n", "")
    for make in (build, lambda root: release(root, [NAME])):
        with pytest.raises(BuildError, match=problem) as error:
            make(root)
        assert error.value.where == str(lesson_folder / "lesson.md")
        assert error.value.remedy


def test_a_graded_cell_cannot_be_added_to_a_released_lesson(root: Path, lesson_folder: Path) -> None:
    release(root, [NAME], exchange=False)
    quest = (lesson_folder / "what-is-head.yaml").read_text().replace("id: what-is-head", "id: again")
    (lesson_folder / "again.yaml").write_text(quest)
    file = lesson_folder / "lesson.md"
    file.write_text(file.read_text() + "\n```{quest} again\n```\n")
    with pytest.raises(BuildError, match="again-grade was added"):
        build(root)


def test_a_released_lesson_cannot_go_away(root: Path, course: Path, lesson_folder: Path) -> None:
    release(root, [NAME], exchange=False)
    lesson_folder.rename(lesson_folder.with_name("01-begin"))
    change(course / "course.yaml", "01-start", "01-begin")
    with pytest.raises(BuildError, match=f"released assignment '{NAME}' is gone"):
        build(root)


def test_checks_hints_and_stories_may_change_after_a_release(root: Path, lesson_folder: Path) -> None:
    release(root, [NAME], exchange=False)
    change(lesson_folder / "save.yaml", "Robin's plan is on paper.", "Robin's plan is wet.")
    assert build(root).written


def test_the_command_names_what_it_released(root: Path) -> None:
    result = CliRunner().invoke(command, [NAME, "--root", str(root), "--no-exchange"])
    assert result.exit_code == 0, result.output
    assert "released 1 assignment, 2 new quest versions" in result.stdout


def test_the_command_wants_names_or_all(root: Path) -> None:
    for words in ([], [NAME, "--all"]):
        result = CliRunner().invoke(command, [*words, "--root", str(root)])
        assert result.exit_code == 2
        assert "--all" in result.stderr
    assert not (root / "release").exists()
    result = CliRunner().invoke(command, ["--all", "--root", str(root), "--no-exchange", "--json"])
    assert json.loads(result.stdout)["assignments"] == [NAME]
