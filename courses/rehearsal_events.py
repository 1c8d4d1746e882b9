"""The events that a rehearsal student's kernel would have written."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from courses.rehearsal_class import Attempt
from gitquest_kernel.quest import DbtQuest, GitQuest, Quest, QuizQuest

__all__ = ["event_lines"]


def event_lines(course: str, attempts: Sequence[Attempt], until: datetime, seed: str) -> str:
    """Return the lines of an ``events.jsonl``: one session a sitting, the last one ending before ``until``.

    Parameters
    ----------
    seed
        The same seed gives the same events, ids included.
    """
    draw = random.Random(seed)
    sittings = [list(attempts)] if len(attempts) < 3 else [list(attempts[:2]), list(attempts[2:])]
    lines: list[str] = []
    for days_before, sitting in zip(reversed(range(len(sittings))), sittings, strict=True):
        clock = until - timedelta(days=days_before, minutes=15 + 12 * len(sitting))
        session = _identifier(draw)
        for kind, quest, data in _sitting(sitting):
            clock += timedelta(milliseconds=draw.randrange(2_000, 45_000))
            event = {
                "id": _identifier(draw),
                "ts": clock.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "session": session,
                "course": course,
                "quest": quest,
                "type": kind,
                "data": data,
            }
            lines.append(json.dumps(event, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)


def _sitting(attempts: Sequence[Attempt]) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    yield "lesson_opened", None, {}
    for attempt in attempts:
        yield "quest_started", attempt.quest.id, {}
        for number in range(attempt.hints):
            yield "hint_shown", attempt.quest.id, {"number": number + 1}
        if attempt.text:
            yield from _work(attempt)


def _work(attempt: Attempt) -> Iterator[tuple[str, str, dict[str, Any]]]:
    quest = attempt.quest
    if isinstance(quest, GitQuest):
        for line in attempt.text.splitlines():
            if line.strip() and not line.lstrip().startswith("#"):
                yield "command_executed", quest.id, {"command": line.strip(), "returncode": 0}
    weights = _weights(quest)
    for left in reversed(range(attempt.tries)):
        missed = [attempt.missed] if attempt.missed in weights else list(weights)[:1] if left else []
        passed = [name for name in weights if name not in missed]
        points = quest.points * sum(weights[name] for name in passed) / (sum(weights.values()) or 1)
        checks = {"points": points, "max_points": quest.points, "passed": passed, "failed": missed}
        yield "check_run", quest.id, checks
    if attempt.missed not in weights:
        yield "quest_passed", quest.id, {"points": quest.points}


def _weights(quest: Quest) -> dict[str, int]:
    """Return the public checks that a kernel would name, with their weights."""
    if isinstance(quest, GitQuest):
        return {check.label: check.weight for check in quest.checks}
    if isinstance(quest, DbtQuest):
        return {"build": 0} | {check.label: check.weight for check in (*quest.validations, *quest.must_catch)}
    if isinstance(quest, QuizQuest):
        return {question.id: question.weight for question in quest.questions}
    rules = [f"forbid-{rule.uses}" for rule in quest.forbid] + [f"require-{rule.uses}" for rule in quest.require]
    return dict.fromkeys(["rows", "columns", *(["order"] if quest.ordered else []), *rules], 1)


def _identifier(draw: random.Random) -> str:
    return uuid.UUID(int=draw.getrandbits(128), version=4).hex
