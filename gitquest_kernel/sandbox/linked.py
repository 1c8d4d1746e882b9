"""Read what belongs to a repository and lies beside it: linked worktrees, submodules, notes, hooks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from gitquest_kernel.sandbox.inside import Inside, Unreadable
from gitquest_kernel.sandbox.location import Location, locate
from gitquest_kernel.sandbox.parts import Commit, Hook, IndexEntry, LinkedWorktree, Submodule, Tree
from gitquest_kernel.sandbox.refs import RefCache, read_head
from gitquest_kernel.sandbox.settings import parse_settings
from gitquest_kernel.sandbox.worktree import as_text, blob_id

__all__ = ["main_of", "read_hooks", "read_notes", "read_rerere", "read_submodules", "read_worktrees"]

_GITLINK = 0o160000
_RERERE = re.compile(r"[0-9a-f]{40}")


def main_of(inside: Inside, location: Location) -> str | None:
    """Return the folder of the repository that a linked worktree belongs to, None for any other."""
    if location.git == location.common:
        return None
    common = Path(location.common)
    return inside.relative(str(common.parent if common.name == ".git" else common))


def read_worktrees(inside: Inside, location: Location, cache: RefCache) -> tuple[LinkedWorktree, ...]:
    """Return the linked worktrees, by path; those whose HEAD says nothing are left out."""
    found = []
    for entry in inside.entries(f"{location.common}/worktrees"):
        target = (inside.text(f"{entry.path}/gitdir", 4096) or "").strip()
        if not target:
            continue
        try:
            head = read_head(inside, entry.path, location.common, cache)
        except Unreadable:
            continue
        place = os.path.normpath(os.path.join(entry.path, target))  # noqa: PTH118 (the text of a file)
        locked = inside.text(f"{entry.path}/locked")
        path = inside.relative(str(Path(place).parent))
        found.append(LinkedWorktree(path, head, None if locked is None else locked.strip()))
    return tuple(sorted(found, key=lambda worktree: worktree.path))


def read_submodules(
    inside: Inside, location: Location, index: Iterable[IndexEntry], modules: str, cache: RefCache
) -> dict[str, Submodule]:
    """Return what ``.gitmodules`` and the index say of submodules, by path.

    Parameters
    ----------
    modules
        The text of ``.gitmodules``.
    """
    recorded = {entry.path: entry.blob for entry in index if entry.mode == _GITLINK and entry.stage == 0}
    written = _written(modules, inside.roots[0])
    return {
        path: Submodule(*written.get(path, ("", "")), recorded.get(path), _checked_out(inside, location, path, cache))
        for path in sorted({*recorded, *written})
    }


def _written(modules: str, root: str) -> dict[str, tuple[str, str]]:
    try:
        settings = dict(parse_settings(modules))
    except ValueError:
        return {}
    found = {}
    for key, path in settings.items():
        if key.startswith("submodule.") and key.endswith(".path"):
            name = key[len("submodule.") : -len(".path")]
            found[path] = (name, settings.get(f"submodule.{name}.url", "").replace(f"{root}/", ""))
    return found


def _checked_out(inside: Inside, location: Location, path: str, cache: RefCache) -> str | None:
    folder = f"{location.top}/{path}"
    if inside.status(f"{folder}/.git") is None:
        return None
    try:
        inner = locate(inside, folder, bare=False)
        return read_head(inside, inner.git, inner.common, cache).commit
    except Unreadable:
        return None


def read_notes(
    refs: Mapping[str, str],
    commits: Mapping[str, Commit],
    trees: Mapping[str, Tree],
    blobs: Mapping[str, str | None],
) -> dict[str, dict[str, str]]:
    """Return the text of each note by the object it is on, by full notes ref."""
    found: dict[str, dict[str, str]] = {}
    for ref, oid in refs.items():
        if ref.startswith("refs/notes/") and oid in commits:
            tree = trees.get(commits[oid].tree, {})
            found[ref] = {path.replace("/", ""): blobs.get(blob) or "" for path, (_, blob) in tree.items()}
    return found


def read_hooks(inside: Inside, location: Location, blobs: dict[str, str | None]) -> dict[str, Hook]:
    """Return the hooks that git would run, if they lie inside the workspace; ``blobs`` gains their texts."""
    named = location.config.get("core.hookspath")
    place = f"{location.common}/hooks" if named is None else os.path.join(location.top, named)  # noqa: PTH118
    found: dict[str, Hook] = {}
    for entry in inside.entries(os.path.normpath(place)):
        if entry.name.endswith(".sample") or not inside.is_file(entry.path):
            continue
        data, status = inside.read(entry.path), inside.status(entry.path)
        if data is not None and status is not None:
            blob = blob_id(data)
            blobs.setdefault(blob, as_text(data))
            found[entry.name] = Hook(bool(status.st_mode & 0o100), blob)
    return found


def read_rerere(inside: Inside, common: str) -> dict[str, bool]:
    """Return the recorded conflicts by their id, and whether each has a recorded resolution."""
    folders = [e for e in inside.entries(f"{common}/rr-cache") if _RERERE.fullmatch(e.name)]
    return {
        entry.name: inside.is_file(f"{entry.path}/postimage")
        for entry in folders
        if inside.is_file(f"{entry.path}/preimage")
    }
