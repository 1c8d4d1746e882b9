"""Keep the complete quests that a release gives out, so that answers to them can be judged for ever."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from gitquest_kernel.errors import BuildError
from gitquest_kernel.quest import LoadedCourse, LoadedLesson, Quest, complete_json, digest
from gitquest_kernel.quest.released import released_path

__all__ = ["freeze_quests"]


def freeze_quests(course: LoadedCourse, lesson: LoadedLesson) -> tuple[Path, ...]:
    """Write each quest of a lesson under its digest; return the files that are new.

    Raises
    ------
    BuildError
        A file of that digest exists with other contents: somebody edited a frozen quest.
    """
    return tuple(path for quest in lesson.quests if (path := _freeze(course.path, quest)))


def _freeze(course_path: Path, quest: Quest) -> Path | None:
    path = released_path(course_path, quest.id, digest(quest))
    assert path is not None, "a digest of our own always names a file"
    text = json.dumps(complete_json(quest), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if path.exists():
        if path.read_text(encoding="utf-8") != text:
            raise BuildError(
                f"the frozen version of '{quest.id}' has been edited",
                where=str(path),
                remedy="Restore it from your backup or version control; frozen quests are never edited.",
            )
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".freezing-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).chmod(0o644)
    Path(name).replace(path)
    return path
