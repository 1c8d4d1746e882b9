"""The student's copy of a quest: all that the room needs, and nothing that gives an answer away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gitquest_kernel.errors import CourseError
from gitquest_kernel.quest.dbt import DbtQuest
from gitquest_kernel.quest.digest import digest
from gitquest_kernel.quest.git import GitQuest
from gitquest_kernel.quest.goals import with_goals
from gitquest_kernel.quest.keys import answer_key
from gitquest_kernel.quest.load import Quest, complete_json, parse_quest
from gitquest_kernel.quest.quiz import Question, QuizQuest, key_hash
from gitquest_kernel.quest.seal import seal
from gitquest_kernel.quest.sql import SqlQuest
from gitquest_kernel.quest.sql_result import visible_result

__all__ = ["public", "read_public"]


def public(quest: Quest) -> dict[str, Any]:
    """Return the student's copy as plain JSON data.

    Solutions, wrong answers, hidden checks, references, witness data and unhashed keys are not in it; ``same_as`` is
    compiled to its goal, a reference to its visible result, and ``digest`` names the version.

    Raises
    ------
    CourseError
        A setup, goal, reference or key cannot be computed.
    """
    bare = quest.model_copy(update={"solutions": (), "wrong": (), "harmless": (), "digest": digest(quest)})
    return complete_json(_without_secrets(bare))


def _without_secrets(quest: Quest) -> Quest:
    if isinstance(quest, GitQuest):
        return with_goals(quest.model_copy(update={"hidden": ()}))
    if isinstance(quest, SqlQuest):
        return quest.model_copy(update={"expected": visible_result(quest), "reference": None, "datasets": ()})
    if isinstance(quest, DbtQuest):
        return quest.model_copy(update={"hidden_seeds": (), "unit_tests": ()})
    return _keyless(quest)


def _keyless(quest: QuizQuest) -> QuizQuest:
    at_once = quest.reveal == "at_once"
    keys = answer_key(quest) if at_once else {}
    questions = tuple(
        question.model_copy(
            update={
                "answer": (),
                "several": len(question.answer) > 1,
                "compute": None,
                "key": key_hash(quest.id, question.id, keys[question.id]) if at_once else None,
                "explain": "",
                "sealed": _sealed(quest, question, keys[question.id]) if at_once and question.explain else None,
            }
        )
        for question in quest.questions
    )
    return quest.model_copy(update={"questions": questions})


def _sealed(quest: QuizQuest, question: Question, key: tuple[str, ...]) -> str:
    return seal(question.explain, quest.digest or "", question.id, key)


def read_public(path: Path) -> Quest:
    """Read a student's copy.

    Raises
    ------
    CourseError
        The file is missing, cut short or not a quest.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(
            f"there is no quest '{path.stem}' here", where=str(path), remedy=_quests_beside(path)
        ) from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CourseError(
            f"this quest file is damaged: {error}", where=str(path), remedy="Fetch the assignment again."
        ) from None
    if not isinstance(data, dict):
        raise CourseError("this quest file is damaged", where=str(path), remedy="Fetch the assignment again.")
    return parse_quest(data, str(path))


def _quests_beside(path: Path) -> str:
    names = sorted(other.stem for other in path.parent.glob("*.json"))
    return f"The quests here are: {', '.join(names)}." if names else "Open the notebook in the folder it came in."
