"""Grading a class: by the engine, many submissions at once, or by nbgrader's autograde, one after another."""

from __future__ import annotations

import logging
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, TypeVar

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograders.engine.batch import Batch, why_not
from autograders.engine.gradebook import GradebookWriter
from autograders.engine.grading import NeedsKernel, SubmissionResult
from autograders.engine.released import ReleasedAssignment, read_released
from autograders.register import ensure_registered
from autograders.stock import autograde, named_error
from autograders.submissions import Submission, check_notebooks, find_submissions
from autograders.verdicts import verdicts_of
from gitquest_kernel.checks import Verdict
from gitquest_kernel.errors import GitQuestError

__all__ = ["Graded", "Grading"]

_T = TypeVar("_T")


@dataclass(frozen=True)
class Graded:
    """How the grading of one submission ended.

    Parameters
    ----------
    score, max_score
        The gradebook's, after manual grading and before a late penalty; None unless it was graded now.
    verdicts
        What was judged by replay, by grade id.
    error
        Why it could not be graded.
    needed_kernel
        What made it need a kernel of its own ("widgets"), if something did.
    tampered
        What was found to have been changed while a notebook ran, by notebook.
    times
        Seconds by step, from the engine.
    """

    submission: Submission
    status: Literal["graded", "unchanged", "failed"]
    seconds: float = 0.0
    score: float | None = None
    max_score: float | None = None
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    error: GitQuestError | None = None
    needed_kernel: str = ""
    tampered: dict[str, list[str]] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)

    @property
    def held(self) -> tuple[Verdict, ...]:
        """The verdicts that wait for the instructor."""
        return tuple(verdict for verdict in self.verdicts.values() if verdict.outcome.held)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data, for scripts."""
        error = self.error
        return {
            "assignment": self.submission.assignment,
            "student": self.submission.student,
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "score": self.score,
            "max_score": self.max_score,
            "quests": {
                verdict.quest: {"outcome": verdict.outcome, "points": verdict.points, "max_points": verdict.max_points}
                for verdict in self.verdicts.values()
            },
            "needed_kernel": self.needed_kernel,
            "tampered": self.tampered,
            "times": {step: round(seconds, 4) for step, seconds in self.times.items()},
            "error": {"problem": error.problem, "where": error.where, "remedy": error.remedy} if error else None,
        }


class Grading:
    """A run over what was handed in; iterate over it to grade.

    Parameters
    ----------
    config
        The course root's configuration, as `autograders.config.course_config` makes it.
    force
        Grade also what has been graded before and has not changed.
    jobs
        How many to grade at a time; None for as many as there are cores.
    stock
        Have nbgrader's converter grade, with a new kernel for each notebook.

    Raises
    ------
    GradingError
        A name is unknown, or nothing has been handed in.
    """

    def __init__(
        self,
        config: Config,
        assignments: Sequence[str] = (),
        students: Sequence[str] = (),
        *,
        force: bool = False,
        jobs: int | None = None,
        stock: bool = False,
    ) -> None:
        self._config, self._force, self._jobs, self._stock = config, force, jobs, stock
        self._log = logging.getLogger("gitquest.grading")
        self._log.propagate = False
        self._log.addHandler(logging.NullHandler())
        self._course = CourseDirectory(config=config, log=self._log)
        self.submissions = find_submissions(self._course, assignments, students)
        self._notebooks: dict[str, tuple[str, ...] | GitQuestError] = {}
        self.why_stock = "you asked for it" if stock else why_not(config, self._log)

    def __len__(self) -> int:
        return len(self.submissions)

    def __iter__(self) -> Iterator[Graded]:
        with warnings.catch_warnings():
            # SQLAlchemy, nbformat and nbgrader warn about each other's versions, not about the class.
            warnings.simplefilter("ignore")
            yield from self._one_by_one(self.submissions) if self.why_stock else self._at_once()

    def _one_by_one(self, submissions: Iterable[Submission], need: str = "") -> Iterator[Graded]:
        for submission in submissions:
            yield self._safely(submission, time.monotonic(), partial(self._grade, submission, need))

    def _at_once(self) -> Iterator[Graded]:
        settled: deque[Graded] = deque()
        later: dict[str, list[Submission]] = {}
        with (
            Batch(self._config, self._log, self._jobs) as batch,
            Gradebook(self._course.db_url, self._course.course_id) as gradebook,
        ):
            writer = GradebookWriter(gradebook, batch.first.steps.late, self._log)
            for submission, released, result in batch.grade(self._pending(gradebook, settled)):
                if isinstance(result, NeedsKernel):
                    later.setdefault(str(result), []).append(submission)
                else:
                    settled.append(self._write(batch, writer, released, result))
                while settled:
                    yield settled.popleft()
            yield from settled
        for need, submissions in later.items():
            yield from self._one_by_one(submissions, need)

    def _pending(self, gradebook: Gradebook, settled: deque[Graded]) -> Iterator[tuple[Submission, ReleasedAssignment]]:
        """Yield what is to be graded; what need not or cannot be graded is settled at once."""
        known: dict[str, ReleasedAssignment] = {}
        for submission in self.submissions:

            def check(submission: Submission = submission) -> Graded | None:
                check_notebooks(submission, self._expected(submission.assignment))
                if not self._force and submission.is_graded(self._course):
                    return Graded(submission, "unchanged")
                if submission.assignment not in known:
                    known[submission.assignment] = read_released(gradebook, submission.assignment)
                    gradebook.db.rollback()
                return None

            graded = self._safely(submission, time.monotonic(), check)
            if graded is not None:
                settled.append(graded)
            else:
                yield submission, known[submission.assignment]

    def _write(
        self, batch: Batch, writer: GradebookWriter, released: ReleasedAssignment, result: SubmissionResult
    ) -> Graded:
        submission, started = result.submission, time.perf_counter()

        def write() -> Graded:
            score, max_score = writer.write(result, released)
            batch.first.put(result)
            result.spend("write gradebook", time.perf_counter() - started)
            if result.error is not None:
                if isinstance(result.error, GitQuestError):
                    raise result.error
                raise named_error(result.error, result.failing or submission.folder) from result.error
            verdicts = {name: v for scores in result.notebooks.values() for name, v in scores.verdicts.items()}
            seconds = sum(spent for step, spent in result.times.items() if ":" not in step)
            return Graded(
                *(submission, "graded", seconds, score, max_score, verdicts),
                tampered=result.tampered,
                times=result.times,
            )

        return self._safely(submission, time.monotonic(), write)

    def _safely(self, submission: Submission, started: float, work: Callable[[], _T]) -> _T | Graded:
        """Return what ``work`` returns, or how it failed."""
        try:
            return work()
        except Exception as error:
            named = error if isinstance(error, GitQuestError) else named_error(error, submission.folder)
            return Graded(submission, "failed", time.monotonic() - started, error=named)

    def _grade(self, submission: Submission, need: str) -> Graded:
        started = time.monotonic()
        expected = self._expected(submission.assignment)
        check_notebooks(submission, expected)
        if not self._force and submission.is_graded(self._course):
            return Graded(submission, "unchanged")
        autograde(submission, self._config, self._log)
        submission.mark_graded()
        score, max_score = self._scores(submission)
        verdicts: dict[str, Verdict] = {}
        for name in expected:
            if (path := submission.autograded / f"{name}.ipynb").is_file():
                verdicts |= verdicts_of(path)
        seconds = time.monotonic() - started
        return Graded(submission, "graded", seconds, score, max_score, verdicts, needed_kernel=need)

    def _expected(self, assignment: str) -> tuple[str, ...]:
        if assignment not in self._notebooks:
            try:
                self._notebooks[assignment] = ensure_registered(assignment, self._config, self._log)
            except GitQuestError as error:
                self._notebooks[assignment] = error
        known = self._notebooks[assignment]
        if isinstance(known, GitQuestError):
            raise known
        return known

    def _scores(self, submission: Submission) -> tuple[float, float]:
        with Gradebook(self._course.db_url, self._course.course_id) as gradebook:
            found = gradebook.find_submission(submission.assignment, submission.student)
            return float(found.score), float(found.max_score)
