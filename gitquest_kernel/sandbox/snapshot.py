"""The state of a workspace as a frozen value, and its canonical JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from gitquest_kernel.sandbox.parts import (
    Commit,
    Head,
    Hook,
    IndexEntry,
    LinkedWorktree,
    Progress,
    ReflogEntry,
    Remote,
    Signature,
    Submodule,
    Tag,
    Tree,
)
from gitquest_kernel.sandbox.plain import from_plain, to_text

__all__ = [
    "Commit",
    "Head",
    "Hook",
    "IndexEntry",
    "LinkedWorktree",
    "Progress",
    "ReflogEntry",
    "Remote",
    "Repository",
    "Signature",
    "Snapshot",
    "Submodule",
    "Tag",
    "Tree",
]


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository of a workspace; a linked worktree or a submodule is one of its own.

    Parameters
    ----------
    path
        Its folder relative to the workspace's root; ``"."`` for the root itself.
    problem
        Why it is ``unreadable``, in words; empty when it was read.
    main
        The folder of the repository that a linked worktree belongs to; None for any other.
    refs, pseudo
        Object ids by full ref name, and those of ``ORIG_HEAD``, ``MERGE_HEAD`` and their like.
    packed
        The refs that are packed and not loose as well.
    packs
        How many packs of objects there are.
    commits
        Everything reachable from refs, HEAD, reflogs and the stash, by id.
    trees
        Flat listings by tree id, for every commit in ``commits``.
    missing
        Objects that these name and that are not there or damaged; where a shallow clone ends is no such place.
    shallow
        The commits at which a shallow clone ends: their parents are elsewhere.
    unreachable
        The type of every object that nothing of the above leads to, by id; read only where asked for.
    worktree
        The files beside ``.git``, hashed as they stand; empty when bare.
    converted
        What git would store in place of a file, where attributes make that another blob.
    ignored
        The untracked paths that git ignores.
    operation
        ``merge``, ``rebase``, ``cherry-pick``, ``revert``, ``bisect``, ``am``, ``unreadable``, or None.
    stash
        Stash commits, newest first.
    upstreams
        The remote-tracking ref by local branch name.
    notes
        The text of each note by the object it is on, by full notes ref.
    hooks
        By name, from where git would run them if that lies inside the workspace.
    exclude, info_attributes
        The patterns of ``info/exclude`` and of the user's excludes file, the lines of ``info/attributes``.
    sparse
        The sparse-checkout patterns while they are in force, else None.
    attributes
        By tracked path that has any: ``set``, ``unset`` or the value by attribute.
    rerere
        Recorded conflicts by their id, and whether a resolution was recorded too.
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
    worktrees: tuple[LinkedWorktree, ...] = ()
    config: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    main: str | None = None
    pseudo: Mapping[str, str] = field(default_factory=dict)
    packed: tuple[str, ...] = ()
    packs: int = 0
    missing: tuple[str, ...] = ()
    shallow: tuple[str, ...] = ()
    unreachable: Mapping[str, str] = field(default_factory=dict)
    converted: Mapping[str, str] = field(default_factory=dict)
    progress: Progress = field(default_factory=Progress)
    submodules: Mapping[str, Submodule] = field(default_factory=dict)
    notes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hooks: Mapping[str, Hook] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    info_attributes: tuple[str, ...] = ()
    sparse: tuple[str, ...] | None = None
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rerere: Mapping[str, bool] = field(default_factory=dict)

    @property
    def branches(self) -> dict[str, str]:
        """Commit ids by local branch name."""
        prefix = "refs/heads/"
        return {name.removeprefix(prefix): oid for name, oid in self.refs.items() if name.startswith(prefix)}

    @property
    def staged_tree(self) -> Tree:
        """What the index would commit now (stage 0 only, without what is only intended to be added)."""
        return {e.path: (e.mode, e.blob) for e in self.index if e.stage == 0 and "intent-to-add" not in e.flags}

    def tree_of(self, commit: str | None) -> Tree:
        """Return the flat listing of a commit, empty for None (an unborn branch) and for what is missing."""
        found = self.commits.get(commit) if commit else None
        return self.trees.get(found.tree, {}) if found else {}

    @property
    def staged(self) -> tuple[str, ...]:
        """Paths whose index entry differs from HEAD's tree."""
        return _differences(self.tree_of(self.head.commit), self.staged_tree)

    @property
    def unstaged(self) -> tuple[str, ...]:
        """Tracked paths whose file differs from the index; what is kept out of the folder on purpose does not."""
        kept_out = {e.path for e in self.index if not e.stage and {"skip-worktree", "assume-unchanged"} & set(e.flags)}
        intended = {e.path for e in self.index if "intent-to-add" in e.flags}
        here = {p: (mode, self.converted.get(p, blob)) for p, (mode, blob) in self.worktree.items()}
        here |= {p: (0o160000, s.checked_out or s.commit or "") for p, s in self.submodules.items()}
        staged = self.staged_tree
        changed = {e.path for e in self.index if staged.get(e.path) != here.get(e.path)}
        return tuple(sorted((changed | intended) - kept_out))

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
    signers
        The lines of the workspace's allowed-signers file: who may sign, with which key.
    cwd
        The current folder relative to the root.
    """

    repositories: Mapping[str, Repository]
    files: Tree = field(default_factory=dict)
    blobs: Mapping[str, str | None] = field(default_factory=dict)
    config: Mapping[str, str] = field(default_factory=dict)
    cwd: str = "."
    signers: tuple[str, ...] = ()

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
        return to_text(self)

    @classmethod
    def from_json(cls, text: str | Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote (text, or the parsed object)."""
        return from_plain(cls, json.loads(text) if isinstance(text, str) else text)


def _differences(old: Tree, new: Tree) -> tuple[str, ...]:
    return tuple(sorted(path for path in {*old, *new} if old.get(path) != new.get(path)))
