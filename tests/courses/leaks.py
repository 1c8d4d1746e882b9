"""Search released notebooks for what students may not see, in every encoding that a notebook uses."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gitquest_kernel.quest import (
    DbtQuest,
    GitQuest,
    LoadedLesson,
    Quest,
    QuizQuest,
    SqlQuest,
    complete_json,
    load_courses,
)

SHORTEST = 8
"""A shorter text (``head: b``) stands in many innocent places."""


def leaks(root: Path) -> list[str]:
    """Return one line for each secret of the courses that is found in ``release/``."""
    return [
        f"{path.relative_to(root)} holds {what} as {encoding}"
        for course in load_courses(root)
        for lesson in course.lessons
        for path in sorted((root / "release" / lesson.assignment).rglob("*"))
        if path.is_file()
        for what, encoding in _found(path.read_bytes(), lesson)
    ]


def _found(content: bytes, lesson: LoadedLesson) -> Iterator[tuple[str, str]]:
    views = list(_views(content))
    told = "\n".join([lesson.body, *(text for quest in lesson.quests for text in _told(quest))])
    for quest in lesson.quests:
        for what, secret in _secrets(quest):
            text = secret.strip()
            if len(text) < SHORTEST or text in told:
                continue
            for encoding, written in encodings(text):
                if any(written in view for view in views):
                    yield f"{what} of {quest.id}", encoding
                    break


def encodings(text: str) -> Iterator[tuple[str, str]]:
    """Yield every way in which a notebook, its JSON or its HTML may write a text."""
    yield "text", text
    yield "JSON", json.dumps(text, ensure_ascii=False)[1:-1]
    yield "escaped JSON", json.dumps(text)[1:-1]
    yield "JSON in JSON", json.dumps(json.dumps(text))[3:-3]
    yield "escaped Python", text.encode("unicode_escape").decode()
    yield "HTML", html.escape(text)
    yield "HTML without quotes", html.escape(text, quote=False)
    for shift in range(3):
        # Four characters stand for three bytes: the first and last four may depend on the neighbours.
        yield "base64", base64.b64encode(b"\0" * shift + text.encode()).decode()[4:-4]


def _views(content: bytes) -> Iterator[str]:
    """Yield a file as it stands, and the strings of its JSON, lists of lines joined as a notebook means them."""
    text = content.decode("utf-8", "replace")
    yield text
    try:
        yield "\n".join(_strings(json.loads(text)))
    except ValueError:
        return


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        if data and all(isinstance(item, str) for item in data):
            yield "".join(data)
            yield "\n".join(data)
        for item in data:
            yield from _strings(item)
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _strings(value)


def _secrets(quest: Quest) -> Iterator[tuple[str, str]]:
    yield from ((f"solution {number}", text) for number, text in enumerate(quest.solutions, 1))
    for number, wrong in enumerate(quest.wrong, 1):
        yield f"wrong answer {number}", wrong.answer
        yield f"the reason of wrong answer {number}", wrong.why
    if isinstance(quest, GitQuest):
        yield from (("a hidden check", check.say) for check in quest.hidden)
    elif isinstance(quest, SqlQuest):
        yield "the reference", quest.reference or ""
        for witness in quest.datasets:
            yield "a hidden check", witness.say
            yield "witness data", witness.sql
            yield from _rows(witness.seeds, quest.setup.seeds)
    elif isinstance(quest, DbtQuest):
        for units in quest.unit_tests:
            yield "a hidden check", units.say
            yield "a unit test", units.properties
        for hidden in quest.hidden_seeds:
            yield "a hidden check", hidden.say
            yield from _rows(hidden.seeds, quest.seeds)
    else:
        yield from (("an explanation", question.explain) for question in quest.questions)
        if quest.reveal == "after_grading":
            yield from (("a key's script", question.compute or "") for question in quest.questions)


def _rows(secret: dict[str, str], shown: dict[str, str]) -> Iterator[tuple[str, str]]:
    known = {line for text in shown.values() for line in text.splitlines()}
    for text in secret.values():
        yield "witness data", text
        yield from (("a row of witness data", line) for line in text.splitlines() if line not in known)


def _told(quest: Quest) -> Iterator[str]:
    """Yield what the author tells students: a secret that is told there on purpose is none."""
    yield from (quest.title, quest.story, quest.task, *quest.hints)
    data = complete_json(quest)
    if isinstance(quest, GitQuest | QuizQuest):
        yield quest.setup
    if isinstance(quest, QuizQuest):
        yield from (text for item in quest.questions for text in (item.ask, *item.choices.values()))
    if isinstance(quest, DbtQuest):
        yield from quest.project.values()
    for key in ("checks", "validate", "must_catch", "forbid", "require"):
        yield from _strings([dict(check) for check in data.get(key, [])])
