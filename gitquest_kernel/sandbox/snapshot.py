"""The state of a workspace as a frozen value, and its canonical JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

__all__ = ["Commit", "Head", "IndexEntry", "ReflogEntry", "Remote", "Repository", "Snapshot", "Tag", "Tree"]

Tree = Mapping[str, tuple[int, str]]
"""A flat listing: mode and blob id by path, relative to the repository's top folder."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit; ``author`` and ``committer`` read ``Name <email>``, ``time`` is the committer's, in Unix seconds."""

    id: str
    parents: tuple[str, ...]
    tree: str
    author: str
    committer: str
    time: int
    message: str

    @property
    def subject(self) -> str:
        """The message's first line."""
        return self.message.split("\n", 1)[0]


@dataclass(frozen=True, slots=True)
class Tag:
    """An annotated tag object."""

    id: str
    name: str
    target: str
    tagger: str
    message: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where HEAD is: ``branch`` is the full ref it names (None when detached), ``commit`` is None when unborn."""

    branch: str | None
    commit: str | None


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One entry of the index; ``stage`` is 0, or 1-3 during a conflict."""

    path: str
    stage: int
    mode: int
    blob: str


@dataclass(frozen=True, slots=True)
class ReflogEntry:
    """One line of a reflog, newest first."""

    old: str
    new: str
    message: str


