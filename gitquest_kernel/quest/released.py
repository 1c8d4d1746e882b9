"""The versions of a quest that students have been given, frozen when their lesson was released."""

from __future__ import annotations

import json
import re
from pathlib import Path

from gitquest_kernel.errors import CourseError
from gitquest_kernel.quest.digest import digest_of_json
from gitquest_kernel.quest.load import Quest, parse_quest

__all__ = ["released", "released_path"]

_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def released_path(course_path: Path, quest_id: str, version: str) -> Path | None:
    """Return where a version of a quest is frozen, or None for what cannot be an id or a digest.

    Both may come from a student's notebook, so neither is trusted to be a file name.
    """
    match = _DIGEST.fullmatch(version)
    if not match or not _IDENTIFIER.fullmatch(quest_id):
        return None
    return course_path / "released" / quest_id / f"{match.group(1)}.json"


def released(course_path: Path, quest_id: str, version: str) -> Quest | None:
    """Return the complete quest that was released under a digest, or None if there was no such release.

    It carries that digest, so that verdicts name the version that students were given.

    Parameters
    ----------
    course_path
        ``courses/<course>``.
    version
        The digest that the student's notebook or answer records: ``sha256:…``.

    Raises
    ------
    CourseError
        The frozen file was changed since, or cannot be read: no mark may rest on it.
    """
    path = released_path(course_path, quest_id, version)
    if path is None or not path.is_file():
        return None
    remedy = "Restore the file from your backup or version control; frozen quests are never edited."
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CourseError(f"this is not JSON: {error}", where=str(path), remedy=remedy) from None
    # The file's own data is hashed, not the parsed quest: a later version of this package may write it otherwise.
    if not isinstance(data, dict) or digest_of_json(data) != version:
        raise CourseError("the frozen quest no longer has the digest it is filed under", where=str(path), remedy=remedy)
    return parse_quest({**data, "digest": version}, str(path))
