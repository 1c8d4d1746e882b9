"""Event logs come from students' machines: anything may be in them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from analytics.events import LONGEST_LINE, read_events
from tests.analytics.classroom import event

GOOD: dict[str, Any] = json.loads(event("check_run", "first-commit", points=2, max_points=4, failed=["a"]))


def changed(**fields: Any) -> bytes:
    return json.dumps(GOOD | fields).encode()


GARBAGE = {
    "not json": b"not json",
    "cut off": event("undo").encode()[:-5],
    "not utf-8": b'{"id": "\xff\xfe"}',
    "a list": b"[1, 2]",
    "no id": changed(id=None),
    "an id with a path": changed(id="../../../etc/passwd"),
    "no time zone": changed(ts="2025-09-01T09:00:00"),
    "a time before time": changed(ts="0001-01-01T00:00:00Z"),
    "a time far off": changed(ts="9999-12-31T23:59:59Z"),
    "a quest that is no id": changed(quest="<script>alert(1)</script>"),
    "a type that is no name": changed(type="check run!"),
    "points that are no number": changed(data={"points": float("nan")}),
    "points without end": changed(data={"points": 1e400}),
    "a number beyond 64 bits": changed(data={"returncode": 10**30}),
    "a lone surrogate": b'{"id": "aaaaaaaaaaaaaaaa\\ud800"}',
    "a zero byte in a check": changed(data={"failed": ["a\0b"]}),
    "a thousand checks": changed(data={"failed": ["a"] * 1000}),
    "a nest": b"[" * 50_000,
    "a line without end": changed(data={"command": "x" * LONGEST_LINE}),
}


@pytest.mark.parametrize("line", GARBAGE.values(), ids=GARBAGE.keys())
def test_a_garbage_line_is_counted_and_the_lines_around_it_are_kept(line: bytes, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join([event("lesson_opened").encode(), line, b"", event("undo").encode()]))
    log = read_events(path)
    assert [found.type for found in log.events] == ["lesson_opened", "undo"]
    assert log.garbage == (2,)


def test_an_event_becomes_a_row_in_utc_with_its_checks(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(changed(ts="2025-09-01T11:00:00.250+02:00", unknown="kept out", data=GOOD["data"] | {"x": 1}))
    (found,) = read_events(path).events
    row = found.row()
    assert row["ts"].isoformat() == "2025-09-01T09:00:00.250000"
    assert (row["quest"], row["points"], row["failed"], row["passed"]) == ("first-commit", 2.0, ["a"], [])


def test_a_link_to_another_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "others.jsonl").write_text(event("undo"))
    link = tmp_path / "events.jsonl"
    link.symlink_to(tmp_path / "others.jsonl")
    assert read_events(link).events == ()
    assert len(read_events(link).garbage) == 1


def test_a_pipe_does_not_hang_the_load(tmp_path: Path) -> None:
    pipe = tmp_path / "events.jsonl"
    os.mkfifo(pipe)
    assert read_events(pipe).garbage == (0,)


def test_a_folder_in_the_logs_place_is_garbage(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").mkdir()
    assert read_events(tmp_path / "events.jsonl").garbage == (0,)
