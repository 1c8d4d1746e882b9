"""Predicates over the shape of the history: ranges, ancestors, merges, the same change made again."""

from __future__ import annotations

from typing import Literal

from gitquest_kernel.predicates.base import Facts, InRepository, counted, listed
from gitquest_kernel.predicates.patch import patch_id, patch_of
from gitquest_kernel.predicates.revision import between, mainline, merge_base, resolve
from gitquest_kernel.sandbox.snapshot import Commit, Repository

__all__ = ["AncestorIs", "HistoryIs", "MergeIs", "PatchIs"]

MergeKind = Literal["fast-forward", "merge-commit", "octopus", "squash", "none"]


class HistoryIs(InRepository):
    """The commits of a range have a number, a shape, subjects in an order, or authors.

    Parameters
    ----------
    of
        A revision for everything it reaches, or a range ``a..b``.
    merges
        How many of them have more than one parent.
    linear
        Whether none of them has.
    first_parents
        How many lie on the line of first parents.
    subjects
        The subjects on the line of first parents, oldest first.
    authors
        Exactly who wrote them, as ``Name <email>``.
    """

    of: str = "HEAD"
    count: int | None = None
    merges: int | None = None
    linear: bool | None = None
    first_parents: int | None = None
    subjects: tuple[str, ...] | None = None
    authors: tuple[str, ...] | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Walk the range and compare each key that is given."""
        found = between(repository, self.of)
        if found is None:
            return f"{self.of} names no commits"
        tip = resolve(repository, self.of.rpartition("..")[2].removeprefix(".") or "HEAD")
        line = [repository.commits[oid] for oid in mainline(repository, tip) if oid in found]
        return self._numbers(found, len(line)) or self._words(found, line)

    def _numbers(self, found: dict[str, Commit], line: int) -> str | None:
        merges = sum(len(commit.parents) > 1 for commit in found.values())
        if self.count is not None and len(found) != self.count:
            return f"{self.of} holds {counted(len(found), 'commit')}, not {self.count}"
        if self.merges is not None and merges != self.merges:
            return f"{self.of} holds {counted(merges, 'merge commit')}, not {self.merges}"
        if self.linear is not None and self.linear != (merges == 0):
            return f"the history of {self.of} is {'not one straight line' if merges else 'one straight line'}"
        if self.first_parents is not None and line != self.first_parents:
            return f"the first parents of {self.of} are {counted(line, 'commit')}, not {self.first_parents}"
        return None

    def _words(self, found: dict[str, Commit], line: list[Commit]) -> str | None:
        subjects = [commit.subject for commit in reversed(line)]
        if self.subjects is not None and subjects != list(self.subjects):
            return f"{self.of} reads {_quoted(subjects)}, not {_quoted(self.subjects)}"
        authors = sorted({commit.author for commit in found.values()})
        if self.authors is not None and authors != sorted(self.authors):
            return f"{self.of} was written by {listed(authors)}, not by {listed(sorted(self.authors))}"
        return None


class AncestorIs(InRepository):
    """One commit can be reached from another.

    Parameters
    ----------
    older, newer
        Two revisions; a commit counts as its own ancestor.
    """

    older: str
    newer: str = "HEAD"

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Walk back from the newer one."""
        ends = {name: resolve(repository, name) for name in (self.older, self.newer)}
        if missing := next((name for name, oid in ends.items() if oid is None), None):
            return f"{missing} names no commit"
        reached = repository.ancestors(ends[self.newer] or "")
        return None if ends[self.older] in reached else f"{self.older} cannot be reached from {self.newer}"


