"""``same_as``: the state equals what a script leaves, object ids aside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Literal, Self

from pydantic import model_validator

from gitquest_kernel.model import Model
from gitquest_kernel.predicates.base import Facts, listed
from gitquest_kernel.sandbox.snapshot import Commit, Repository, Snapshot

__all__ = ["Aspect", "SameAs", "shape"]

Aspect = Literal["refs", "head", "index", "worktree", "stash", "remotes", "config", "operation"]
_DEFAULT: tuple[Aspect, ...] = ("refs", "head", "index", "worktree", "operation")


class SameAs(Model):
    """The state equals a goal over the chosen aspects, object ids aside.

    Commits are equal when their trees, messages and authors are and their parents are equal in turn, so that
    ``refs`` compares the graph and every tree as well as the names.

    Parameters
    ----------
    script
        What leads from the setup to the goal; the student's copy holds ``goal`` instead.
    goal
        The goal's shape by repository and aspect.
    """

    script: str | None = None
    goal: dict[str, dict[str, Any]] | None = None
    aspects: tuple[Aspect, ...] = _DEFAULT

    @model_validator(mode="before")
    @classmethod
    def _script_alone(cls, value: Any) -> Any:
        return {"script": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if (self.script is None) == (self.goal is None):
            raise ValueError("same_as needs a 'script'")
        return self

    def compiled(self, goal: Snapshot) -> SameAs:
        """Return the predicate with its goal in the script's place."""
        return SameAs(goal=shape(goal, self.aspects), aspects=self.aspects)

    def test(self, facts: Facts) -> str | None:
        """Compare every repository, aspect by aspect."""
        if self.goal is None:
            raise ValueError("same_as has to be compiled before it is tested")
        found = shape(facts.snapshot, self.aspects)
        if missing := sorted(set(self.goal) - set(found)):
            return f"there is no repository in {listed(missing)}"
        if extra := sorted(set(found) - set(self.goal)):
            return f"there is a repository in {listed(extra)} that should not be there"
        for path, wanted in self.goal.items():
            for aspect in self.aspects:
                if difference := _difference(aspect, wanted[aspect], found[path][aspect]):
                    return difference if path == "." else f"in {path}: {difference}"
        return None


def shape(snapshot: Snapshot, aspects: tuple[Aspect, ...]) -> dict[str, dict[str, Any]]:
    """Return the chosen aspects of each repository as plain JSON data without commit ids."""
    shapes: dict[str, dict[str, Any]] = {}
    for path, repository in snapshot.repositories.items():
        names = _names(repository)
        shapes[path] = {aspect: _ASPECTS[aspect](repository, names) for aspect in aspects}
    plain: dict[str, dict[str, Any]] = json.loads(json.dumps(shapes))
    return plain


def _names(repository: Repository) -> Mapping[str, str]:
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
_WORDS: Mapping[Aspect, str] = {
    "refs": "the history of {}",
    "head": "HEAD ({})",
    "index": "the staging area ({})",
    "worktree": "the folder ({})",
    "stash": "the stash ({})",
    "remotes": "the remote side ({})",
    "config": "the configuration ({})",
    "operation": "what git has begun ({})",
}


def _difference(aspect: Aspect, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    different = sorted(key for key in {*wanted, *found} if wanted.get(key) != found.get(key))
    if not different:
        return None
    names = [key.removeprefix("refs/heads/").removeprefix("refs/") for key in different]
    return f"{_WORDS[aspect].format(listed(names[:4]))} is not as it should be"
