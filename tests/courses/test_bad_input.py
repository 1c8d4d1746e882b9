"""Courses that cannot be built: the error names file, place and remedy, and the command fails."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gitquest_kernel.cli import main


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


CASES = [
    pytest.param("save.yaml", "points: 2", "points: [2", r"save\.yaml:\d+: this is not YAML", id="malformed YAML"),
    pytest.param("save.yaml", "points: 2", "pionts: 2", r"save\.yaml:\d+: .*'pionts'", id="unknown key"),
    pytest.param("save.yaml", "title: Save a file\n", "", r"save\.yaml:\d+: 'title' is missing", id="missing key"),
    pytest.param("save.yaml", "points: 2", "points: lots", r"save\.yaml:6: 'points' is 'lots'", id="wrong type"),
    pytest.param("save.yaml", "kind: git", "kind: svn", r"save\.yaml:\d+: 'kind' is 'svn'", id="unknown kind"),
    pytest.param("save.yaml", "id: save", "id: store", r"save\.yaml:1: the id is 'store'", id="id and file differ"),
    pytest.param(
        "what-is-head.yaml", "[save]", "[svae]", r"requires 'svae', which this course", id="missing prerequisite"
    ),
    pytest.param(
        "save.yaml",
        "story:",
        "requires: [what-is-head]\nstory:",
        r"in a circle: save -> what-is-head -> save",
        id="circular prerequisite",
    ),
    pytest.param(
        "lesson.md", "{quest} save", "{quest} svae", r"lesson\.md:\d+: .* no quest 'svae'", id="unknown quest"
    ),
    pytest.param("lesson.md", "minutes: 5", "minuets: 5", r"lesson\.md:\d+: .*'minuets'", id="unknown key in a lesson"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), CASES)
def test_a_mistake_is_named_and_nothing_is_written(
    root: Path, lesson_folder: Path, file: str, old: str, new: str, message: str
) -> None:
    text = (lesson_folder / file).read_text()
    assert old in text
    (lesson_folder / file).write_text(text.replace(old, new, 1))
    result = run("build", "--root", str(root))
    assert result.exit_code == 1
    problem, *remedy = result.stderr.splitlines()[-2:]
    assert re.search(message, problem), result.stderr
    assert remedy[0].startswith("  ")
    assert "Traceback" not in result.stderr
    assert not (root / "source").exists()


def test_the_same_id_twice_in_a_course_is_named_with_both_files(root: Path, lesson_folder: Path) -> None:
    second = lesson_folder.with_name("02-again")
    second.mkdir()
    (second / "lesson.md").write_text("---\ntitle: Again\nminutes: 5\n---\n\n```{quest} save\n```\n")
    (second / "save.yaml").write_text((lesson_folder / "save.yaml").read_text())
    course = root / "courses" / "tiny" / "course.yaml"
    course.write_text(course.read_text().replace("[01-start]", "[01-start, 02-again]"))
    result = run("build", "--root", str(root))
    assert result.exit_code == 1
    assert f"{second / 'save.yaml'}:1: the id 'save' is also that of {lesson_folder / 'save.yaml'}" in result.stderr


def test_a_solution_that_fails_stops_at_the_gate(root: Path, lesson_folder: Path) -> None:
    file = lesson_folder / "save.yaml"
    file.write_text(file.read_text().replace("a tent, four pegs", "four pegs"))
    result = run("gate", "--root", str(root), "--jobs", "1")
    assert result.exit_code == 1
    assert f"{file}: solution 1 is partial" in result.stdout


def test_a_folder_without_courses_says_how_to_make_one(tmp_path: Path) -> None:
    result = run("build", "--root", str(tmp_path))
    assert result.exit_code == 1
    assert str(tmp_path / "courses") in result.stderr
    assert "gitquest init" in result.stderr
