"""A course root of the tests' own: one course of two lessons, and whatever students hand in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from autograders.records import Records
from gitquest_kernel.game import Record, Reward, RewardType

LESSONS = {
    "01-first-repository": ("The first repository", ["first-commit", "second-commit"]),
    "02-branches": ("Branches <script>alert('lesson')</script>", ["make-a-branch"]),
}
HOSTILE = "<img src=x onerror=alert(1)>"
QUEST = """\
id: {id}
title: "{title}"
kind: quiz
type: quiz
difficulty: beginner
points: 4
xp: 40
task: Answer.
questions:
  - {{id: one, ask: "Which one?", choices: {{a: this, b: that}}, answer: [a]}}
solutions: ["one: a"]
"""


@dataclass(frozen=True)
class Classroom:
    """A course root in a temporary folder."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "warehouse" / "quest.duckdb"

    def fill(self) -> None:
        """Let three students work: one passed all, one is half-way, one only opened the first lesson."""
        first = [
            event("lesson_opened"),
            event("quest_started", "first-commit", minute=1),
            event("check_run", "first-commit", minute=3, points=2, max_points=4, passed=[], failed=["one-commit"]),
            event("check_run", "first-commit", minute=9, points=4, max_points=4, passed=["one-commit"], failed=[]),
        ]
        self.submit("ada", "git-01-first-repository", first)
        self.submit("ada", "git-02-branches", [event("lesson_opened", minute=20)])
        self.submit(HOSTILE, "git-01-first-repository", [line.replace("5e55", "bad0") for line in first[:3]])
        self.submit("cleo", "git-01-first-repository", [event("lesson_opened", number=3)])
        for quest in ("first-commit", "second-commit", "make-a-branch"):
            self.record("ada", quest, 4.0)
        self.record(HOSTILE, "first-commit", 1.0)

    def write_course(self) -> None:
        course = self.root / "courses" / "git"
        (course / "basics").mkdir(parents=True)
        (course / "course.yaml").write_text(
            f"id: git\ntitle: Git\nchapters:\n  - {{id: basics, title: Basics, lessons: [{', '.join(LESSONS)}]}}\n"
        )
        for folder, (title, quests) in LESSONS.items():
            lesson = course / "basics" / folder
            lesson.mkdir()
            lesson.joinpath("lesson.md").write_text(f'---\ntitle: "{title}"\nminutes: 10\n---\n\nText.\n')
            for quest in quests:
                text = QUEST.format(id=quest, title=f"{quest.replace('-', ' ').capitalize()} <b>bold</b>")
                lesson.joinpath(f"{quest}.yaml").write_text(text)

    def submit(
        self, student: str, assignment: str, lines: Sequence[str], at: str = "2025-09-02 10:00:00.000000 UTC"
    ) -> Path:
        folder = self.root / "submitted" / student / assignment
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "timestamp.txt").write_text(at)
        (folder / "events.jsonl").write_text("".join(f"{line}\n" for line in lines))
        return folder

    def record(self, student: str, quest: str, points: float, **more: Any) -> None:
        """Add a verdict, and tell the rewards again: 40 XP for each record with full points."""
        lesson = next(folder for folder, (_, quests) in LESSONS.items() if quest in quests)
        outcome = "passed" if points >= 2.8 else "partial" if points else "failed"
        facts: dict[str, Any] = {
            "id": "",
            "course": "git",
            "student": student,
            "assignment": f"git-{lesson}",
            "quest": quest,
            "digest": "sha256:0",
            "submission": "2025-09-02T10:00:00+00:00",
            "revision": 0,
            "run": "run-1",
            "points": points,
            "max_points": 4.0,
            "outcome": outcome,
            "commands": 3,
            "hints": 1,
            "submitted_at": "2025-09-02T10:00:00+00:00",
            "judged_at": "2025-09-03T10:00:00+00:00",
        }
        Records(f"sqlite:///{self.root / 'records.db'}").award([Record(**(facts | more))], _rewards)


def _rewards(records: Sequence[Record]) -> list[Reward]:
    best = [record for record in records if record.points == record.max_points]
    return [
        Reward(RewardType.XP_GRANTED, f"xp|{r.id}", r.id, r.course, r.student, r.quest, 40, {}, r.judged_at)
        for r in best
    ]


def event(kind: str, quest: str | None = None, *, number: int = 0, minute: int = 0, **data: Any) -> str:
    """Write one line as the kernel does; events with other facts have other ids."""
    facts = {"session": "5e551010", "course": "git", "quest": quest, "type": kind, "data": data}
    identity = uuid5(NAMESPACE_URL, json.dumps([facts, number, minute])).hex
    return json.dumps({"id": identity, "ts": f"2025-09-01T09:{minute:02}:00.000Z", **facts})
