"""Predicates over a repository as a whole, and over the answer's commands."""

from __future__ import annotations

import re

from pydantic import RootModel

from gitquest_kernel.model import Model
from gitquest_kernel.predicates.base import Facts, InRepository
from gitquest_kernel.sandbox.snapshot import Repository

__all__ = ["CommandsAre", "ConfigIs", "Operation", "RepositoryIs", "StashIs"]


class RepositoryIs(Model):
    """A folder is a repository, or is not."""

    path: str = "."
    exists: bool = True
    bare: bool | None = None

    def test(self, facts: Facts) -> str | None:
        """Look for it in the workspace."""
        found = facts.snapshot.repositories.get(self.path)
        where = "this folder" if self.path == "." else self.path
        if (found is not None) != self.exists:
            return f"{where} is still a git repository" if found else f"{where} is not a git repository yet"
        if found is not None and self.bare is not None and found.bare != self.bare:
            return f"{where} is {'bare' if found.bare else 'not bare'}"
        return None


class ConfigIs(InRepository):
    """A setting of the repository, or of the student's private global configuration, has a value."""

    key: str
    equals: str | None = None
    matches: str | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Look the key up, the repository's own configuration first."""
        section, _, rest = self.key.partition(".")
        middle, _, name = rest.rpartition(".")
        key = ".".join(part for part in (section.lower(), middle, name.lower()) if part)
        value = repository.config.get(key, facts.snapshot.config.get(key))
        if value is None:
            return f"{self.key} is not set"
        if self.equals is not None and value != self.equals:
            return f"{self.key} is “{value}”, not “{self.equals}”"
        if self.matches is not None and not re.search(self.matches, value):
            return f"{self.key} is “{value}”, which is not of the form that was asked for"
        return None


class StashIs(InRepository):
    """The stash holds a number of entries."""

    count: int

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Count them."""
        found = len(repository.stash)
        return None if found == self.count else f"the stash holds {found} entries, not {self.count}"


class Operation(RootModel[str]):
    """A merge, rebase or other operation is in progress, or ``none`` is."""

    def test(self, facts: Facts) -> str | None:
        """Look at what git has begun and not ended."""
        repository = facts.snapshot.repository
        found = (repository.operation if repository else None) or "none"
        if found == self.root:
            return None
        return f"a {found} is still in progress" if found != "none" else f"no {self.root} is in progress"


class CommandsAre(Model):
    """The answer uses at most so many commands, uses one, or avoids one.

    Parameters
    ----------
    uses, avoids
        How a command begins: ``git restore --staged``.
    """

    most: int | None = None
    uses: str | None = None
    avoids: str | None = None

    def test(self, facts: Facts) -> str | None:
        """Count and compare the commands."""
        commands = [" ".join(command.split()) + " " for command in facts.commands]
        if self.most is not None and len(commands) > self.most:
            return f"that took {len(commands)} commands; {self.most} are enough"
        if self.uses is not None and not any(command.startswith(f"{self.uses} ") for command in commands):
            return f"no command begins with {self.uses}"
        if self.avoids is not None and any(command.startswith(f"{self.avoids} ") for command in commands):
            return f"a command begins with {self.avoids}"
        return None
