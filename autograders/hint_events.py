"""How many hints a student opened, by the student's own account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["hints_used"]

_MOST_BYTES = 50_000_000


def hints_used(folder: Path) -> dict[str, int]:
    """Count the different hints opened for each quest that a submission's ``events.jsonl`` speaks of.

    A quest without any event is left out: no account of it is not the same as no hints. Lines that are not events
    are passed over, and an event that stands twice counts once.

    Parameters
    ----------
    folder
        The submission: what lies beside its notebooks.
    """
    path = folder / "events.jsonl"
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
        return {}
    opened: dict[str, set[object]] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        event = _event(line)
        quest = event.get("quest")
        if isinstance(quest, str):
            mine = opened.setdefault(quest, set())
            if event.get("type") == "hint_shown":
                mine.add(_hint(event))
    return {quest: len(hints) for quest, hints in opened.items()}


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) and isinstance(event.get("id"), str) else {}


def _hint(event: dict[str, Any]) -> object:
    data = event.get("data")
    number = data.get("number") if isinstance(data, dict) else None
    return number if isinstance(number, int) else event["id"]
