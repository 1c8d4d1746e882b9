"""Predicates over what is under way or put aside: operations, the stash, the reflog."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import RootModel

from gitquest_kernel.predicates.base import Facts, InRepository, counted, found_repository, listed, same_commit
from gitquest_kernel.predicates.regex import Regex, search
from gitquest_kernel.predicates.revision import resolve
from gitquest_kernel.sandbox.snapshot import Repository

__all__ = ["Operation", "ReflogIs", "StashIs"]


class StashIs(InRepository):
    """The stash holds a number of entries, and one of them holds certain changes.

    Parameters
    ----------
    entry
        Which one is meant by the keys below; 0 is the newest.
    files
        The exact paths that it changes, untracked ones that it took along included.
    untracked
        Whether it took untracked files along.
    """

    count: int | None = None
    entry: int = 0
    message_contains: str | None = None
    files: tuple[str, ...] | None = None
    untracked: bool | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Count them, then look at the one."""
        found = len(repository.stash)
        if self.count is not None and found != self.count:
            return f"the stash holds {counted(found, 'entry', 'entries')}, not {self.count}"
        if (self.message_contains, self.files, self.untracked) == (None, None, None):
            return None
        if self.entry >= found:
            return f"there is no stash@{{{self.entry}}}"
        return self._look(repository, repository.stash[self.entry])

    def _look(self, repository: Repository, oid: str) -> str | None:
        commit = repository.commits[oid]
        if self.message_contains is not None and self.message_contains not in commit.message:
            return f"stash@{{{self.entry}}} is called “{commit.subject}”, not “{self.message_contains}”"
        before, after = repository.tree_of(commit.parents[0] if commit.parents else None), repository.tree_of(oid)
        extra = repository.tree_of(commit.parents[2]) if len(commit.parents) > 2 else {}
        paths = sorted({path for path in {*before, *after} if before.get(path) != after.get(path)} | set(extra))
        if self.files is not None and paths != sorted(self.files):
            return f"stash@{{{self.entry}}} holds {listed(paths)}, not {listed(sorted(self.files))}"
        if self.untracked is not None and self.untracked != bool(extra):
            return f"stash@{{{self.entry}}} holds {'untracked files' if extra else 'no untracked files'}"
        return None


class ReflogIs(InRepository):
    """A reflog has an entry that says something, or one at a commit.

    Parameters
    ----------
    ref
        ``HEAD`` or a branch.
    count
        How many entries it has.
    message_matches
        What some entry says: ``^reset: ``.
    at
        Where some entry came to be.
    """

    ref: str = "HEAD"
    count: int | None = None
    message_matches: Regex | None = None
    at: str | None = None
    exists: bool = True

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Read the log."""
        names = (self.ref, f"refs/heads/{self.ref}", f"refs/{self.ref}", f"refs/remotes/{self.ref}")
        entries = next((repository.reflog[name] for name in names if name in repository.reflog), ())
        if self.count is not None and len(entries) != self.count:
            return f"the reflog of {self.ref} has {counted(len(entries), 'entry', 'entries')}, not {self.count}"
        place = resolve(repository, self.at) if self.at is not None else None
        if self.at is not None and place is None:
            return f"{self.at} names no commit"
        meant = [
            entry
            for entry in entries
            if (place is None or entry.new == place)
            and (self.message_matches is None or search(self.message_matches, entry.message))
        ]
        if bool(meant) == self.exists:
            return None
        if meant:
            return f"the reflog of {self.ref} still has an entry “{meant[0].message}”"
        return f"the reflog of {self.ref} has no such entry"


class OperationIn(InRepository):
    """An operation of a named repository, and how far it has come.

    Parameters
    ----------
    operation
        ``merge``, ``rebase``, ``cherry-pick``, ``revert``, ``bisect``, ``am`` or ``none``.
    heads
        What is being merged, picked or reverted.
    branch
        The branch that is being rebased.
    onto
        What it is rebased onto.
    left
        The subjects of the steps that a rebase has still to take.
    good, bad
        What bisect has been told.
    """

    operation: str
    heads: tuple[str, ...] | None = None
    branch: str | None = None
    onto: str | None = None
    left: tuple[str, ...] | None = None
    good: tuple[str, ...] | None = None
    bad: tuple[str, ...] | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Look at what git has begun and not ended."""
        progress = repository.progress
        if wrong := _another(repository.operation, self.operation):
            return wrong
        if self.branch is not None and progress.branch != f"refs/heads/{self.branch}":
            on = (progress.branch or "no branch").removeprefix("refs/heads/")
            return f"the {self.operation} is of {on}, not of {self.branch}"
        if self.onto is not None and not same_commit(repository, progress.onto, self.onto):
            return f"the {self.operation} is not onto {self.onto}"
        left = [step.split(" ", 2)[-1] for step in progress.todo]
        if self.left is not None and left != list(self.left):
            return f"the steps left are {listed(left)}, not {listed(self.left)}"
        told = {"heads": progress.heads, "good": progress.good, "bad": progress.bad}
        asked = {"heads": self.heads, "good": self.good, "bad": self.bad}
        return next(
            (found for name, ids in told.items() if (found := _unlike(repository, name, ids, asked[name]))), None
        )


class Operation(RootModel[str | OperationIn]):
    """A merge, rebase or other operation is in progress, or ``none`` is."""

    def test(self, facts: Facts) -> str | None:
        """Look at what git has begun and not ended."""
        if isinstance(self.root, OperationIn):
            return self.root.test(facts)
        repository = facts.snapshot.repository
        if repository is not None and isinstance(found := found_repository(facts, None), str):
            return found
        return _another(repository.operation if repository else None, self.root)


def _another(operation: str | None, wanted: str) -> str | None:
    found = operation or "none"
    if found == wanted:
        return None
    return f"a {found} is still in progress" if found != "none" else f"no {wanted} is in progress"


def _unlike(repository: Repository, name: str, ids: Sequence[str], wanted: Sequence[str] | None) -> str | None:
    if wanted is None or sorted(ids) == sorted(resolve(repository, revision) or "" for revision in wanted):
        return None
    what = {"heads": "what is being brought in", "good": "what is called good", "bad": "what is called bad"}[name]
    return f"{what} is not {listed(wanted)}"
