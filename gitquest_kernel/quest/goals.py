"""Compile ``same_as`` scripts into goal states, in the author's name and never the student's."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

from gitquest_kernel.errors import CourseError
from gitquest_kernel.predicates import Predicate
from gitquest_kernel.quest.git import GitQuest
from gitquest_kernel.sandbox import Snapshot, Workspace

__all__ = ["with_goals"]

P = TypeVar("P", bound=Predicate)


def with_goals(quest: GitQuest) -> GitQuest:
    """Return the quest with every ``same_as`` script replaced by the state it leads to.

    Raises
    ------
    CourseError
        A script cannot be run.
    """
    if not any(_scripts(check) for check in (*quest.checks, *quest.hidden)):
        return quest
    return _compiled(quest.model_dump_json(by_alias=True, exclude_defaults=True))


@lru_cache(maxsize=256)
def _compiled(text: str) -> GitQuest:
    quest = GitQuest.model_validate_json(text)
    checks = tuple(_replaced(check, quest.setup, quest.id) for check in quest.checks)
    hidden = tuple(_replaced(check, quest.setup, quest.id) for check in quest.hidden)
    return quest.model_copy(update={"checks": checks, "hidden": hidden})


def _scripts(predicate: Predicate) -> bool:
    if predicate.same_as is not None:
        return predicate.same_as.script is not None
    inner = (*(predicate.all_of or ()), *(predicate.any_of or ()), *filter(None, [predicate.negated]))
    return any(_scripts(part) for part in inner)


def _replaced(predicate: P, setup: str, where: str) -> P:
    same_as = predicate.same_as
    if same_as is not None and same_as.script is not None:
        same_as = same_as.compiled(_goal(setup, same_as.script, where))
    update = {
        "same_as": same_as,
        "all_of": predicate.all_of and tuple(_replaced(part, setup, where) for part in predicate.all_of),
        "any_of": predicate.any_of and tuple(_replaced(part, setup, where) for part in predicate.any_of),
        "negated": predicate.negated and _replaced(predicate.negated, setup, where),
    }
    return predicate.model_copy(update=update)


def _goal(setup: str, script: str, where: str) -> Snapshot:
    with Workspace() as workspace:
        for result in workspace.run_script(f"{setup}\n{script}"):
            if result.outcome != "ran":
                raise CourseError(
                    f"a same_as script stops at “{result.command}”: {result.stderr.strip()}",
                    where=where,
                    remedy="Mend the script.",
                )
        return workspace.snapshot()
