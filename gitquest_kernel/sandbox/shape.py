"""A repository's state without object ids: what two runs of different commands can be compared by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from gitquest_kernel.sandbox.snapshot import Commit, Repository, Snapshot

__all__ = ["Aspect", "Shape", "names_of", "shape"]

Aspect = Literal["refs", "head", "index", "worktree", "stash", "remotes", "config", "operation"]
Shape = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By repository and aspect."""


def shape(snapshot: Snapshot, aspects: Sequence[Aspect]) -> dict[str, dict[str, Any]]:
    """Return the chosen aspects of each repository as plain JSON data without commit ids."""
    shapes: dict[str, dict[str, Any]] = {}
    for path, repository in snapshot.repositories.items():
        names = names_of(repository)
        shapes[path] = {aspect: _ASPECTS[aspect](repository, names) for aspect in aspects}
    plain: dict[str, dict[str, Any]] = json.loads(json.dumps(shapes))
    return plain


def names_of(repository: Repository) -> Mapping[str, str]:
    """Return a name for each commit and tag that is equal where trees, messages, authors and parents are."""
    names: dict[str, str] = {}
    waiting = list(repository.commits)
    while waiting:
        oid = waiting[-1]
        commit = repository.commits[oid]
        missing = [parent for parent in commit.parents if parent not in names and parent in repository.commits]
        if oid in names or not missing:
            names.setdefault(oid, _name(commit, names))
            waiting.pop()
        else:
            waiting.extend(missing)
    for oid, tag in repository.tags.items():
        names[oid] = _hash("tag", tag.name, tag.message.strip(), names.get(tag.target, tag.target))
    return names


def _name(commit: Commit, names: Mapping[str, str]) -> str:
    parents = [names.get(parent, parent) for parent in commit.parents]
    return _hash(commit.tree, commit.author, commit.message.strip(), *parents)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _refs(repository: Repository, names: Mapping[str, str]) -> Any:
    local = {ref: oid for ref, oid in repository.refs.items() if ref.startswith(("refs/heads/", "refs/tags/"))}
    return {ref: names.get(oid, oid) for ref, oid in local.items()}


def _head(repository: Repository, names: Mapping[str, str]) -> Any:
    head = repository.head
    return {"branch": head.branch, "commit": names.get(head.commit) if head.commit else None}


def _remotes(repository: Repository, names: Mapping[str, str]) -> Any:
    tracking = {r: names.get(o, o) for r, o in repository.refs.items() if r.startswith("refs/remotes/")}
    urls = {name: remote.url for name, remote in repository.remotes.items()}
    return {**tracking, **urls, **{f"upstream of {b}": u for b, u in repository.upstreams.items()}}


_ASPECTS: Mapping[Aspect, Callable[[Repository, Mapping[str, str]], Any]] = {
    "refs": _refs,
    "head": _head,
    "index": lambda r, _: {f"{e.path} ({e.stage})" if e.stage else e.path: [e.mode, e.blob] for e in r.index},
    "worktree": lambda r, _: {path: list(entry) for path, entry in r.worktree.items() if path not in r.ignored},
    "stash": lambda r, names: {f"stash@{{{n}}}": names.get(oid, oid) for n, oid in enumerate(r.stash)},
    "remotes": _remotes,
    "config": lambda r, _: dict(r.config),
    "operation": lambda r, _: {"operation": r.operation},
}
