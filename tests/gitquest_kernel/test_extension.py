"""Loading the extension, and how mistakes of use are answered."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gitquest_kernel.sandbox import level


def test_loading_twice_keeps_the_room_and_prints_nothing(notebook) -> None:
    room = notebook.room
    for _ in range(2):
        ran = notebook.run("%load_ext gitquest_kernel")
        assert (ran.stdout, ran.stderr, ran.error) == ("", "", None)
    assert notebook.room is room


def test_opening_a_lesson_is_logged_once(notebook, lesson: Path) -> None:
    notebook.run("%load_ext gitquest_kernel")
    events = [json.loads(line) for line in (lesson / "events.jsonl").read_text().splitlines()]
    assert [(e["type"], e["course"], e["quest"]) for e in events] == [("lesson_opened", "git", None)]


def test_an_unknown_quest_is_named_in_one_short_message(notebook) -> None:
    ran = notebook.run("%%quest frist-commit")
    assert "no quest 'frist-commit'" in ran.stdout
    assert "Did you mean 'first-commit'?" in ran.stdout
    assert "what-head-is" in ran.stdout
    assert "Traceback" not in ran.stdout
    assert len(ran.stdout.splitlines()) == 2


@pytest.mark.parametrize("cell", ["%%quest ", "%%quest one two", "# note\n%%quest first-commit\ngit init"])
def test_a_quest_cell_that_cannot_be_meant_says_what_to_write(notebook, cell: str) -> None:
    ran = notebook.run(cell)
    assert ran.error is not None
    assert "%%quest" in ran.stdout
    assert "Traceback" not in ran.stdout


def test_a_single_percent_sign_is_told_of(notebook) -> None:
    ran = notebook.run("%quest first-commit")
    assert "'%%quest first-commit' has two %" in ran.stdout
    assert "Traceback" not in ran.stdout


@pytest.mark.parametrize("call", ["grade()", "grade(5)", 'grade("first-commit", "what-head-is")'])
def test_a_grade_of_no_quest_says_how_to_write_it(notebook, call: str) -> None:
    ran = notebook.run(call)
    assert "in quotes" in ran.stdout
    assert 'grade("cheap-cups")' in ran.stdout
    assert "Traceback" not in ran.stdout


def test_a_quests_id_without_quotes_is_understood(notebook) -> None:
    assert notebook.run("grade(first-commit)").result == 0.0
    assert "Did you mean 'first-commit'?" in notebook.run("grade(frist-commit)").stdout


def test_a_damaged_quest_file_is_named(notebook, lesson: Path) -> None:
    (lesson / "quests" / "first-commit.json").write_text('{"id": "first-commit", ')
    ran = notebook.run("%%quest first-commit")
    assert "first-commit.json" in ran.stdout
    assert "damaged" in ran.stdout


def test_an_ordinary_error_keeps_its_traceback(notebook) -> None:
    ran = notebook.run("def f():\n    return 1 / 0\nf()")
    assert isinstance(ran.error, ZeroDivisionError)
    assert "Traceback" in ran.stdout


def test_importing_the_package_is_light() -> None:
    """Neither IPython nor the models come with the package's name: other tools import it too."""
    code = (
        "import sys, gitquest_kernel; "
        "print([m for m in ('IPython', 'pydantic', 'duckdb', 'ipywidgets') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_loading_the_extension_waits_for_no_model_check_or_widget() -> None:
    code = (
        "import sys, gitquest_kernel.extension; "
        "print([m for m in ('pydantic', 'duckdb', 'ipywidgets', 'anywidget', 'pygit2', 'sql') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_students_commands_are_confined_where_the_machine_can(notebook, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    notebook.run("%%playground\ngit init\ngit config alias.out '!echo x > " + str(outside) + "'")
    notebook.run("%%playground\ngit out")
    assert outside.exists() == (not level().files)
