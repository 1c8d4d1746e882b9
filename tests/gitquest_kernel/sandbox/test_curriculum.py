"""The sandbox works for every lesson: the commands that each of them teaches, run and looked at.

A file of ``curriculum`` is one lesson. ``#> text`` says what the command above it prints, among other things;
``#! code`` that it fails, and how.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from gitquest_kernel.sandbox import CommandResult, Workspace, level, parse

LESSONS = sorted((Path(__file__).parent / "curriculum").glob("*.txt"))


@dataclass(frozen=True)
class Expected:
    """What a line of a lesson should do."""

    said: tuple[str, ...] = ()
    returncode: int = 0


def expectations(text: str) -> list[Expected]:
    """Return what each line of a script is expected to do."""
    rows = text.split("\n")
    starts = [line.number for line in parse(text)]
    found = []
    for start, end in zip(starts, [*starts[1:], len(rows) + 1], strict=True):
        notes = [row for row in rows[start - 1 : end - 1] if row.startswith(("#>", "#! "))]
        said = tuple(row[3:] for row in notes if row.startswith("#>"))
        codes = [int(row[3:]) for row in notes if row.startswith("#! ")]
        found.append(Expected(said, codes[0] if codes else 0))
    return found


def wrong(result: CommandResult, expected: Expected) -> str:
    """Return what a result lacks, nothing when it is as expected."""
    output = result.stdout + result.stderr
    missing = [text for text in expected.said if text not in output]
    if result.outcome == "ran" and result.returncode == expected.returncode and not missing:
        return ""
    return f"{result.command}\n-> {result.outcome} {result.returncode}, lacks {missing}\n{output}"


def test_there_is_a_walk_for_each_of_the_25_lessons() -> None:
    assert [path.name[:2] for path in LESSONS] == [f"{number:02}" for number in range(1, 26)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lessons_commands_work_and_give_the_same_state_again(lesson: Path) -> None:
    text = lesson.read_text()
    confined = sys.platform == "linux" and level().files
    with Workspace() as workspace, Workspace(confined=confined) as again:
        results = workspace.run_script(text)
        assert not [fault for pair in zip(results, expectations(text), strict=True) if (fault := wrong(*pair))]
        assert again.run_script(text) == results
        assert again.snapshot() == workspace.snapshot()