@dataclass(frozen=True, slots=True)
class Remote:
    """A configured remote; ``url`` is relative to the workspace where it lies inside."""

    url: str
    fetch: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository of a workspace.

    Parameters
    ----------
    path
        Its folder relative to the workspace's root; ``"."`` for the root itself.
    commits
        Everything reachable from refs, HEAD, reflogs and the stash, by id.
    trees
        Flat listings by tree id, for every commit in ``commits``.
    worktree
        The files beside ``.git``, hashed as git would hash them; empty when bare.
    ignored
        The untracked paths that git ignores.
    operation
        ``merge``, ``rebase``, ``cherry-pick``, ``revert``, ``bisect``, ``am``, or None.
    stash
        Stash commits, newest first.
    upstreams
        The remote-tracking ref by local branch name.
    config
        The repository's own configuration, by lower-case key; the last value where a key repeats.
    """

    path: str
    bare: bool
    head: Head
    refs: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, Tag] = field(default_factory=dict)
    commits: Mapping[str, Commit] = field(default_factory=dict)
    trees: Mapping[str, Tree] = field(default_factory=dict)
    index: tuple[IndexEntry, ...] = ()
    worktree: Tree = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    operation: str | None = None
    stash: tuple[str, ...] = ()
    reflog: Mapping[str, tuple[ReflogEntry, ...]] = field(default_factory=dict)
    remotes: Mapping[str, Remote] = field(default_factory=dict)
    upstreams: Mapping[str, str] = field(default_factory=dict)
    worktrees: tuple[str, ...] = ()
    config: Mapping[str, str] = field(default_factory=dict)

    @property
    def branches(self) -> dict[str, str]:
        """Commit ids by local branch name."""
        prefix = "refs/heads/"
        return {name.removeprefix(prefix): oid for name, oid in self.refs.items() if name.startswith(prefix)}

    @property
    def staged_tree(self) -> Tree:
        """What the index would commit now (stage 0 only)."""
        return {entry.path: (entry.mode, entry.blob) for entry in self.index if entry.stage == 0}

    def tree_of(self, commit: str | None) -> Tree:
        """Return the flat listing of a commit, empty for None (an unborn branch)."""
        return {} if commit is None else self.trees[self.commits[commit].tree]

    @property
    def staged(self) -> tuple[str, ...]:
        """Paths whose index entry differs from HEAD's tree."""
        return _differences(self.tree_of(self.head.commit), self.staged_tree)

    @property
    def unstaged(self) -> tuple[str, ...]:
        """Tracked paths whose file differs from the index."""
        tracked = {entry.path for entry in self.index}
        return tuple(p for p in _differences(self.staged_tree, self.worktree) if p in tracked)

    @property
    def untracked(self) -> tuple[str, ...]:
        """Files that git does not track and does not ignore."""
        tracked = {entry.path for entry in self.index} | set(self.ignored)
        return tuple(sorted(path for path in self.worktree if path not in tracked))

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Paths with conflict stages."""
        return tuple(sorted({entry.path for entry in self.index if entry.stage}))

    @property
    def clean(self) -> bool:
        """Whether nothing is staged, changed, untracked or in progress."""
        return not (self.operation or self.conflicts or self.staged or self.unstaged or self.untracked)

    def ancestors(self, *starts: str) -> dict[str, Commit]:
        """Return every commit reachable from ``starts``, themselves included, newest discovered first."""
        seen: dict[str, Commit] = {}
        waiting = list(starts)
        while waiting:
            oid = waiting.pop()
            if oid not in seen and oid in self.commits:
                seen[oid] = self.commits[oid]
                waiting.extend(self.commits[oid].parents)
        return seen


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a check may look at.

    Parameters
    ----------
    repositories
        By path relative to the workspace's root.
    files
        The files that belong to no repository.
    blobs
        Text of small blobs by id; None for binary or large ones.
    config
        The private global configuration, by lower-case key.
    cwd
        The current folder relative to the root.
    """

    repositories: Mapping[str, Repository]
    files: Tree = field(default_factory=dict)
    blobs: Mapping[str, str | None] = field(default_factory=dict)
    config: Mapping[str, str] = field(default_factory=dict)
    cwd: str = "."

    @property
    def repository(self) -> Repository | None:
        """The repository meant when none is named: the current folder's, else the first with a worktree."""
        here = [r for p, r in self.repositories.items() if p == "." or f"{self.cwd}/".startswith(f"{p}/")]
        if here:
            return max(here, key=lambda r: 0 if r.path == "." else len(r.path))
        return next((r for _, r in sorted(self.repositories.items()) if not r.bare), None)

    def moved(self, cwd: str) -> Snapshot:
        """Return the same state seen from another folder."""
        return replace(self, cwd=cwd)

    def to_json(self) -> str:
        """Return canonical JSON: equal snapshots give equal text."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote (text, or the parsed object)."""
        data = json.loads(text) if isinstance(text, str) else text
        return cls(
            repositories={path: _repository(repo) for path, repo in data["repositories"].items()},
            files=_tree(data["files"]),
            blobs=dict(data["blobs"]),
            config=dict(data["config"]),
            cwd=data["cwd"],
        )


def _differences(old: Tree, new: Tree) -> tuple[str, ...]:
    return tuple(sorted(path for path in {*old, *new} if old.get(path) != new.get(path)))


def _tree(data: Mapping[str, Any]) -> Tree:
    return {path: (int(mode), str(blob)) for path, (mode, blob) in data.items()}


def _repository(data: Mapping[str, Any]) -> Repository:
    return Repository(
        **{
            **data,
            "head": Head(**data["head"]),
            "tags": {oid: Tag(**tag) for oid, tag in data["tags"].items()},
            "commits": {
                oid: Commit(**{**commit, "parents": tuple(commit["parents"])})
                for oid, commit in data["commits"].items()
            },
            "trees": {oid: _tree(tree) for oid, tree in data["trees"].items()},
            "index": tuple(IndexEntry(**entry) for entry in data["index"]),
            "worktree": _tree(data["worktree"]),
            "ignored": tuple(data["ignored"]),
            "stash": tuple(data["stash"]),
            "reflog": {
                ref: tuple(ReflogEntry(**entry) for entry in entries) for ref, entries in data["reflog"].items()
            },
            "remotes": {
                name: Remote(remote["url"], tuple(remote["fetch"])) for name, remote in data["remotes"].items()
            },
            "worktrees": tuple(data["worktrees"]),
        }
    )
