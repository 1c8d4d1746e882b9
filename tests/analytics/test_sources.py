"""What a course root holds, as rows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from analytics.sources import Sources, instant, read_sources
from gitquest_kernel.errors import GitQuestError, ReportError
from tests.analytics.classroom import Classroom, event


def read(room: Classroom) -> Sources:
    return read_sources(room.root, None, lambda line: None)


def test_quests_come_with_their_lesson_and_digest(classroom: Classroom) -> None:
    rows = read(classroom).rows["quests"]
    first = rows[0]
    assert [row["quest"] for row in rows] == ["first-commit", "second-commit", "make-a-branch"]
    assert (first["assignment"], first["lesson_number"], first["xp"]) == ("git-01-first-repository", 1, 40)
    assert first["digest"].startswith("sha256:")


def test_an_event_handed_in_twice_by_a_student_is_one_row(classroom: Classroom) -> None:
    for assignment in ("git-01-first-repository", "git-02-branches"):
        classroom.submit("ada", assignment, [event("undo"), event("undo")])
    assert len(read(classroom).rows["events"]) == 1


def test_events_that_two_students_handed_in_are_kept_for_both_and_counted(classroom: Classroom) -> None:
    for student in ("ada", "bob"):
        classroom.submit(student, "git-01-first-repository", [event("undo"), event("undo", number=ord(student[0]))])
    sources = read(classroom)
    assert len(sources.rows["events"]) == 4
    assert sources.shared == 1


def test_whose_event_it_is_follows_from_the_folder_not_from_the_log(classroom: Classroom) -> None:
    line = event("undo").replace('"course": "git"', '"course": "../sql", "student": "bob"')
    classroom.submit("ada", "git-01-first-repository", [line])
    (row,) = read(classroom).rows["events"]
    assert (row["course"], row["student"]) == ("git", "ada")


def test_garbage_lines_are_reported_by_file(classroom: Classroom) -> None:
    classroom.submit("ada", "git-01-first-repository", [event("undo"), "garbage", "more garbage"])
    (log,) = read(classroom).garbage
    assert log.path.parts[-3:] == ("ada", "git-01-first-repository", "events.jsonl")
    assert log.garbage == (2, 3)


def test_an_assignment_that_is_not_ours_belongs_to_no_course(classroom: Classroom) -> None:
    classroom.submit("ada", "ps1", [])
    (row,) = read(classroom).rows["submissions"]
    assert row["course"] == "other"


def test_a_submission_without_log_or_timestamp_is_still_one(classroom: Classroom) -> None:
    (classroom.root / "submitted" / "ada" / "git-02-branches").mkdir(parents=True)
    sources = read(classroom)
    assert sources.rows["submissions"][0]["submitted_at"] is None
    assert sources.garbage == ()


def test_records_and_rewards_are_read_and_their_times_parsed(classroom: Classroom) -> None:
    classroom.record("ada", "first-commit", 4.0)
    rows = read(classroom).rows
    assert rows["records"][0]["judged_at"] == datetime(2025, 9, 3, 10)
    assert rows["rewards"][0]["amount"] == 40


def test_reading_makes_no_database(classroom: Classroom) -> None:
    read(classroom)
    assert not (classroom.root / "records.db").exists()


def test_records_that_are_no_database_are_an_error(classroom: Classroom) -> None:
    (classroom.root / "records.db").write_text("not a database, but long enough to look like one " * 20)
    with pytest.raises(GitQuestError, match=r"records\.db"):
        read(classroom)


def test_an_empty_folder_has_nothing_to_load(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="nothing to load"):
        read(Classroom(tmp_path))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-09-01 12:00:00.000000 UTC", datetime(2025, 9, 1, 12)),
        ("2025-09-01T12:00:00+02:00", datetime(2025, 9, 1, 10)),
        ("2025-09-01T12:00:00", datetime(2025, 9, 1, 12)),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_moments_are_read_as_utc(text: str | None, expected: datetime | None) -> None:
    assert instant(text) == expected
