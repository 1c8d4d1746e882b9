"""One submission, from the files that were handed in to what goes into the gradebook; it touches no gradebook."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbgrader import utils
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograders.engine.cells import CellServer
from autograders.engine.folder import AutogradedFolder, copy_files
from autograders.engine.kernels import is_python_here
from autograders.engine.messages import Run
from autograders.engine.released import ReleasedAssignment
from autograders.engine.scores import Scores, scores_of
from autograders.engine.steps import Steps
from autograders.execute import is_graded_code, judge_quests, ordinary_cells, quests_of
from autograders.replay import Runner, replayer
from autograders.submissions import Submission, fingerprint
from autograders.verdicts import VERDICT_KEY

__all__ = ["Lane", "NeedsKernel", "SubmissionResult"]

_T = TypeVar("_T")


class NeedsKernel(Exception):
    """A notebook needs what only a kernel of its own has; the argument says what."""


@dataclass
class SubmissionResult:
    """What grading a submission brought, as far as it came.

    Parameters
    ----------
    notebooks
        The scores of each graded notebook, by name; those before the one that failed, if one did.
    missing
        Notebooks that were not handed in.
    error, failing
        Why a notebook could not be graded, and its path.
    tampered
        What was found to have been changed while a notebook ran, by notebook.
    times
        Seconds by step.
    """

    submission: Submission
    notebooks: dict[str, Scores] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    timestamp: Any = None
    error: Exception | None = None
    failing: Path | None = None
    tampered: dict[str, list[str]] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)

    def spend(self, step: str, seconds: float) -> None:
        """Add to the time of a step."""
        self.times[step] = self.times.get(step, 0.0) + seconds


class Lane:
    """A worker's own processes and steps: grades one submission at a time.

    Parameters
    ----------
    config
        The course root's configuration.
    """

    def __init__(self, config: Config, log: logging.Logger) -> None:
        self._config, self._log = config, log
        self._course = CourseDirectory(config=config, log=log)
        self._autograde = Autograde(coursedir=self._course, config=config, log=log)
        self.steps = Steps(config, log)
        self._cells, self._runner = CellServer(), Runner()

    def close(self) -> None:
        """End the lane's processes."""
        self._cells.close()
        self._runner.close()

    def grade(self, submission: Submission, released: ReleasedAssignment) -> SubmissionResult:
        """Grade a submission into a folder beside its autograded one; whatever goes wrong is in the result.

        Raises
        ------
        NeedsKernel
            A notebook needs a kernel of its own; nothing has been left behind.
        """
        result = SubmissionResult(submission)
        folder = AutogradedFolder(submission.autograded, self._course)
        stamp = _timed(result, "read", lambda: fingerprint(submission.folder))
        try:
            result.timestamp = self._course.get_existing_timestamp(str(submission.folder))
            _timed(result, "files", lambda: self._files(submission, folder))
            with tempfile.TemporaryDirectory(prefix="gitquest-", ignore_cleanup_errors=True) as scratch:
                _timed(result, "files", lambda: copy_files(folder.place, Path(scratch), ()))
                paths = {n.name: submission.folder / f"{n.name}.ipynb" for n in released.notebooks}
                result.missing = [name for name, path in paths.items() if not path.exists()]
                for name in sorted(paths.keys() - set(result.missing)):
                    result.failing = path = paths[name]
                    self._notebook(name, path, released, folder.place, Path(scratch), result)
            result.failing = None
            (folder.place / ".gitquest-graded").write_text(stamp + "\n", encoding="utf-8")
        except NeedsKernel:
            utils.rmtree(str(folder.place))
            raise
        except Exception as error:
            result.error = error
        return result

    def put(self, result: SubmissionResult) -> None:
        """Put the folder of a result that is in the gradebook in its place."""
        folder = AutogradedFolder(result.submission.autograded, self._course)
        if result.error is None:
            folder.finish(self._autograde.permissions)
        else:
            folder.discard()

    def _files(self, submission: Submission, folder: AutogradedFolder) -> None:
        folder.begin()
        source = Path(self._course.format_path(self._course.source_directory, ".", submission.assignment))
        kept = [source / name for name in self._autograde.exclude_overwriting.get(submission.assignment, [])]
        copy_files(submission.folder, folder.place, self._course.ignore)
        copy_files(source, folder.place, self._course.ignore, kept)
        # What a student hands in under this name is no stamp of ours.
        (folder.place / ".gitquest-graded").unlink(missing_ok=True)

    def _notebook(
        self,
        name: str,
        path: Path,
        released: ReleasedAssignment,
        place: Path,
        scratch: Path,
        result: SubmissionResult,
    ) -> None:
        facts = {
            "student": result.submission.student,
            "assignment": result.submission.assignment,
            "notebook": name,
            "db_url": "",
        }
        resources = {"unique_key": name, "metadata": {"name": name, "path": str(place)}, "nbgrader": facts}
        steps = self.steps
        nb = _timed(result, "sanitise", lambda: steps.read(path.read_text(encoding="utf-8"), resources, released))
        self._execute(nb, scratch, result, name)
        nb = _timed(result, "show", lambda: steps.show(nb, resources))
        scores = _timed(result, "score", lambda: scores_of(nb, released.find_notebook(name, released.name), self._log))
        text = _timed(result, "write notebook", lambda: steps.write(nb))
        (place / f"{name}.ipynb").write_text(text, encoding="utf-8")
        if result.tampered.get(name) and steps.execute.hold_tampered:
            scores = scores.held()
        result.notebooks[name] = scores

    def _execute(self, nb: Any, scratch: Path, result: SubmissionResult, name: str) -> None:
        execute, quests = self.steps.execute, quests_of(nb)
        ordinary = ordinary_cells(nb) if quests else list(nb.cells)
        if execute.enabled and (not quests or any(map(is_graded_code, ordinary))):
            if not is_python_here(nb, execute):
                raise NeedsKernel("another kernel")
            run = _timed(result, "cells", lambda: self._run(nb, ordinary, scratch))
            for step, seconds in run.times.items():
                result.spend(f"cells: {step}", seconds)
            for index, findings in run.tampered.items():
                ordinary[index].metadata.setdefault(VERDICT_KEY, {})["tampered"] = findings
            if run.tampered:
                result.tampered[name] = sorted({fact for facts in run.tampered.values() for fact in facts})
        submission = result.submission
        if quests:
            replay = replayer(seconds=execute.answer_timeout, confined=not execute.unconfined, runner=self._runner)
            root = Path(self._course.root)
            _timed(result, "quests", lambda: judge_quests(nb, root, submission.folder, submission.assignment, replay))

    def _run(self, nb: Any, ordinary: list[Any], scratch: Path) -> Run:
        execute = self.steps.execute
        chosen = [
            index
            for index, cell in enumerate(ordinary)
            if cell.cell_type == "code"
            and cell.source.strip()
            and execute.skip_cells_with_tag not in cell.metadata.get("tags", [])
        ]
        run = self._cells.run(
            ordinary,
            chosen,
            place=scratch,
            timeout=float(execute.timeout or 0) or 24 * 3600.0,
            on_timeout=execute.error_on_timeout or {},
            extension=nb.metadata.get("kernelspec", {}).get("name") == "gitquest",
            confined=not execute.unconfined,
        )
        if run.needs_kernel:
            raise NeedsKernel(run.needs_kernel)
        if not run.complete:
            if run.why == "timeout":
                raise CellTimeoutError("a cell went on after it had been interrupted")
            raise DeadKernelError("Kernel died")
        nb.metadata["language_info"] = run.language_info
        return run


def _timed(result: SubmissionResult, step: str, work: Callable[[], _T]) -> _T:
    started = time.perf_counter()
    try:
        return work()
    finally:
        result.spend(step, time.perf_counter() - started)
