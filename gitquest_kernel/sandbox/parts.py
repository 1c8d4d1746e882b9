"""The parts that a snapshot of a repository is made of, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "Commit",
    "Head",
    "Hook",
    "IndexEntry",
    "LinkedWorktree",
    "Progress",
    "ReflogEntry",
    "Remote",
    "Signature",
    "Submodule",
    "Tag",
    "Tree",
]

Tree = Mapping[str, tuple[int, str]]
"""A flat listing: mode and blob id by path, relative to the repository's top folder."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A commit's or tag's signature, as it stands in the object; nothing says yet that it is good.

    Parameters
    ----------
    kind
        ``ssh``, ``gpg`` or ``x509``.
    text
        The armoured signature.
    payload
        What was signed, as its hexadecimal SHA-512 and SHA-256, joined by a colon: SSH signatures cover a hash.
    """

    kind: str
    text: str
    payload: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit; ``author`` and ``committer`` read ``Name <email>``.

    Parameters
    ----------
    time, authored
        The committer's and the author's time, in Unix seconds.
    message
        Decoded by the commit's ``encoding`` header, UTF-8 without one.
    """

    id: str
    parents: tuple[str, ...]
    tree: str
    author: str
    committer: str
    time: int
    message: str
    authored: int = 0
    signature: Signature | None = None

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
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """Where HEAD is: ``branch`` is the full ref it names (None when detached), ``commit`` is None when unborn."""

    branch: str | None
    commit: str | None


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One entry of the index.

    Parameters
    ----------
    stage
        0, or 1-3 during a conflict.
    flags
        Of ``assume-unchanged``, ``intent-to-add`` and ``skip-worktree``, sorted.
    """

    path: str
    stage: int
    mode: int
    blob: str
    flags: tuple[str, ...] = ()


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
class LinkedWorktree:
    """A worktree beside the main one.

    Parameters
    ----------
    path
        Its folder relative to the workspace's root, whether or not it is still there.
    locked
        Why it is locked (possibly ``""``), or None.
    """

    path: str
    head: Head
    locked: str | None = None


@dataclass(frozen=True, slots=True)
class Submodule:
    """A repository that another one records.

    Parameters
    ----------
    name, url
        From ``.gitmodules``; empty when it is not written there.
    commit
        The commit that the index records; None when it records none.
    checked_out
        The commit that is checked out in its folder; None when there is no repository.
    """

    name: str
    url: str
    commit: str | None
    checked_out: str | None


@dataclass(frozen=True, slots=True)
class Hook:
    """A hook, with the blob id of its text; samples are not hooks."""

    executable: bool
    blob: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an operation has come.

    Parameters
    ----------
    heads
        What is being merged, cherry-picked or reverted: ``MERGE_HEAD`` and its like.
    branch
        The full name of the branch being rebased, or of the one that bisect started from.
    onto
        The commit that a rebase builds on.
    stopped
        The commit at which a rebase stopped.
    todo, done
        The steps of a rebase that are left and that are done, without comments.
    good, bad
        The commits that bisect has been told about.
    """

    heads: tuple[str, ...] = ()
    branch: str | None = None
    onto: str | None = None
    stopped: str | None = None
    todo: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
