"""The mutation pass: which changes to a solution no check notices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from courses.mutants import Mutant, mutants
from gitquest_kernel.answers import Answer, from_cell
from gitquest_kernel.checks import RunReport, judge, replay_here
from gitquest_kernel.errors import AnswerError
from gitquest_kernel.predicates import Aspect, shape
from gitquest_kernel.quest import Quest
from gitquest_kernel.sandbox import Snapshot

__all__ = ["try_mutants"]

_ASPECTS: tuple[Aspect, ...] = ("refs", "head", "index", "worktree", "stash", "remotes", "config", "operation")


def try_mutants(quest: Quest) -> tuple[int, list[str]]:
    """Judge every mutant of a quest's solutions.

    A mutant that leaves the same state as a solution is no mutant of what matters. Any other that keeps full marks has
    to be named by the quest's ``harmless``, and each of those has to name one.

    Returns
    -------
    tuple of int and list of str
        How many were judged, and the problems found.
    """
    goals = [state for solution in quest.solutions if (state := _judged(quest, solution)[1]) is not None]
    tried, survivors = 0, list[Mutant]()
    for mutant in mutants(quest):
        tried += 1
        full, state = _judged(quest, mutant.answer)
        if full and state not in goals:
            survivors.append(mutant)
    return tried, list(_problems(quest, survivors))


def _problems(quest: Quest, survivors: list[Mutant]) -> Iterator[str]:
    unused = {entry.change for entry in quest.harmless}
    for mutant in survivors:
        text = f"{mutant.what}\n{mutant.answer}"
        named = [entry.change for entry in quest.harmless if re.search(entry.change, text)]
        unused -= set(named)
        if not named:
            yield f"{mutant.what} keeps full marks: mend the checks, or say under 'harmless' why it may"
    for change in sorted(unused):
        yield f"'harmless' names “{change}”, which no mutant with full marks is like: take it out"


def _judged(quest: Quest, text: str) -> tuple[bool, Any]:
    """Return whether an answer gets full marks, and the state it leaves, commit ids aside, where there is one."""
    left: dict[str, Any] = {}

    def replay(quest: Quest, answer: Answer) -> tuple[RunReport, dict[str, Any]]:
        report, state = replay_here(quest, answer)
        left.update(state)
        return report, state

    try:
        verdict = judge(quest, from_cell(quest, text), replay=replay)
    except AnswerError:
        return False, None
    full = verdict.points >= verdict.max_points
    return full, shape(Snapshot.from_json(left["snapshot"]), _ASPECTS) if "snapshot" in left else None
