"""Predicates over a repository as a whole, and over the answer's commands."""

from __future__ import annotations

from gitquest_kernel.predicates.base import Facts, InRepository, counted, unreadable
from gitquest_kernel.predicates.described import Described
from gitquest_kernel.predicates.regex import Regex, search
from gitquest_kernel.sandbox.snapshot import Repository

__all__ = ["CommandsAre", "ConfigIs", "RepositoryIs"]


class RepositoryIs(Described):
    """A folder is a repository, or is not; of what kind, and whether anything is missing in it.

    Parameters
    ----------
    intact
        Whether every object is there that its refs lead to.
    shallow
        Whether its history was cut off by ``--depth``.
    packs
        How many packs of objects it has.
    packed_refs
        How many refs are packed and not loose as well.
    """

    path: str = "."
    exists: bool = True
    bare: bool | None = None
    intact: bool | None = None
    shallow: bool | None = None
    packs: int | None = None
    packed_refs: int | None = None

    def test(self, facts: Facts) -> str | None:
        """Look for it in the workspace."""
        found = facts.snapshot.repositories.get(self.path)
        where = "this folder" if self.path == "." else self.path
        if (found is not None) != self.exists:
            return f"{where} is still a git repository" if found else f"{where} is not a git repository yet"
        if found is not None and self.bare is not None and found.bare != self.bare:
            return f"{where} is {'bare' if found.bare else 'not bare'}"
        return self._kept(found, where) if found is not None else None

    def _kept(self, found: Repository, where: str) -> str | None:
        if (self.intact, self.shallow, self.packs, self.packed_refs) == (None, None, None, None):
            return None
        if wrong := unreadable(found):
            return wrong
        if self.intact is not None and self.intact != (not found.missing):
            lost = counted(len(found.missing), "object is missing", "objects are missing")
            return f"in {where}, {lost}" if found.missing else f"in {where}, nothing is missing"
        if self.shallow is not None and self.shallow != bool(found.shallow):
            return f"the history of {where} is {'cut off' if found.shallow else 'complete'}"
        if self.packs is not None and self.packs != found.packs:
            return f"{where} has {counted(found.packs, 'pack')}, not {self.packs}"
        if self.packed_refs is not None and self.packed_refs != len(found.packed):
            return f"in {where}, {counted(len(found.packed), 'ref is', 'refs are')} packed, not {self.packed_refs}"
        return None


class ConfigIs(InRepository):
    """A setting of the repository, or of the student's private global configuration, has a value."""

    key: str
    equals: str | None = None
    matches: Regex | None = None
    exists: bool = True

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Look the key up, the repository's own configuration first."""
        section, _, rest = self.key.partition(".")
        middle, _, name = rest.rpartition(".")
        key = ".".join(part for part in (section.lower(), middle, name.lower()) if part)
        value = repository.config.get(key, facts.snapshot.config.get(key))
        if not self.exists:
            return None if value is None else f"{self.key} is still set, to “{value}”"
        if value is None:
            return f"{self.key} is not set"
        if self.equals is not None and value != self.equals:
            return f"{self.key} is “{value}”, not “{self.equals}”"
        if self.matches is not None and not search(self.matches, value):
            return f"{self.key} is “{value}”, which is not of the form that was asked for"
        return None


class CommandsAre(Described):
    """The answer uses at most so many commands, uses one, or avoids one.

    Parameters
    ----------
    most
        How many commands may change something; looking is free.
    uses, avoids
        How a command begins: ``git restore --staged``.
    """

    most: int | None = None
    uses: str | None = None
    avoids: str | None = None

    def test(self, facts: Facts) -> str | None:
        """Count and compare the commands."""
        commands = [" ".join(command.split()) + " " for command in facts.commands]
        if self.most is not None and len(facts.changing) > self.most:
            return f"that took {counted(len(facts.changing), 'command')} that change something; {self.most} are enough"
        if self.uses is not None and not any(command.startswith(f"{self.uses} ") for command in commands):
            return f"no command begins with {self.uses}"
        if self.avoids is not None and any(command.startswith(f"{self.avoids} ") for command in commands):
            return f"a command begins with {self.avoids}"
        return None
