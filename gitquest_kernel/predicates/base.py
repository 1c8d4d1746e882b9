"""What a predicate looks at, and how it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gitquest_kernel.predicates.described import Described
from gitquest_kernel.predicates.revision import resolve
from gitquest_kernel.sandbox.snapshot import Repository, Snapshot

__all__ = ["Facts", "InRepository", "Test", "counted", "found_repository", "listed", "same_commit", "unreadable"]


@dataclass(frozen=True)
class Facts:
    """The state an answer left, the commands it is made of, and those of them that do more than look."""

    snapshot: Snapshot
    commands: Sequence[str] = field(default=())
    changing: Sequence[str] = field(default=())


class Test(Protocol):
    """Something that can be true of the facts."""

    def test(self, facts: Facts) -> str | None:
        """Return None when it holds, else what is wrong, in the student's words."""


class InRepository(Described):
    """A predicate about one repository.

    Parameters
    ----------
    repo
        Its folder relative to the workspace; by default the one that the student is in.
    """

    repo: str | None = None

    def test(self, facts: Facts) -> str | None:
        """Find the repository and ask it."""
        repository = found_repository(facts, self.repo)
        return repository if isinstance(repository, str) else self.holds(repository, facts)

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Return None when it holds of the repository, else what is wrong."""
        raise NotImplementedError


def found_repository(facts: Facts, where: str | None) -> Repository | str:
    """Return the repository in a folder, by default the one that the student is in, or why there is none to ask."""
    repository = facts.snapshot.repositories.get(where) if where else facts.snapshot.repository
    if repository is None:
        return f"there is no git repository in {where}" if where else "there is no git repository here yet"
    return unreadable(repository) or repository


def unreadable(repository: Repository) -> str | None:
    """Return why a repository cannot be read, or None when it can."""
    if repository.operation != "unreadable":
        return None
    where = "here" if repository.path == "." else f"in {repository.path}"
    return f"the git repository {where} cannot be read: {repository.problem or 'it is damaged'}"


def same_commit(repository: Repository, found: str | None, wanted: str) -> bool:
    """Tell whether a commit id is the one that a revision names."""
    return found is not None and resolve(repository, wanted) == found


def listed(names: Sequence[str]) -> str:
    """Join names for a sentence: ``a.txt, b.txt and c.txt``."""
    if len(names) < 2:
        return "".join(names) or "nothing"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number of things: ``1 commit``, ``2 commits``."""
    return f"{number} {one if number == 1 else many or one + 's'}"
