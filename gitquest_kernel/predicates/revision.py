"""Find the commit that a revision names, in a snapshot."""

from __future__ import annotations

import re

from gitquest_kernel.sandbox.snapshot import Commit, Repository

__all__ = ["between", "mainline", "merge_base", "resolve"]

_STEP = re.compile(r"([~^])(\d*)")
_REVISION = re.compile(r"(?P<base>[^~^]+)(?P<steps>(?:[~^]\d*)*)")
_UPSTREAM = re.compile(r"(?P<branch>.*)@\{(?:u|upstream)\}")
_REFLOG = re.compile(r"(?P<ref>.*)@\{(?P<number>\d+)\}")


def resolve(repository: Repository, revision: str) -> str | None:
    """Return the id of the commit that ``revision`` names, or None.

    Parameters
    ----------
    revision
        ``HEAD``, a branch, tag, remote-tracking branch or full ref, ``ORIG_HEAD`` and its like, ``stash``,
        ``ref@{n}``, ``branch@{upstream}`` or a commit id of at least four digits, followed by any number of ``~n``
        and ``^n``.
    """
    match = _REVISION.fullmatch(revision)
    if not match:
        return None
    commit = _base(repository, match["base"])
    for kind, digits in _STEP.findall(match["steps"]):
        number = int(digits) if digits else 1
        commit = _ancestor(repository, commit, number) if kind == "~" else _parent(repository, commit, number)
    return commit if commit in repository.commits else None


def between(repository: Repository, span: str) -> dict[str, Commit] | None:
    """Return the commits of a range, or None when an end of it names no commit.

    Parameters
    ----------
    span
        ``a..b`` for what b has and a has not, ``a...b`` for what only one of them has, ``a`` for all that a has.
    """
    old, dots, new = span.partition("..")
    both = dots and new.startswith(".")
    ends = [resolve(repository, end or "HEAD") for end in ((old, new.removeprefix(".")) if dots else (old,))]
    reached = [repository.ancestors(end) for end in ends if end]
    if len(reached) != len(ends):
        return None
    if not dots:
        return reached[0]
    found = {oid: commit for oid, commit in reached[1].items() if oid not in reached[0]}
    return found | ({oid: c for oid, c in reached[0].items() if oid not in reached[1]} if both else {})


def mainline(repository: Repository, tip: str | None) -> list[str]:
    """Return the commits from a tip back along first parents, newest first."""
    found: list[str] = []
    while tip is not None and tip in repository.commits:
        found.append(tip)
        parents = repository.commits[tip].parents
        tip = parents[0] if parents else None
    return found


def merge_base(repository: Repository, one: str, other: str) -> str | None:
    """Return a best common ancestor of two commits, or None."""
    common = repository.ancestors(one).keys() & repository.ancestors(other).keys()
    beyond = {parent for oid in common for parent in repository.commits[oid].parents}
    return min(common - beyond, default=None)


def _base(repository: Repository, name: str) -> str | None:
    if name in {"HEAD", "@"}:
        return repository.head.commit
    if name == "stash":
        return repository.stash[0] if repository.stash else None
    if match := _UPSTREAM.fullmatch(name):
        branch = match["branch"] or (repository.head.branch or "").removeprefix("refs/heads/")
        return repository.refs.get(repository.upstreams.get(branch, ""))
    if match := _REFLOG.fullmatch(name):
        ref = match["ref"] or (repository.head.branch or "HEAD")
        for full in (ref, f"refs/heads/{ref}", f"refs/{ref}", f"refs/remotes/{ref}"):
            entries = repository.reflog.get(full, ())
            if int(match["number"]) < len(entries):
                return entries[int(match["number"])].new
        return None
    if name in repository.pseudo:
        return _peel(repository, repository.pseudo[name])
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
