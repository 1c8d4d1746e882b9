"""``gitquest load`` and ``gitquest report`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gitquest_kernel.cli import main
from tests.analytics.classroom import Classroom


@pytest.mark.parametrize("command", ["load", "report"])
def test_a_command_has_help_with_an_example(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert f"gitquest {command}" in result.output


def test_reports_are_listed_with_their_parameters() -> None:
    result = CliRunner().invoke(main, ["report", "--list"])
    assert "lesson-funnel: Where lessons lose students" in result.stdout
    assert "-p min_students" in result.stdout
    listed = json.loads(CliRunner().invoke(main, ["report", "--json"]).stdout)
    assert [one["name"] for one in listed] == ["lesson-funnel", "quest-difficulty"]


@pytest.mark.parametrize(
    "arguments",
    [["-p", "top", "0"], ["-p", "top=0"], ["--parameter=top=0"], ["-p", "course=git", "--parameter", "top=0"]],
)
def test_a_parameter_is_given_in_one_word_or_in_two(arguments: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["report", "quest-difficulty", *arguments, "--root", str(tmp_path)])
    assert result.exit_code == 1
    assert "parameter 'top': '0' is not from 1 to 100" in result.stderr


def test_a_parameter_without_a_report_is_an_error() -> None:
    result = CliRunner().invoke(main, ["report", "-p", "course=git"])
    assert result.exit_code == 2
    assert "gitquest report --list" in result.stderr


@pytest.mark.parametrize("arguments", [["load"], ["report", "lesson-funnel"], ["report", "no-such-report"]])
def test_an_error_names_the_remedy_and_exits_with_1(arguments: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [*arguments, "--root", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-2].startswith("error: ")
    assert result.stdout == ""


@pytest.mark.slow
def test_a_class_is_loaded_and_reported_on(loaded: Classroom) -> None:
    root = str(loaded.root)
    loaded.submit("eve", "git-02-branches", ["garbage"])
    load = CliRunner().invoke(main, ["load", "--root", root, "--json"])
    assert json.loads(load.stdout)["new"]["submissions"] == 1
    assert "submitted/eve/git-02-branches/events.jsonl: 1 line is not an event (line 1)" in load.stderr
    report = CliRunner().invoke(main, ["report", "quest-difficulty", "--root", root, "-p", "top", "3"])
    assert report.stdout.strip() == str(loaded.root / "reports" / "quest-difficulty.html")
    assert Path(report.stdout.strip()).is_file()
