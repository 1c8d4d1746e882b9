"""A class at once: several lanes grade, one writer fills the gradebook, each submission when it is ready."""

from __future__ import annotations

import logging
import os
import queue
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice

from traitlets.config import Config

from autograders.engine.grading import Lane, NeedsKernel, SubmissionResult
from autograders.engine.kernels import is_plain
from autograders.engine.released import ReleasedAssignment
from autograders.engine.steps import Steps, unknown_steps
from autograders.submissions import Submission

__all__ = ["Batch", "why_not"]


def why_not(config: Config, log: logging.Logger) -> str:
    """Return what keeps a course from being graded by the engine: its own steps or executor; empty if nothing does."""
    if unknown := unknown_steps(config):
        return f"its nbgrader configuration has steps of its own: {', '.join(unknown)}"
    autograde = config.get("Autograde", {})
    if any(config.get(name, {}).get(hook) for name in ("Autograde", "BaseConverter") for hook in _HOOKS):
        return "its nbgrader configuration has hooks"
    if autograde.get("create_student") is False:
        return "its nbgrader configuration creates no students"
    return "" if is_plain(Steps(config, log).execute) else "its nbgrader configuration changes how notebooks run"


_HOOKS = ("pre_convert_hook", "post_convert_hook")


class Batch:
    """Lanes that grade side by side.

    Parameters
    ----------
    jobs
        How many; None for as many as this process has cores.
    """

    def __init__(self, config: Config, log: logging.Logger, jobs: int | None = None) -> None:
        self._jobs = jobs or len(os.sched_getaffinity(0))
        self._config, self._log = config, log
        self._free: queue.SimpleQueue[Lane] = queue.SimpleQueue()
        self._lanes: list[Lane] = []

    def __enter__(self) -> Batch:
        for _ in range(self._jobs):
            lane = Lane(self._config, self._log)
            self._lanes.append(lane)
            self._free.put(lane)
        return self

    def __exit__(self, *exc: object) -> None:
        for lane in self._lanes:
            lane.close()

    @property
    def first(self) -> Lane:
        """A lane whose steps and folders the writer uses as well."""
        return self._lanes[0]

    def grade(
        self, work: Iterable[tuple[Submission, ReleasedAssignment]]
    ) -> Iterator[tuple[Submission, ReleasedAssignment, SubmissionResult | NeedsKernel]]:
        """Yield each submission's result as it is ready; never more are on their way than the writer can take soon."""
        pending = iter(work)
        executor = ThreadPoolExecutor(self._jobs, thread_name_prefix="gitquest-lane")
        running: dict[Future[SubmissionResult | NeedsKernel], tuple[Submission, ReleasedAssignment]] = {}
        try:
            while True:
                for submission, released in islice(pending, 2 * self._jobs - len(running)):
                    running[executor.submit(self._grade, submission, released)] = submission, released
                if not running:
                    return
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    submission, released = running.pop(future)
                    yield submission, released, future.result()
        finally:
            for future in running:
                future.cancel()
            executor.shutdown(wait=True)

    def _grade(self, submission: Submission, released: ReleasedAssignment) -> SubmissionResult | NeedsKernel:
        lane = self._free.get()
        try:
            return lane.grade(submission, released)
        except NeedsKernel as need:
            return need
        finally:
            self._free.put(lane)
