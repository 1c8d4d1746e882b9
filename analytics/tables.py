"""The raw tables: what a row of each is, and what makes it the same row as another."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

__all__ = ["EVENTS", "QUESTS", "RECORDS", "REWARDS", "SUBMISSIONS", "TABLES", "RawTable"]

_TIME = pa.timestamp("ms")  # UTC, without a zone, so that no reader's time zone can shift a day


@dataclass(frozen=True)
class RawTable:
    """A table of ``warehouse/raw``, kept as Parquet files that are never changed.

    Parameters
    ----------
    name
        Its folder, and its name among dbt's sources.
    schema
        Columns and types; ``course`` is always one of them.
    key
        Columns that identify a row: one whose key is known is not written again. Empty for a snapshot: a
        table whose rows can change, written anew, under the next ``snapshot`` number, whenever it differs.
    """

    name: str
    schema: pa.Schema
    key: tuple[str, ...] = ()

    @property
    def is_snapshot(self) -> bool:
        """Whether the whole table is written anew when it changes."""
        return not self.key


RECORDS = RawTable(
    "records",
    pa.schema(
        {
            "id": pa.string(),
            "course": pa.string(),
            "student": pa.string(),
            "assignment": pa.string(),
            "quest": pa.string(),
            "digest": pa.string(),
            "submission": pa.string(),
            "revision": pa.int64(),
            "run": pa.string(),
            "points": pa.float64(),
            "max_points": pa.float64(),
            "outcome": pa.string(),
            "commands": pa.int64(),
            "hints": pa.int64(),
            "submitted_at": _TIME,
            "judged_at": _TIME,
        }
    ),
    key=("id",),
)

REWARDS = RawTable(
    "rewards",
    pa.schema(
        {
            "idempotency_key": pa.string(),
            "correlation_id": pa.string(),
            "type": pa.string(),
            "course": pa.string(),
            "student": pa.string(),
            "quest": pa.string(),
            "amount": pa.int64(),
            "detail": pa.string(),
            "at": _TIME,
            "snapshot": pa.int64(),
        }
    ),
)

EVENTS = RawTable(
    "events",
    pa.schema(
        {
            "id": pa.string(),
            "course": pa.string(),
            "student": pa.string(),
            "assignment": pa.string(),
            "ts": _TIME,
            "session": pa.string(),
            "quest": pa.string(),
            "type": pa.string(),
            "command": pa.string(),
            "returncode": pa.int64(),
            "hint": pa.int64(),
            "points": pa.float64(),
            "max_points": pa.float64(),
            "passed": pa.list_(pa.string()),
            "failed": pa.list_(pa.string()),
        }
    ),
    key=("student", "id"),
)

QUESTS = RawTable(
    "quests",
    pa.schema(
        {
            "course": pa.string(),
            "course_title": pa.string(),
            "chapter": pa.string(),
            "chapter_title": pa.string(),
            "assignment": pa.string(),
            "lesson_number": pa.int64(),
            "lesson_title": pa.string(),
            "quest": pa.string(),
            "quest_number": pa.int64(),
            "title": pa.string(),
            "kind": pa.string(),
            "type": pa.string(),
            "difficulty": pa.string(),
            "points": pa.float64(),
            "xp": pa.int64(),
            "par": pa.int64(),
            "hints": pa.int64(),
            "digest": pa.string(),
            "snapshot": pa.int64(),
        }
    ),
)

SUBMISSIONS = RawTable(
    "submissions",
    pa.schema(
        {
            "course": pa.string(),
            "student": pa.string(),
            "assignment": pa.string(),
            "submission": pa.string(),
            "submitted_at": _TIME,
        }
    ),
    key=("student", "assignment", "submission"),
)

TABLES = (RECORDS, REWARDS, EVENTS, QUESTS, SUBMISSIONS)
