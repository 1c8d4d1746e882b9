"""The raw store only grows, and never twice by the same row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.dataset as ds

from analytics.raw import append
from analytics.tables import EVENTS, QUESTS, SUBMISSIONS


def submission(student: str, course: str = "git", at: str = "1") -> dict[str, Any]:
    return {"course": course, "student": student, "assignment": f"{course}-01", "submission": at}


def quest(name: str, **more: Any) -> dict[str, Any]:
    return {"course": "git", "quest": name, "points": 4.0} | more


def files(raw: Path) -> dict[str, bytes]:
    return {str(path.relative_to(raw)): path.read_bytes() for path in raw.rglob("*") if path.is_file()}


def stored(raw: Path, table: str) -> list[dict[str, Any]]:
    return list(ds.dataset(str(raw / table), format="parquet").to_table().to_pylist())


def test_rows_go_to_one_file_a_course(tmp_path: Path) -> None:
    assert append(tmp_path, SUBMISSIONS, [submission("ada"), submission("bob"), submission("ada", "sql")]) == 3
    folders = sorted(str(Path(name).parent) for name in files(tmp_path))
    assert folders == ["submissions", "submissions/course=git", "submissions/course=sql"]


def test_a_second_append_of_the_same_rows_changes_no_file(tmp_path: Path) -> None:
    for table, rows in ((SUBMISSIONS, [submission("ada")]), (QUESTS, [quest("a"), quest("b")])):
        append(tmp_path, table, rows)
        before = files(tmp_path)
        assert append(tmp_path, table, list(reversed(rows))) == 0
        assert files(tmp_path) == before


def test_only_new_rows_are_added_beside_the_old_files(tmp_path: Path) -> None:
    append(tmp_path, SUBMISSIONS, [submission("ada")])
    before = files(tmp_path)
    assert append(tmp_path, SUBMISSIONS, [submission("ada"), submission("ada", at="2"), submission("bob")]) == 2
    assert before.items() <= files(tmp_path).items()
    assert len(stored(tmp_path, "submissions")) == 3


def test_the_same_event_of_two_students_is_two_rows(tmp_path: Path) -> None:
    rows = [{"course": "git", "student": student, "id": "same"} for student in ("ada", "ada", "bob")]
    assert append(tmp_path, EVENTS, rows) == 2


def test_file_names_follow_from_the_content(tmp_path: Path) -> None:
    rows = [submission("ada"), submission("bob")]
    append(tmp_path / "one", SUBMISSIONS, rows)
    append(tmp_path / "two", SUBMISSIONS, list(reversed(rows)))
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_changed_course_is_a_new_snapshot_and_a_change_back_a_third(tmp_path: Path) -> None:
    append(tmp_path, QUESTS, [quest("a"), quest("b")])
    assert append(tmp_path, QUESTS, [quest("a")]) == 1
    assert append(tmp_path, QUESTS, [quest("a"), quest("b")]) == 2
    assert sorted((row["snapshot"], row["quest"]) for row in stored(tmp_path, "quests")) == [
        (1, "a"),
        (1, "b"),
        (2, "a"),
        (3, "a"),
        (3, "b"),
    ]


def test_a_table_without_rows_can_be_read(tmp_path: Path) -> None:
    assert append(tmp_path, EVENTS, []) == 0
    assert stored(tmp_path, "events") == []


def test_a_course_name_cannot_leave_the_store(tmp_path: Path) -> None:
    append(tmp_path / "raw", SUBMISSIONS, [submission("ada", "../../away")])
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]
