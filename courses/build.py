"""Bring ``source/`` and ``release/`` in step with the courses, or say what is not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograders.config import course_config
from courses.graded_cells import refuse_changed_cells
from courses.products import Products, Progress, make_products, quietly
from courses.selection import all_lessons, choose_lessons
from gitquest_kernel.errors import BuildError

__all__ = ["BuildReport", "build", "check_build", "write_products"]

STEPS = ("source", "release")


@dataclass(frozen=True)
class BuildReport:
    """What a build found and did; paths are relative to the course root.

    Parameters
    ----------
    written
        Files that were missing or had other contents.
    removed
        Files of quests and lessons that the courses no longer have.
    """

    assignments: tuple[str, ...]
    written: tuple[str, ...]
    removed: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)


def build(root: Path, names: Sequence[str] = (), progress: Progress = quietly) -> BuildReport:
    """Build the named assignments or courses of a course root, or all, and remove what they no longer have.

    Only files with new contents are written. What a player left in ``release/`` (answers, events) stays.

    Parameters
    ----------
    root
        The folder that holds ``courses/``.
    names
        Courses and assignments; all when empty.

    Raises
    ------
    BuildError, CourseError
        Something cannot be built, or the graded cells of a released lesson would change; no file was touched.
    """
    lessons = all_lessons(root)
    refuse_changed_cells(lessons)
    with make_products(choose_lessons(lessons, names), course_config(root), progress) as products:
        return write_products(root, products, everything=not names)


def check_build(root: Path, names: Sequence[str] = (), progress: Progress = quietly) -> tuple[str, ...]:
    """Return the assignments that are up to date.

    Raises
    ------
    BuildError
        A file is missing, has other contents than a build would give it, or should be gone; it names each.
    """
    lessons = all_lessons(root)
    refuse_changed_cells(lessons)
    with make_products(choose_lessons(lessons, names), course_config(root), progress) as products:
        stale = [f"{path} is {'stale' if (root / path).exists() else 'missing'}" for path in _changed(root, products)]
        stale += [f"{path} is no longer in the courses" for path in _leftovers(root, products, everything=not names)]
    if stale:
        raise BuildError(
            f"{len(stale)} built file{'s are' if len(stale) > 1 else ' is'} out of date:\n"
            + "\n".join(f"    {line}" for line in stale),
            where=str(root),
            remedy="Bring them up to date with: gitquest build",
        )
    return products.assignments


def write_products(root: Path, products: Products, *, everything: bool) -> BuildReport:
    """Copy products into a course root and remove leftovers, with ``everything`` also gone lessons."""
    changed = _changed(root, products)
    for path in changed:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(products.files[path])
    leftovers = _leftovers(root, products, everything=everything)
    for path in leftovers:
        (root / path).unlink()
        _remove_empty((root / path).parent, root)
    return BuildReport(products.assignments, tuple(changed), tuple(leftovers))


def _changed(root: Path, products: Products) -> list[str]:
    return [
        path
        for path, content in products.files.items()
        if not (root / path).is_file() or (root / path).read_bytes() != content
    ]


def _leftovers(root: Path, products: Products, *, everything: bool) -> list[str]:
    """Return what was built once and is no longer made: quests, and with ``everything`` lessons."""
    files: list[Path] = []
    for step in STEPS:
        for folder in sorted((root / step).glob("*")):
            gone = everything and folder.name not in products.assignments and _built_by_us(folder)
            if gone:
                files.append(folder / f"{folder.name}.ipynb")
            if gone or folder.name in products.assignments:
                files += sorted((folder / "quests").glob("*.json"))
    return [path for file in files if (path := file.relative_to(root).as_posix()) not in products.files]


def _remove_empty(folder: Path, root: Path) -> None:
    """Remove folders that a removed file leaves empty, below ``source/`` and ``release/``."""
    while folder.parent != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _built_by_us(folder: Path) -> bool:
    notebook = folder / f"{folder.name}.ipynb"
    try:
        metadata = json.loads(notebook.read_text(encoding="utf-8"))["metadata"]
        return bool(metadata["gitquest"]["assignment"] == folder.name)
    except (OSError, ValueError, KeyError, TypeError):
        return False
