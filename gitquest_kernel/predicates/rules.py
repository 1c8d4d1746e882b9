"""Predicates over a repository's house rules: hooks, attributes, what is ignored or left out, what rerere keeps."""

from __future__ import annotations

from gitquest_kernel.predicates.base import Facts, InRepository, counted, listed
from gitquest_kernel.sandbox.ignoring import AttributeRules, IgnoreRules
from gitquest_kernel.sandbox.snapshot import Repository

__all__ = ["AttributeIs", "HookIs", "Ignores", "IndexIs", "RerereIs", "SparseIs"]

_LINK = 0o120000


class HookIs(InRepository):
    """A hook exists, can be executed, or contains a text.

    Parameters
    ----------
    name
        ``pre-commit``, where git would run it; a sample is no hook.
    """

    name: str
    exists: bool = True
    executable: bool | None = None
    contains: str | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Look the hook up and compare."""
        hook = repository.hooks.get(self.name)
        if not self.exists:
            return f"the hook {self.name} still exists" if hook else None
        if hook is None:
            return f"there is no hook called {self.name}"
        if self.executable is not None and hook.executable != self.executable:
            return f"the hook {self.name} is {'' if hook.executable else 'not '}executable"
        if self.contains is not None and self.contains not in (facts.snapshot.blobs.get(hook.blob) or ""):
            return f"the hook {self.name} does not contain “{self.contains}”"
        return None


class AttributeIs(InRepository):
    """The rules in the folder give a path an attribute.

    Parameters
    ----------
    path
        Any path, whether or not there is such a file.
    value
        ``set``, ``unset``, ``unspecified``, or the value: ``crlf``.
    """

    path: str
    name: str
    value: str = "set"

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Apply the rules of ``.gitattributes`` and ``info/attributes``."""
        rules = AttributeRules(_lines(repository, facts, ".gitattributes"), repository.info_attributes)
        found = rules.of(self.path).get(self.name, "unspecified")
        return None if found == self.value else f"{self.name} of {self.path} is {found}, not {self.value}"


class Ignores(InRepository):
    """The rules in the folder ignore a path, or do not.

    Parameters
    ----------
    path
        Any path, whether or not there is such a file; a folder's ends in ``/``.
    """

    path: str
    ignored: bool = True

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Apply the rules of every ``.gitignore`` and ``info/exclude``."""
        rules = IgnoreRules(repository.exclude, _lines(repository, facts, ".gitignore"))
        found = rules.ignored(self.path.removesuffix("/"), folder=self.path.endswith("/"))
        if found == self.ignored:
            return None
        return f"{self.path} is {'' if found else 'not '}ignored"


class SparseIs(InRepository):
    """A sparse checkout is in force or not, with patterns, and keeps paths out of the folder.

    Parameters
    ----------
    patterns
        As ``git sparse-checkout`` writes them.
    leaves_out
        The exact tracked paths that are not in the folder on purpose.
    """

    enabled: bool = True
    patterns: tuple[str, ...] | None = None
    leaves_out: tuple[str, ...] | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Compare the patterns and what the index skips."""
        if self.enabled != (repository.sparse is not None):
            return "no sparse checkout is in force" if self.enabled else "a sparse checkout is still in force"
        if self.patterns is not None and (repository.sparse or ()) != self.patterns:
            return f"the sparse patterns are {listed(repository.sparse or ())}, not {listed(self.patterns)}"
        skipped = sorted(entry.path for entry in repository.index if "skip-worktree" in entry.flags)
        if self.leaves_out is not None and skipped != sorted(self.leaves_out):
            return f"the folder leaves out {listed(skipped)}, not {listed(sorted(self.leaves_out))}"
        return None


class IndexIs(InRepository):
    """A path is in the index with certain flags, or in certain stages of a conflict.

    Parameters
    ----------
    flags
        Exactly these of ``assume-unchanged``, ``intent-to-add`` and ``skip-worktree``.
    stages
        ``[0]`` without a conflict, ``[1, 2, 3]`` when both sides changed it.
    """

    path: str
    exists: bool = True
    flags: tuple[str, ...] | None = None
    stages: tuple[int, ...] | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Look the path up and compare."""
        entries = [entry for entry in repository.index if entry.path == self.path]
        if not self.exists:
            return f"{self.path} is still in the index" if entries else None
        if not entries:
            return f"{self.path} is not in the index"
        flags = sorted({flag for entry in entries for flag in entry.flags})
        if self.flags is not None and flags != sorted(self.flags):
            return f"{self.path} is marked {listed(flags)}, not {listed(sorted(self.flags))}"
        stages = sorted(entry.stage for entry in entries)
        if self.stages is not None and stages != sorted(self.stages):
            numbers = [listed([str(stage) for stage in side]) for side in (stages, sorted(self.stages))]
            return f"{self.path} is in the index in stage {numbers[0]}, not {numbers[1]}"
        return None


class RerereIs(InRepository):
    """So many conflicts are recorded, and so many with their resolution."""

    recorded: int | None = None
    resolved: int | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Count what ``git rerere`` has kept."""
        found = repository.rerere
        if self.recorded is not None and len(found) != self.recorded:
            return f"{counted(len(found), 'conflict is', 'conflicts are')} recorded, not {self.recorded}"
        resolved = sum(found.values())
        if self.resolved is not None and resolved != self.resolved:
            return f"{counted(resolved, 'resolution is', 'resolutions are')} recorded, not {self.resolved}"
        return None


def _lines(repository: Repository, facts: Facts, name: str) -> dict[str, tuple[str, ...]]:
    """Return the lines of each file of that name in the folder, by the folder it lies in."""
    return {
        path[: -len(name)].removesuffix("/"): tuple((facts.snapshot.blobs.get(blob) or "").splitlines())
        for path, (mode, blob) in repository.worktree.items()
        if (path == name or path.endswith(f"/{name}")) and mode != _LINK
    }
