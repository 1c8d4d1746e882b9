"""Makes records as a class of students would leave them, for the tests of the game."""

from __future__ import annotations

from typing import Any

from gitquest_kernel.game import QuestFacts, Record, Rulebook, built_in_badges

RULEBOOK = Rulebook(
    quests={
        (course, quest): QuestFacts(course, quest, xp, title, chapter, skills, par, requires)
        for course, quest, xp, title, chapter, skills, par, requires in [
            ("git", "init", 40, "Begin", "introduction", {"commit": 2}, 2, ()),
            ("git", "stage", 60, "Stage", "introduction", {"staging": 6}, None, ("init",)),
            ("git", "merge", 150, "Merge", "branches", {"commit": 8}, 3, ("init", "stage")),
            ("sql", "select", 100, "Select", "basics", {"select": 1}, None, ()),
        ]
    },
    badges=built_in_badges(),
)


def record(quest: str, points: float, **changes: Any) -> Record:
    """Return a record of a quest with 4 points, handed in by ada on 2 March."""
    submission = changes.get("submission", "2026-03-02T10:00:00Z")
    values: dict[str, Any] = {
        "course": "git",
        "student": "ada",
        "assignment": f"{changes.get('course', 'git')}-01-lesson",
        "quest": quest,
        "digest": "sha256:1",
        "submission": submission,
        "revision": 0,
        "run": "run",
        "points": points,
        "max_points": 4.0,
        "outcome": "passed" if points >= 2.8 else "partial" if points else "failed",
        "commands": None,
        "hints": None,
        "submitted_at": submission or None,
        "judged_at": "2026-03-05T08:00:00.000Z",
    } | changes
    values["id"] = "|".join(str(values[k]) for k in ("course", "student", "quest", "submission", "revision"))
    return Record(**values)
