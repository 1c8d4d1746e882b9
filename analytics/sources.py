"""Read what the warehouse is made of: courses, submissions, event logs, records and rewards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analytics.events import EventLog, read_events
from analytics.tables import EVENTS, QUESTS, RECORDS, REWARDS, SUBMISSIONS
from autograders.records import Records, records_url
from gitquest_kernel.errors import ReportError
from gitquest_kernel.quest import LoadedCourse, digest, load_courses

__all__ = ["Sources", "instant", "read_sources"]

Row = dict[str, Any]
OTHER = "other"  # the course of assignments that are not ours, such as a plain nbgrader one


@dataclass(frozen=True)
class Sources:
    """Everything read for one load.

    Parameters
    ----------
    rows
        Rows by raw table's name.
    garbage
        The event logs that held lines which are not events.
    shared
        How many event ids were handed in by more than one student.
    """

    rows: dict[str, list[Row]]
    garbage: tuple[EventLog, ...] = ()
    shared: int = 0


def read_sources(root: Path, records: str | None, progress: Callable[[str], object]) -> Sources:
    """Read a course root and its records.

    Raises
    ------
    CourseError
        A course cannot be used.
    GradingError
        The records' database cannot be read.
    ReportError
        There is nothing at all to load.
    """
    has_courses = any((root / "courses").glob("*/course.yaml"))
    courses = load_courses(root) if has_courses else ()
    course_of = {lesson.assignment: loaded.course.id for loaded in courses for lesson in loaded.lessons}
    rows: dict[str, list[Row]] = {QUESTS.name: [row for loaded in courses for row in _quests(loaded)]}
    rows |= _read_records(records_url(root, records))
    progress(f"read {len(rows[QUESTS.name])} quests, {len(rows[RECORDS.name])} records")

    folders = list(_submissions(root / "submitted", course_of))
    rows[SUBMISSIONS.name] = [row for row, _ in folders]
    logs: list[EventLog] = []
    events: dict[tuple[str, str], Row] = {}
    for row, folder in folders:
        log = read_events(folder / "events.jsonl") if _exists(folder / "events.jsonl") else EventLog(folder)
        logs.append(log)
        whose = {name: row[name] for name in ("course", "student", "assignment")}
        for event in log.events:
            events.setdefault((row["student"], event.id), whose | event.row())
    rows[EVENTS.name] = list(events.values())
    progress(f"read {len(events)} events of {len(folders)} submissions")
    if not any(rows.values()):
        raise ReportError(
            "there is nothing to load: no course, no submission, no record",
            where=str(root),
            remedy="Name a course root with --root DIR, or make one with: gitquest init DIR",
        )
    shared = len(events) - len({identity for _, identity in events})
    return Sources(rows, tuple(log for log in logs if log.garbage), shared)


def instant(text: str | None) -> datetime | None:
    """Read an ISO or nbgrader timestamp as UTC without zone; None when it is empty or is not one.

    Examples
    --------
    >>> instant("2025-09-01 12:00:00.5 UTC")
    datetime.datetime(2025, 9, 1, 12, 0, 0, 500000)
    """
    try:
        parsed = datetime.fromisoformat((text or "").strip().replace(" UTC", "+00:00"))
    except ValueError:
        return None
    return parsed.astimezone(UTC).replace(tzinfo=None) if parsed.tzinfo else parsed


def _quests(loaded: LoadedCourse) -> Iterator[Row]:
    chapters = {chapter.id: chapter.title for chapter in loaded.course.chapters}
    for lesson in loaded.lessons:
        for number, quest in enumerate(lesson.quests, 1):
            yield {
                "course": loaded.course.id,
                "course_title": loaded.course.title,
                "chapter": lesson.chapter,
                "chapter_title": chapters[lesson.chapter],
                "assignment": lesson.assignment,
                "lesson_number": lesson.number,
                "lesson_title": lesson.header.title,
                "quest": quest.id,
                "quest_number": number,
                "title": quest.title,
                "kind": quest.kind,
                "type": quest.type.value,
                "difficulty": quest.difficulty.value,
                "points": quest.points,
                "xp": quest.xp,
                "par": getattr(quest, "par", None),
                "hints": len(quest.hints),
                "digest": digest(quest),
            }


def _submissions(submitted: Path, course_of: dict[str, str]) -> Iterator[tuple[Row, Path]]:
    for folder in sorted(submitted.glob("*/*/")):
        timestamp = folder / "timestamp.txt"
        text = _clean(timestamp.read_bytes()[:100].decode("utf-8", "replace")) if timestamp.is_file() else ""
        assignment = _clean(folder.name)
        yield (
            {
                "course": course_of.get(assignment, OTHER),
                "student": _clean(folder.parent.name),
                "assignment": assignment,
                "submission": text.strip(),
                "submitted_at": instant(text),
            },
            folder,
        )


def _exists(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _read_records(url: str) -> dict[str, list[Row]]:
    records = Records(url)
    if not records.exist:
        return {RECORDS.name: [], REWARDS.name: []}
    return {
        RECORDS.name: [_raw(asdict(record)) for record in records.records()],
        REWARDS.name: [_raw(asdict(reward)) for reward in records.rewards()],
    }


def _raw(row: Row) -> Row:
    """Turn a row of the records' database into a raw one: moments are parsed, texts are made storable."""
    moments = {"submitted_at", "judged_at", "at"}
    storable = {name: _storable(value) for name, value in row.items()}
    return storable | {name: instant(row[name]) for name in moments & row.keys()}


def _storable(value: Any) -> Any:
    match value:
        case str():
            return _clean(value)
        case dict():
            return json.dumps(value, sort_keys=True)
        case _:
            return value
