"""Predicates over one commit."""

from __future__ import annotations

from gitquest_kernel.predicates.base import Facts, InRepository, counted, listed
from gitquest_kernel.predicates.regex import Regex, search
from gitquest_kernel.predicates.revision import resolve
from gitquest_kernel.sandbox.snapshot import Commit, Repository

__all__ = ["CommitIs"]


class CommitIs(InRepository):
    """A commit has a message, parents, an author, a tree, or changes certain paths.

    Parameters
    ----------
    at
        Which commit.
    author, committer
        As ``Name <email>``.
    files
        The exact paths of its tree.
    changes
        The exact paths that differ from its first parent's tree.
    """

    at: str = "HEAD"
    exists: bool = True
    subject: str | None = None
    subject_matches: Regex | None = None
    message_matches: Regex | None = None
    parents: int | None = None
    author: str | None = None
    committer: str | None = None
    files: tuple[str, ...] | None = None
    changes: tuple[str, ...] | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Find the commit and compare each key that is given."""
        oid = resolve(repository, self.at)
        if not self.exists:
            return f"{self.at} still names a commit" if oid else None
        if oid is None:
            return "there is no commit yet" if not repository.commits else f"{self.at} names no commit"
        commit = repository.commits[oid]
        return self._message(commit) or self._shape(commit) or self._content(repository, commit)

    def _message(self, commit: Commit) -> str | None:
        if self.subject is not None and commit.subject != self.subject:
            return f"its message begins “{commit.subject}”, not “{self.subject}”"
        if self.subject_matches is not None and not search(self.subject_matches, commit.subject):
            return f"its subject “{commit.subject}” is not of the form that was asked for"
        if self.message_matches is not None and not search(self.message_matches, commit.message):
            return "its message does not say what was asked for"
        return None

    def _shape(self, commit: Commit) -> str | None:
        if self.parents is not None and len(commit.parents) != self.parents:
            return f"it has {counted(len(commit.parents), 'parent')}, not {self.parents}"
        if self.author is not None and commit.author != self.author:
            return f"its author is {commit.author}, not {self.author}"
        if self.committer is not None and commit.committer != self.committer:
            return f"its committer is {commit.committer}, not {self.committer}"
        return None

    def _content(self, repository: Repository, commit: Commit) -> str | None:
        tree = repository.tree_of(commit.id)
        if self.files is not None and sorted(tree) != sorted(self.files):
            return f"it holds {listed(sorted(tree))}, not {listed(sorted(self.files))}"
        if self.changes is not None:
            before = repository.tree_of(commit.parents[0]) if commit.parents else {}
            changed = sorted(path for path in {*before, *tree} if before.get(path) != tree.get(path))
            if changed != sorted(self.changes):
                return f"it changes {listed(changed)}, not {listed(sorted(self.changes))}"
        return None
