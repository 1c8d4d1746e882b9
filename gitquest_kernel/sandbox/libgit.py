"""Open and read repositories anywhere by libgit2, without system and user configuration.

For repositories that lie in a workspace and are not to be trusted, there is `gitquest_kernel.sandbox.reader`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pygit2
from pygit2.enums import ConfigLevel, RepositoryOpenFlag

from gitquest_kernel.sandbox.objects import parse_commit, parse_tag
from gitquest_kernel.sandbox.parts import Commit, Head, ReflogEntry, Tag

__all__ = ["as_commit", "as_tag", "head_of", "open_repository", "read_reflogs", "read_refs"]

_DEEPEST = 5
"""How many symbolic refs may follow each other, as in git."""

for _level in (ConfigLevel.SYSTEM, ConfigLevel.GLOBAL, ConfigLevel.XDG, ConfigLevel.PROGRAMDATA):
    pygit2.settings.search_path[_level] = ""
pygit2.option(pygit2.enums.Option.SET_OWNER_VALIDATION, 0)


def open_repository(path: Path) -> pygit2.Repository:
    """Open exactly the repository at ``path``, never one above it."""
    return pygit2.Repository(str(path), RepositoryOpenFlag.NO_SEARCH)


def read_refs(repository: pygit2.Repository) -> dict[str, str]:
    """Return the object id by full ref name, symbolic refs resolved."""
    refs: dict[str, str] = {}
    for raw in repository.raw_listall_references():
        name = raw.decode("utf-8", "surrogateescape")
        reference = repository.references.get(name)
        for _ in range(_DEEPEST):
            if reference is None or not isinstance(reference.target, str):
                break
            reference = repository.references.get(reference.target)
        if reference is not None and not isinstance(reference.target, str):
            refs[name] = str(reference.target)
    return dict(sorted(refs.items()))


def head_of(repository: pygit2.Repository) -> Head:
    """Return where HEAD is."""
    reference = repository.references.get("HEAD")
    if reference is None:
        return Head(None, None)
    if not isinstance(reference.target, str):
        return Head(None, str(reference.target))
    target = repository.references.get(reference.target)
    return Head(reference.target, None if target is None else str(target.target))


def read_reflogs(repository: pygit2.Repository, refs: Iterable[str]) -> dict[str, tuple[ReflogEntry, ...]]:
    """Return the reflog, newest first, of HEAD and of each ref that has one."""
    logs: dict[str, tuple[ReflogEntry, ...]] = {}
    for name in ("HEAD", *refs):
        reference = repository.references.get(name)
        entries = reference.log() if reference is not None else ()
        log = tuple(ReflogEntry(str(e.oid_old), str(e.oid_new), _message(e)) for e in entries)
        if log:
            logs[name] = log
    return logs


def _message(entry: pygit2.RefLogEntry) -> str:
    try:
        return entry.message or ""
    except UnicodeDecodeError:  # the subject of a commit in another encoding; libgit2's wrapper offers no bytes
        return "�"


def as_commit(oid: str, found: pygit2.Commit) -> Commit:
    """Return a commit as a value, with the parents that it names even where a shallow clone ends."""
    return parse_commit(oid, found.read_raw())


def as_tag(oid: str, found: pygit2.Tag) -> Tag:
    """Return an annotated tag as a value."""
    return parse_tag(oid, found.read_raw())