class MergeIs(InRepository):
    """A branch went into another in a certain way.

    Parameters
    ----------
    of
        The branch, or for an octopus several.
    into
        Where it went.
    kind
        ``fast-forward`` (it lies on the line of first parents), ``merge-commit`` (one with two parents), ``octopus``
        (one with more), ``squash`` (one commit that makes all its changes), or ``none``.
    """

    of: str | tuple[str, ...]
    into: str = "HEAD"
    kind: MergeKind

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Find out in which way it went in."""
        names = (self.of,) if isinstance(self.of, str) else self.of
        tips = [resolve(repository, name) for name in (*names, self.into)]
        if None in tips:
            return f"{(*names, self.into)[tips.index(None)]} names no commit"
        *ours, into = [tip for tip in tips if tip]
        kinds = {_kind(repository, tip, into, facts) for tip in ours}
        if self.kind == "octopus" and kinds == {"octopus"} and not _together(repository, ours, into):
            return f"{listed(names)} went into {self.into} by several merges, not by one"
        if kinds == {self.kind}:
            return None
        found = _KINDS[min(kinds - {self.kind})]
        return f"{listed(names)} {found.format(self.into)}; it should be {_WANTED[self.kind]}"


class PatchIs(InRepository):
    """A commit makes the same change as another, blanks and line numbers aside.

    Parameters
    ----------
    at
        The commit, or ``a..b`` for one commit that makes all the changes from a to b.
    like
        The other commit.
    among
        A revision or range of which some commit is to make the change.
    """

    at: str
    like: str | None = None
    among: str | None = None
    exists: bool = True

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Compare the changes."""
        blobs = facts.snapshot.blobs
        old, dots, new = self.at.partition("..")
        ends = [resolve(repository, name) for name in ((old, new) if dots else (old,))]
        if None in ends:
            return f"{self.at} names no commit"
        first, last = ends[0], ends[-1] or ""
        wanted = (
            patch_id(repository.tree_of(first), repository.tree_of(last), blobs)
            if dots
            else patch_of(repository, last, blobs)
        )
        where = self.like or self.among or "HEAD"
        if self.like is not None:
            other = resolve(repository, self.like)
            others = [other] if other else []
        else:
            others = list(between(repository, where) or {})
        if not others:
            return f"{where} names no commit"
        found = any(patch_of(repository, oid, blobs) == wanted for oid in others)
        if found == self.exists:
            return None
        if self.like is not None:
            return f"{self.like} {'makes' if found else 'does not make'} the same change as {self.at}"
        return f"{'a' if found else 'no'} commit of {where} makes the change of {self.at}"


_KINDS = {
    "fast-forward": "went into {} by a fast-forward",
    "merge-commit": "went into {} by a merge commit with two parents",
    "octopus": "went into {} by a merge commit with more than two parents",
    "squash": "went into {} as one squashed commit",
    "none": "is not merged into {}",
}
_WANTED = {
    "fast-forward": "a fast-forward",
    "merge-commit": "a merge commit with two parents",
    "octopus": "one merge commit of them all",
    "squash": "one squashed commit",
    "none": "not merged at all",
}


def _kind(repository: Repository, tip: str, into: str, facts: Facts) -> str:
    reached = repository.ancestors(into)
    parents = [commit.parents for commit in reached.values() if tip in commit.parents]
    if any(len(found) > 2 for found in parents):
        return "octopus"
    if any(tip in found[1:] for found in parents):
        return "merge-commit"
    if tip in reached:
        return "fast-forward"
    return "squash" if _squashed(repository, tip, into, facts) else "none"


def _together(repository: Repository, tips: list[str], into: str) -> bool:
    return any(set(tips) <= set(commit.parents) for commit in repository.ancestors(into).values())


def _squashed(repository: Repository, tip: str, into: str, facts: Facts) -> bool:
    base, blobs = merge_base(repository, tip, into), facts.snapshot.blobs
    wanted = patch_id(repository.tree_of(base), repository.tree_of(tip), blobs)
    new = [oid for oid in mainline(repository, into) if oid not in repository.ancestors(tip)]
    return bool(wanted) and any(patch_of(repository, oid, blobs) == wanted for oid in new)


def _quoted(subjects: list[str] | tuple[str, ...]) -> str:
    return listed([f"“{subject}”" for subject in subjects])
