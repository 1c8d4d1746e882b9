"""Predicates over branches, HEAD, tags and what is reachable from them."""

from __future__ import annotations

from gitquest_kernel.predicates.base import Facts, InRepository, counted, found_repository, same_commit
from gitquest_kernel.predicates.revision import resolve
from gitquest_kernel.sandbox.snapshot import Repository

__all__ = ["BranchIs", "HeadIs", "Reachable", "RefIs", "TagIs"]


class BranchIs(InRepository):
    """A local branch exists, holds a number of commits, or is at or above a commit."""

    name: str
    exists: bool = True
    commits: int | None = None
    at: str | None = None
    contains: str | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Look the branch up and compare."""
        tip = repository.branches.get(self.name)
        if not self.exists:
            return f"the branch {self.name} still exists" if tip else None
        if tip is None:
            others = ", ".join(sorted(repository.branches))
            return f"there is no branch called {self.name}" + (f" (there is {others})" if others else "")
        reached = repository.ancestors(tip)
        if self.commits is not None and len(reached) != self.commits:
            return f"{self.name} holds {counted(len(reached), 'commit')}, not {self.commits}"
        if self.at is not None and not same_commit(repository, tip, self.at):
            return f"{self.name} is at “{repository.commits[tip].subject}”, not at {self.at}"
        if self.contains is not None and resolve(repository, self.contains) not in reached:
            return f"{self.name} does not contain {self.contains}"
        return None


class HeadIs(InRepository):
    """HEAD is on a branch, detached, or at a commit."""

    branch: str | None = None
    detached: bool | None = None
    at: str | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Compare HEAD with each key that is given."""
        head = repository.head
        on = head.branch.removeprefix("refs/heads/") if head.branch else None
        if self.branch is not None and on != self.branch:
            return f"you are on {on}, not on {self.branch}" if on else f"HEAD is detached, not on {self.branch}"
        if self.detached is not None and self.detached != (on is None):
            return f"HEAD is on the branch {on}" if on else "HEAD is detached: you are on no branch"
        if self.at is not None and not same_commit(repository, head.commit, self.at):
            return f"HEAD is not at {self.at}"
        return None


class TagIs(InRepository):
    """A tag exists, is annotated or not, names a commit, or says something."""

    name: str
    exists: bool = True
    annotated: bool | None = None
    at: str | None = None
    message_contains: str | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Look the tag up and compare."""
        target = repository.refs.get(f"refs/tags/{self.name}")
        if not self.exists:
            return f"the tag {self.name} still exists" if target else None
        if target is None:
            return f"there is no tag called {self.name}"
        if self.annotated is not None and self.annotated != (target in repository.tags):
            return f"the tag {self.name} is {'lightweight' if self.annotated else 'annotated'}"
        if self.at is not None and not same_commit(repository, resolve(repository, self.name), self.at):
            return f"the tag {self.name} is not at {self.at}"
        message = repository.tags[target].message if target in repository.tags else ""
        if self.message_contains is not None and self.message_contains not in message:
            return f"the message of the tag {self.name} does not contain “{self.message_contains}”"
        return None


class RefIs(InRepository):
    """Any ref exists, and is at a commit: a remote-tracking branch, a note, a branch of another repository.

    Parameters
    ----------
    name
        ``refs/remotes/origin/main``, or shorter: ``origin/main``.
    at
        Where it should be.
    at_repo
        The repository in which ``at`` is looked up; by default the same.
    """

    name: str
    exists: bool = True
    at: str | None = None
    at_repo: str | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Look the ref up and compare."""
        prefixes = ("", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/")
        full = next((prefix + self.name for prefix in prefixes if prefix + self.name in repository.refs), None)
        if not self.exists:
            return f"{self.name} still exists" if full else None
        if full is None:
            return f"there is no {self.name}"
        if self.at is None:
            return None
        other = found_repository(facts, self.at_repo) if self.at_repo else repository
        if isinstance(other, str):
            return other
        if not same_commit(other, resolve(repository, full), self.at):
            return f"{self.name} is not at {self.at}" + (f" of {self.at_repo}" if self.at_repo else "")
        return None


class Reachable(InRepository):
    """Some commit with this subject can be reached from a revision."""

    subject: str
    start: str = "HEAD"
    count: int | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Walk back from the start and count the subjects."""
        tip = resolve(repository, self.start)
        if tip is None:
            return f"{self.start} names no commit"
        found = sum(commit.subject == self.subject for commit in repository.ancestors(tip).values())
        if self.count is not None:
            return None if found == self.count else f"{found} commits called “{self.subject}” lead to {self.start}"
        return None if found else f"no commit called “{self.subject}” can be reached from {self.start}"
