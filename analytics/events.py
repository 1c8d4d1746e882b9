"""Read ``events.jsonl``, which a student's machine wrote and anybody may have edited."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from gitquest_kernel.quest.base import Identifier

__all__ = ["Event", "EventLog", "read_events"]

LONGEST_LINE = 64 * 1024
LARGEST_FILE = 64 * 1024 * 1024

_Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{8,64}$")]
_Name = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=200)]
_Amount = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
_Checks = Annotated[tuple[_Name, ...], Field(max_length=100)]


class EventData(BaseModel):
    """What the reports use of an event's ``data``; other keys are allowed and left out."""

    model_config = ConfigDict(frozen=True)

    command: str | None = None
    returncode: Annotated[int, Field(ge=-(2**31), lt=2**31)] | None = None
    number: Annotated[int, Field(ge=0, le=1000)] | None = None
    points: _Amount | None = None
    max_points: _Amount | None = None
    passed: _Checks = ()
    failed: _Checks = ()


class Event(BaseModel):
    """One line of ``events.jsonl``; a line that does not fit is garbage."""

    model_config = ConfigDict(frozen=True)

    id: _Id
    ts: AwareDatetime
    session: _Id | None = None
    quest: Identifier | None = None
    type: Annotated[str, StringConstraints(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=40)]
    data: EventData = EventData()

    @model_validator(mode="after")
    def _happened_in_our_time(self) -> Self:
        if not datetime(2000, 1, 1, tzinfo=UTC) <= self.ts < datetime(2100, 1, 1, tzinfo=UTC):
            raise ValueError("no event happened then")
        return self

    def row(self) -> dict[str, Any]:
        """Return the event as columns of the raw table."""
        command = self.data.command
        return {
            "id": self.id,
            "ts": self.ts.astimezone(UTC).replace(tzinfo=None),
            "session": self.session,
            "quest": self.quest,
            "type": self.type,
            "command": None if command is None else command.replace("\0", "")[:1000],
            "returncode": self.data.returncode,
            "hint": self.data.number,
            "points": self.data.points,
            "max_points": self.data.max_points,
            "passed": list(self.data.passed),
            "failed": list(self.data.failed),
        }


@dataclass(frozen=True)
class EventLog:
    """The events of one file, and the numbers of the lines that are not events."""

    path: Path
    events: tuple[Event, ...] = ()
    garbage: tuple[int, ...] = ()


def read_events(path: Path) -> EventLog:
    """Read a student's event log; lines that are not events are listed, never raised.

    A link, a pipe or anything else that is not an ordinary file is not opened, and counts as one line of garbage.
    What lies beyond 64 MiB is left unread, and a line beyond 64 KiB is garbage.
    """
    events: list[Event] = []
    garbage: list[int] = []
    try:
        for number, line in _lines(path):
            try:
                events.append(Event.model_validate_json(line))
            except ValidationError:
                garbage.append(number)
    except OSError:
        garbage.append(0)
    return EventLog(path, tuple(events), tuple(garbage))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(_bytes(path).split(b"\n"), 1):
        if line.strip():
            yield number, line if len(line) <= LONGEST_LINE else b"too long"


def _bytes(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path} is not an ordinary file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(LARGEST_FILE)
    finally:
        os.close(descriptor)
