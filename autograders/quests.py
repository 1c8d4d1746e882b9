"""Which complete quest judges an answer: by course, id and the version it was written for."""

from __future__ import annotations

import json
import re
from pathlib import Path

from gitquest_kernel.errors import CourseError, QuestNotFound
from gitquest_kernel.quest import Quest, digest, load_quest
from gitquest_kernel.quest.released import released

__all__ = ["complete_quest", "course_of", "shipped_version"]

_IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def course_of(root: Path, assignment: str) -> str | None:
    """Return the course that an assignment belongs to, or None for an assignment that is not ours.

    Assignments are named ``<course>-<lesson>``; the longest course name that fits wins.
    """
    names = [path.parent.name for path in (root / "courses").glob("*/course.yaml")]
    return max((name for name in names if assignment.startswith(f"{name}-")), key=len, default=None)


def complete_quest(root: Path, assignment: str, quest_id: str, version: str | None) -> Quest | None:
    """Return the complete quest of one version, or None when the course never had that version.

    Parameters
    ----------
    version
        The digest an answer was written for; None takes the course's text as it stands.

    Raises
    ------
    QuestNotFound
        The course has no quest of this id, now or released.
    CourseError
        The quest exists but cannot be used.
    """
    course = course_of(root, assignment)
    if course is None or not _IDENTIFIER.fullmatch(quest_id):
        raise QuestNotFound(
            f"no course has the quest '{quest_id}'",
            where=f"{root / 'courses'}: assignment {assignment}",
            remedy="Put the course's folder there, or name the right course root with --root DIR.",
        )
    path = root / "courses" / course
    if version is not None and (frozen := released(path, quest_id, version)) is not None:
        return frozen
    file = next(path.glob(f"*/*/{quest_id}.yaml"), None)
    if file is None:
        if version is not None and (path / "released" / quest_id).is_dir():
            return None
        raise QuestNotFound(
            f"the course '{course}' has no quest '{quest_id}'",
            where=str(path),
            remedy="Restore its file, or grade its cell by hand in formgrader.",
        )
    try:
        current = load_quest(file)
    except CourseError:
        if version is not None and (path / "released" / quest_id).is_dir():
            return None
        raise
    return current if version in {None, digest(current)} else None


def shipped_version(folder: Path, quest_id: str) -> str | None:
    """Return the version in the student's copy of a quest, where the submission still holds it."""
    path = folder / "quests" / f"{quest_id}.json"
    if path.is_symlink() or path.parent.is_symlink() or not path.is_file():
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8", errors="replace"))
    except (ValueError, RecursionError):
        return None
    version = data.get("digest") if isinstance(data, dict) else None
    return version if isinstance(version, str) else None
