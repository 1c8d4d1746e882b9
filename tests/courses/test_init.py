"""Making a private course root."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograders.config import course_config
from courses.build import build
from courses.commands import init as command
from courses.gate import gate
from courses.init import init
from courses.release import release
from gitquest_kernel.errors import BuildError


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_starter_course_builds_and_passes_the_gate(tmp_path: Path) -> None:
    folder = tmp_path / "my class"
    assert "starter" in init(folder)
    for name in (".gitignore", "README.md", "nbgrader_config.py", "nbgrader_config.json"):
        assert (folder / name).is_file()
    assert build(folder).assignments == ("starter-01-save-your-work",)
    assert [result.problems for result in gate(folder, jobs=1)] == [()]
    assert course_config(folder).CourseDirectory.course_id == "my-class"
    assert "{" not in (folder / "README.md").read_text()


def test_the_next_command_can_be_pasted_whatever_the_folder_is_called(tmp_path: Path) -> None:
    folder = tmp_path / "mein Kurs ü"
    command_line = init(folder).partition("Next: ")[2]
    assert shlex.split(command_line) == ["gitquest", "build", "--root", str(folder)]


def test_both_configurations_of_nbgrader_agree(tmp_path: Path) -> None:
    init(tmp_path / "git-101")
    course_id = json.loads((tmp_path / "git-101" / "nbgrader_config.json").read_text())["CourseDirectory"]["course_id"]
    assert course_id == "git-101"
    assert f'course_id = "{course_id}"' in (tmp_path / "git-101" / "nbgrader_config.py").read_text()


def test_courses_are_copied_without_what_was_released(root: Path, tmp_path: Path) -> None:
    release(root, ["tiny"], exchange=False)
    init(tmp_path / "mine", root)
    copied = tmp_path / "mine" / "courses"
    assert [path.name for path in copied.iterdir()] == ["tiny"]
    assert not (copied / "tiny" / "released").exists()
    assert (copied / "tiny" / "basics" / "01-start" / "save.yaml").is_file()


def test_running_it_again_changes_nothing(tmp_path: Path) -> None:
    init(tmp_path / "mine")
    (tmp_path / "mine" / "README.md").write_text("My own words.")
    before = files(tmp_path / "mine")
    assert "already" in init(tmp_path / "mine")
    assert files(tmp_path / "mine") == before
    assert (tmp_path / "mine" / "README.md").read_text() == "My own words."


def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("do not touch")
    with pytest.raises(BuildError, match="not empty") as error:
        init(tmp_path)
    assert error.value.where == str(tmp_path)
    assert error.value.remedy
    assert files(tmp_path) == ["thesis.txt"]


def test_a_course_that_does_not_exist_leaves_nothing_behind(root: Path, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="no course 'tyny'") as error:
        init(tmp_path / "mine", root, ["tyny"])
    assert "tiny" in error.value.remedy
    with pytest.raises(BuildError, match="--from"):
        init(tmp_path / "mine", None, ["git"])
    assert not (tmp_path / "mine").exists()


def test_the_command_says_what_to_do_next(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [str(tmp_path / "mine")])
    assert result.exit_code == 0
    assert "gitquest build" in result.stdout
