"""What happened in the room, one JSON line each in ``events.jsonl`` beside the notebook.

Events come from the student's machine: they are worth insight, never marks.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

__all__ = ["EventLog", "EventType"]

EventType = Literal[
    "lesson_opened", "quest_started", "command_executed", "check_run", "hint_shown", "undo", "quest_passed"
]
FILE = "events.jsonl"


class EventLog:
    """Append events of one session; a folder that cannot be written costs the log, never the lesson.

    Parameters
    ----------
    folder
        The notebook's folder.
    course
        The course's id, where known.

    Notes
    -----
    ``GITQUEST_EVENTS=off`` turns the log off.
    """

    def __init__(self, folder: Path, course: str | None = None) -> None:
        self.path = folder / FILE
        self.course = course
        self.session = uuid.uuid4().hex
        self.on = os.environ.get("GITQUEST_EVENTS", "").casefold() not in {"off", "0", "false", "no"}

    def write(self, kind: EventType, quest: str | None = None, **data: Any) -> None:
        """Append one event.

        The whole line goes out in one append, so that kernels sharing a folder never mix their lines.
        """
        if not self.on:
            return
        event = {
            "id": uuid.uuid4().hex,
            "ts": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "session": self.session,
            "course": self.course,
            "quest": quest,
            "type": kind,
            "data": data,
        }
        line = json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n"
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(handle, line.encode("utf-8", "replace"))
            finally:
                os.close(handle)
        except OSError as error:
            self.on = False
            print(
                f"(Your progress is not logged here: {error.strerror or error}. Your work is not affected.)",
                file=sys.stdout,
            )
