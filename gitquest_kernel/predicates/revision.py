"""Find the commit that a revision names, in a snapshot."""

from __future__ import annotations

import re

from gitquest_kernel.sandbox.snapshot import Repository

__all__ = ["resolve"]

_STEP = re.compile(r"([~^])(\d*)")
_REVISION = re.compile(r"(?P<base>[^~^]+)(?P<steps>(?:[~^]\d*)*)")
_REFLOG = re.compile(r"(?P<ref>.*)@\{(?P<number>\d+)\}")


def resolve(repository: Repository, revision: str) -> str | None:
    """Return the id of the commit that ``revision`` names, or None.

    Parameters
    ----------
    revision
        ``HEAD``, a branch, tag, remote-tracking branch or full ref, ``stash``, ``ref@{n}`` or a commit id of at
        least four digits, followed by any number of ``~n`` and ``^n``.
    """
    match = _REVISION.fullmatch(revision)
    if not match:
        return None
    commit = _base(repository, match["base"])
    for kind, digits in _STEP.findall(match["steps"]):
        number = int(digits) if digits else 1
        commit = _ancestor(repository, commit, number) if kind == "~" else _parent(repository, commit, number)
    return commit


def _base(repository: Repository, name: str) -> str | None:
    if name in {"HEAD", "@"}:
        return repository.head.commit
    if name == "stash":
        return repository.stash[0] if repository.stash else None
    if match := _REFLOG.fullmatch(name):
        ref = match["ref"] or (repository.head.branch or "HEAD")
        for full in (ref, f"refs/heads/{ref}"):
            entries = repository.reflog.get(full, ())
            if int(match["number"]) < len(entries):
                return entries[int(match["number"])].new
        return None
    for prefix in ("", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"):
        if target := repository.refs.get(prefix + name):
            return _peel(repository, target)
    if re.fullmatch(r"[0-9a-f]{4,64}", name):
        found = [oid for oid in repository.commits if oid.startswith(name)]
        return found[0] if len(found) == 1 else None
    return None


def _peel(repository: Repository, target: str) -> str | None:
    while target in repository.tags:
        target = repository.tags[target].target
    return target if target in repository.commits else None


def _ancestor(repository: Repository, commit: str | None, generations: int) -> str | None:
    for _ in range(generations):
        commit = _parent(repository, commit, 1)
    return commit


def _parent(repository: Repository, commit: str | None, number: int) -> str | None:
    if commit is None or commit not in repository.commits or number == 0:
        return commit if number == 0 else None
    parents = repository.commits[commit].parents
    return parents[number - 1] if number <= len(parents) else None
