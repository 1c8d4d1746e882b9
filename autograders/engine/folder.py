"""The folder ``autograded/<student>/<assignment>``: built beside the old one, put in its place in one step."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from nbgrader import utils
from nbgrader.coursedir import CourseDirectory

__all__ = ["AutogradedFolder", "copy_files"]


def copy_files(folder: Path, place: Path, ignored: Iterable[str], excluded: Iterable[Path] = ()) -> None:
    """Copy a folder's files, but no notebooks, as nbgrader does; links are not followed out of it.

    Parameters
    ----------
    ignored
        Patterns of names to leave out (``CourseDirectory.ignore``).
    excluded
        Files to leave out.
    """
    left_out = set(excluded)
    for name in utils.find_all_files(str(folder), [*ignored, "*.ipynb"]):
        path = Path(name)
        if path in left_out or path.is_symlink() or not path.is_file():
            continue
        target = place / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        shutil.copy(path, target)


class AutogradedFolder:
    """A folder of ``autograded/`` in the making.

    Parameters
    ----------
    final
        Where it will lie.
    """

    def __init__(self, final: Path, course: CourseDirectory) -> None:
        self._final = final
        self._shared = bool(course.groupshared)
        # nbgrader's patterns do not see a hidden folder.
        self.place = final.parent / f".{final.name}.part"

    def begin(self) -> None:
        """Start with an empty folder, whatever an interrupted run left."""
        utils.rmtree(str(self.place)) if self.place.exists() else None
        self.place.mkdir(parents=True)

    def finish(self, permissions: int) -> None:
        """Put it in the place of the old one, with nbgrader's permissions (octal digits, such as 444)."""
        mode = int(str(permissions), 8)
        for folder, _, names in os.walk(self.place):
            for name in names:
                Path(folder, name).chmod(mode)
            if self._shared:
                Path(folder).chmod((Path(folder).stat().st_mode | 0o2770) & 0o2777)
        self._remove_final()
        self.place.rename(self._final)

    def discard(self) -> None:
        """Leave neither the old nor the new one, as nbgrader does when grading fails."""
        if self.place.exists():
            utils.rmtree(str(self.place))
        self._remove_final()

    def _remove_final(self) -> None:
        if self._final.exists():
            utils.rmtree(str(self._final))
