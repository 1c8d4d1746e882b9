"""The JSON Schema of what a course author writes, for editors that complete and check YAML."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, TypeAdapter

from gitquest_kernel.quest import Course, DbtQuest, GitQuest, LessonHeader, Quest, QuizQuest, SqlQuest

__all__ = ["KINDS", "schema"]

_MODELS: dict[str, type[BaseModel]] = {
    "git": GitQuest,
    "sql": SqlQuest,
    "dbt": DbtQuest,
    "quiz": QuizQuest,
    "course": Course,
    "lesson": LessonHeader,
}
_TITLES = {
    "quest": "A Git Quest quest, of any kind",
    "course": "A Git Quest course (course.yaml)",
    "lesson": "The front matter of a Git Quest lesson (lesson.md)",
}

KINDS = ("quest", *_MODELS)
"""What has a schema; ``quest`` fits a quest file of any kind."""


def schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one of `KINDS`."""
    adapter: TypeAdapter[Any] = TypeAdapter(Quest if kind == "quest" else _MODELS[kind])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **adapter.json_schema(by_alias=True),
        "title": _TITLES.get(kind, f"A Git Quest quest of kind {kind}"),
    }
