"""What a predicate looks at, and how it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gitquest_kernel.model import Model
from gitquest_kernel.predicates.revision import resolve
from gitquest_kernel.sandbox.snapshot import Repository, Snapshot

__all__ = ["Facts", "InRepository", "Test", "listed"]


@dataclass(frozen=True)
class Facts:
    """The state an answer left, and the commands it is made of."""

    snapshot: Snapshot
    commands: Sequence[str] = field(default=())


class Test(Protocol):
    """Something that can be true of the facts."""

    def test(self, facts: Facts) -> str | None:
        """Return None when it holds, else what is wrong, in the student's words."""


class InRepository(Model):
    """A predicate about one repository.

    Parameters
    ----------
    repo
        Its folder relative to the workspace; by default the one that the student is in.
    """

    repo: str | None = None

    def test(self, facts: Facts) -> str | None:
        """Find the repository and ask it."""
        where = self.repo
        repository = facts.snapshot.repositories.get(where) if where else facts.snapshot.repository
        if repository is None:
            return f"there is no git repository in {where}" if where else "there is no git repository here yet"
        return self.holds(repository, facts)

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Return None when it holds of the repository, else what is wrong."""
        raise NotImplementedError


def same_commit(repository: Repository, found: str | None, wanted: str) -> bool:
    """Tell whether a commit id is the one that a revision names."""
    return found is not None and resolve(repository, wanted) == found


def listed(names: Sequence[str]) -> str:
    """Join names for a sentence: ``a.txt, b.txt and c.txt``."""
    if len(names) < 2:
        return "".join(names) or "nothing"
    return f"{', '.join(names[:-1])} and {names[-1]}"
