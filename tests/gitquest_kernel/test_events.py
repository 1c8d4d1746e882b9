"""The log of events beside the notebook."""

from __future__ import annotations

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gitquest_kernel.events import EventLog
from gitquest_kernel.room import course_of


def test_an_event_is_one_json_line_with_everything_that_analysts_expect(tmp_path: Path) -> None:
    EventLog(tmp_path, "git").write("hint_shown", "first-commit", number=2)
    (line,) = (tmp_path / "events.jsonl").read_text().splitlines()
    event = json.loads(line)
    assert set(event) == {"id", "ts", "session", "course", "quest", "type", "data"}
    assert re.fullmatch(r"[0-9a-f]{32}", event["id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["ts"])
    assert (event["course"], event["quest"], event["type"]) == ("git", "first-commit", "hint_shown")
    assert event["data"] == {"number": 2}


def test_many_kernels_in_one_folder_never_mix_their_lines(tmp_path: Path) -> None:
    logs = [EventLog(tmp_path) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for number in range(200):
            pool.submit(logs[number % 4].write, "command_executed", None, command="é" * 500, returncode=number)
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert sorted(event["data"]["returncode"] for event in events) == list(range(200))
    assert len({event["id"] for event in events}) == 200


def test_events_can_be_turned_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITQUEST_EVENTS", "off")
    EventLog(tmp_path).write("lesson_opened")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_said_once_and_costs_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = EventLog(tmp_path / "gone")
    for _ in range(3):
        log.write("lesson_opened")
    printed = capsys.readouterr()
    assert printed.out.count("\n") == 1
    assert "Your work is not affected" in printed.out
    assert printed.err == ""


def test_text_that_is_no_valid_unicode_is_still_logged(tmp_path: Path) -> None:
    EventLog(tmp_path).write("command_executed", None, command=os.fsdecode(b"git add \xff"), returncode=0)
    json.loads((tmp_path / "events.jsonl").read_text())


@pytest.mark.parametrize(
    ("assignment", "course"),
    [
        ("git-01-first-repository", "git"),
        ("git-crisis-hard-reset", "git"),
        ("data-science-12-joins", "data-science"),
        ("quiz-quiz-what-head-is", "quiz"),
        ("Untitled Folder", None),
        ("ps1", None),
    ],
)
def test_the_course_is_read_from_the_assignments_name(assignment: str, course: str | None) -> None:
    assert course_of(assignment) == course
