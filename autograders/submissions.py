"""What students handed in: where it lies, whether it can be graded, whether it has changed since."""

from __future__ import annotations

import glob
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from autograders.entries import has_entry
from gitquest_kernel.errors import GradingError

__all__ = ["Submission", "check_notebooks", "find_submissions", "fingerprint"]

_AGAIN = "Ask for it to be handed in again, or take it from the exchange, then run the same command."


@dataclass(frozen=True, order=True)
class Submission:
    """One student's hand-in of one assignment."""

    assignment: str
    student: str
    folder: Path
    autograded: Path

    @property
    def _stamp(self) -> Path:
        return self.autograded / ".gitquest-graded"

    def is_graded(self, course: CourseDirectory) -> bool:
        """Whether exactly this hand-in is graded already in this gradebook, by this command or by nbgrader's."""
        if not any(self.autograded.glob("*.ipynb")) or not has_entry(course.db_url, self.assignment, self.student):
            return False
        if self._stamp.is_file():
            return self._stamp.read_text(encoding="utf-8").strip() == fingerprint(self.folder)
        new, old = (course.get_existing_timestamp(str(folder)) for folder in (self.folder, self.autograded))
        return new is None or (old is not None and new <= old)

    def mark_graded(self) -> None:
        """Remember that this hand-in, as it is now, has been graded."""
        # What a student hands in under this name was copied here, read-only.
        self._stamp.unlink(missing_ok=True)
        self._stamp.write_text(fingerprint(self.folder) + "\n", encoding="utf-8")


def find_submissions(
    course: CourseDirectory, assignments: Sequence[str] = (), students: Sequence[str] = ()
) -> list[Submission]:
    """Return what has been handed in, by assignment and student.

    Parameters
    ----------
    assignments, students
        Names to look for; none means all.

    Raises
    ------
    GradingError
        Nothing was handed in for a name that was given, or nothing at all.
    """
    folders = glob.glob(course.format_path(course.submitted_directory, "*", "*"))
    pattern = re.compile(
        course.format_path(course.submitted_directory, "(?P<student>.*)", "(?P<assignment>.*)", escape=True)
    )
    found: list[Submission] = []
    for folder in folders:
        match = pattern.fullmatch(folder)
        if match and Path(folder).is_dir() and match["student"] not in course.student_id_exclude.split(","):
            autograded = Path(course.format_path(course.autograded_directory, match["student"], match["assignment"]))
            found.append(Submission(match["assignment"], match["student"], Path(folder), autograded))
    _check_names("assignment", assignments, {s.assignment for s in found}, course)
    _check_names("student", students, {s.student for s in found}, course)
    if not found:
        raise GradingError(
            "nothing has been handed in",
            where=str(Path(course.root) / course.submitted_directory),
            remedy="Collect first (nbgrader collect ASSIGNMENT), or name the course root with --root DIR.",
        )
    wanted = [
        s for s in found if (not assignments or s.assignment in assignments) and (not students or s.student in students)
    ]
    return sorted(wanted)


def _check_names(what: str, names: Sequence[str], known: set[str], course: CourseDirectory) -> None:
    for name in names:
        if name not in known:
            raise GradingError(
                f"no submission of the {what} '{name}'",
                where=str(Path(course.root) / course.submitted_directory),
                remedy=f"There are: {', '.join(sorted(known)) or 'none'}.",
            )


def check_notebooks(submission: Submission, expected: Sequence[str]) -> None:
    """Find what keeps a submission from being graded, before anything is written for it.

    Raises
    ------
    GradingError
        No expected notebook is there, or one is not a notebook; the error names the file and the place in it.
    """
    paths = [submission.folder / f"{name}.ipynb" for name in expected]
    present = [path for path in paths if path.exists() or path.is_symlink()]
    if not present:
        others = ", ".join(sorted(path.name for path in submission.folder.glob("*.ipynb")))
        raise GradingError(
            f"the notebook {' or '.join(path.name for path in paths)} is missing",
            where=str(submission.folder),
            remedy=f"Found instead: {others}. Rename it if it is the same notebook." if others else _AGAIN,
        )
    for path in present:
        _check_notebook(path)


def _check_notebook(path: Path) -> None:
    if path.is_symlink() or not path.is_file():
        raise GradingError("this is not a plain file", where=str(path), remedy=_AGAIN)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise GradingError(f"not a notebook: byte {error.start} is not text", where=str(path), remedy=_AGAIN) from None
    if not text.strip():
        raise GradingError("the file is empty", where=str(path), remedy=_AGAIN)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        begun = text.lstrip().startswith("{") and not text.rstrip().endswith("}")
        cut = ": the file is cut off" if begun else f": {error.msg}"
        raise GradingError(
            f"not a notebook{cut}", where=f"{path}:{error.lineno}:{error.colno}", remedy=_AGAIN
        ) from None
    except RecursionError:
        raise GradingError("not a notebook: nested too deeply", where=str(path), remedy=_AGAIN) from None
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list) or "nbformat" not in data:
        raise GradingError("not a notebook: this JSON has no list of cells", where=str(path), remedy=_AGAIN)


def fingerprint(folder: Path) -> str:
    """Return a hash of everything in a submission's folder."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and ".ipynb_checkpoints" not in path.parts:
            total.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
            with path.open("rb") as file:
                total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()
