"""Prove of each quest that it can be solved, and that it can be failed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from courses.survivors import try_mutants
from gitquest_kernel.answers import Answer, from_cell
from gitquest_kernel.checks import Outcome, Verdict, judge
from gitquest_kernel.errors import AnswerError, BuildError, GitQuestError
from gitquest_kernel.quest import GitQuest, LoadedCourse, Quest, QuizQuest, load_courses, parse_quest, public

__all__ = ["GateResult", "gate", "try_quest"]

NO_WORK = "git status"
"""A git answer that changes nothing; no quest may pay for it."""


@dataclass(frozen=True)
class GateResult:
    """What the gate found about one quest.

    Parameters
    ----------
    file
        The quest's file.
    problems
        Why the quest may not be given to students; empty when it passes.
    tried
        How many answers were judged.
    """

    quest: str
    file: str
    problems: tuple[str, ...]
    tried: int

    @property
    def line(self) -> str:
        """The result as one line, followed by one line a problem."""
        if not self.problems:
            return f"ok      {self.quest} ({self.tried} answers)"
        return "\n".join([f"FAILED  {self.quest}", *(f"        {self.file}: {problem}" for problem in self.problems)])

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)


def gate(
    root: Path,
    names: Sequence[str] = (),
    jobs: int | None = None,
    tell: Callable[[GateResult], None] | None = None,
) -> list[GateResult]:
    """Try every quest of a course root, or those of the named courses and ids, in several processes.

    Parameters
    ----------
    jobs
        How many processes; by default one a core.
    tell
        Called with each result, in the order of the learning paths.

    Raises
    ------
    CourseError, BuildError
        A course cannot be read, or a name is neither a course nor a quest.
    """
    chosen = _choose(load_courses(root), names)
    count = min(jobs or os.cpu_count() or 1, len(chosen) or 1)
    results: list[GateResult] = []
    for result in _each(chosen, count):
        results.append(result)
        if tell:
            tell(result)
    return results


def try_quest(quest: Quest, file: str) -> GateResult:
    """Judge a quest untouched, solved, answered wrongly, and solved with a slip; and the student's copy solved."""
    try:
        problems = list(_problems(quest))
    except GitQuestError as error:
        problems = [str(error)]
    tried = 2 + 2 * len(quest.solutions) + len(quest.wrong)
    if not problems:
        changed, problems = try_mutants(quest)
        tried += changed
    return GateResult(quest.id, file, tuple(problems), tried)


def _each(chosen: Sequence[tuple[Quest, str]], count: int) -> Iterator[GateResult]:
    if count == 1:
        yield from (try_quest(quest, file) for quest, file in chosen)
        return
    with ProcessPoolExecutor(count) as pool:
        yield from pool.map(try_quest, *zip(*chosen, strict=True))


def _choose(courses: Sequence[LoadedCourse], names: Sequence[str]) -> list[tuple[Quest, str]]:
    known = {course.course.id for course in courses} | {quest for course in courses for quest in course.quests}
    if unknown := sorted(set(names) - known):
        raise BuildError(
            f"there is no course or quest '{unknown[0]}'", remedy=f"Choose from: {', '.join(sorted(known))}."
        )
    return [
        (quest, str(lesson.path / f"{quest.id}.yaml"))
        for course in courses
        for lesson in course.lessons
        for quest in lesson.quests
        if not names or quest.id in names or course.course.id in names
    ]


def _problems(quest: Quest) -> Iterator[str]:
    untouched = judge(quest, Answer(quest.id))
    if untouched.points or untouched.outcome is not Outcome.NOT_ATTEMPTED:
        yield f"untouched it is {untouched.outcome} with {untouched.points:g} points"
    if isinstance(quest, GitQuest):
        idle = _judged(quest, NO_WORK)
        if idle.points:
            met = ", ".join(check.name for check in idle.checks if check.passed and not check.hidden)
            yield f"'{NO_WORK}' alone scores {idle.points:g}: it already meets {met}"
    if not quest.solutions:
        yield "it has no solution"
    for number, solution in enumerate(quest.solutions, 1):
        yield from _not_full(f"solution {number}", _judged(quest, solution))
    student = parse_quest(public(quest), f"the student's copy of {quest.id}")
    if not (isinstance(student, QuizQuest) and student.reveal == "after_grading"):
        for number, solution in enumerate(quest.solutions, 1):
            yield from _not_full(f"solution {number} in the student's copy", _judged(student, solution))
    for number, wrong in enumerate(quest.wrong, 1):
        yield from _not_caught(f"wrong answer {number} ({wrong.why})", wrong.caught_by, _judged(quest, wrong.answer))


def _judged(quest: Quest, text: str) -> Verdict:
    try:
        return judge(quest, from_cell(quest, text))
    except AnswerError as error:
        return Verdict(quest.id, 0.0, quest.points, Outcome.FAILED, message=str(error))


def _not_full(what: str, verdict: Verdict) -> Iterator[str]:
    if verdict.points < verdict.max_points:
        score = f"{verdict.points:g} of {verdict.max_points:g} points"
        yield f"{what} is {verdict.outcome} with {score}: {_why(verdict)}"


def _not_caught(what: str, caught_by: str, verdict: Verdict) -> Iterator[str]:
    if verdict.points >= verdict.max_points:
        yield f"{what} scores full marks"
    elif verdict.checks and caught_by not in {check.name for check in verdict.checks if not check.passed}:
        failed = ", ".join(check.name for check in verdict.checks if not check.passed)
        yield f"{what} is not caught by '{caught_by}' but by {failed}"
    elif not verdict.checks and caught_by != verdict.outcome.replace("_", "-"):
        yield f"{what} ended before any check: {verdict.outcome}, {verdict.message}"


def _why(verdict: Verdict) -> str:
    failed = [f"{check.name}: {check.message}" for check in verdict.checks if not check.passed]
    return "; ".join(failed) or verdict.message
