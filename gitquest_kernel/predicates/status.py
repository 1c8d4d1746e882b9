"""Predicates over what ``git status`` tells: which paths are in which state."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import RootModel

from gitquest_kernel.predicates.base import Facts, found_repository, listed
from gitquest_kernel.predicates.described import Described
from gitquest_kernel.sandbox.snapshot import Repository

__all__ = ["Clean", "Conflicts", "Ignored", "Staged", "Unstaged", "Untracked"]


class PathsIn(Described):
    """Paths of a repository that is named.

    Parameters
    ----------
    repo
        Its folder relative to the workspace; by default the one that the student is in.
    """

    repo: str | None = None
    paths: tuple[str, ...] = ()


class _Paths(RootModel[tuple[str, ...] | PathsIn]):
    """An exact list of paths in one state: ``[a.txt]``, or ``{repo: clone, paths: [a.txt]}``."""

    def _compare(self, facts: Facts, state: str, find: Callable[[Repository], tuple[str, ...]]) -> str | None:
        asked = self.root if isinstance(self.root, PathsIn) else PathsIn(paths=self.root)
        repository = found_repository(facts, asked.repo)
        if isinstance(repository, str):
            return repository
        found, wanted = sorted(find(repository)), sorted(asked.paths)
        if found == wanted:
            return None
        extra = [path for path in found if path not in wanted]
        missing = [path for path in wanted if path not in found]
        parts = [f"{listed(missing)} should be {state} but {_is(missing)} not"] if missing else []
        parts += [f"{listed(extra)} {_is(extra)} {state} but should not be"] if extra else []
        return "; ".join(parts)


class Staged(_Paths):
    """Exactly these paths are staged."""

    def test(self, facts: Facts) -> str | None:
        """Compare the index with HEAD."""
        return self._compare(facts, "staged", lambda repository: repository.staged)


class Unstaged(_Paths):
    """Exactly these tracked paths are changed and not staged."""

    def test(self, facts: Facts) -> str | None:
        """Compare the folder with the index."""
        return self._compare(facts, "changed and unstaged", lambda repository: repository.unstaged)


class Untracked(_Paths):
    """Exactly these paths are untracked and not ignored."""

    def test(self, facts: Facts) -> str | None:
        """List what git does not know."""
        return self._compare(facts, "untracked", lambda repository: repository.untracked)


class Ignored(_Paths):
    """Exactly these untracked paths are ignored."""

    def test(self, facts: Facts) -> str | None:
        """List what git passes over."""
        return self._compare(facts, "ignored", lambda repository: repository.ignored)


class Conflicts(_Paths):
    """Exactly these paths are in conflict."""

    def test(self, facts: Facts) -> str | None:
        """List the paths that are in the index more than once."""
        return self._compare(facts, "in conflict", lambda repository: repository.conflicts)


class CleanIn(Described):
    """Whether a repository that is named is clean."""

    repo: str
    holds: bool = True


class Clean(RootModel[bool | CleanIn]):
    """Nothing is staged, changed, untracked or in progress (or, when false, something is)."""

    def test(self, facts: Facts) -> str | None:
        """Look for what is left over."""
        asked, where = (self.root.holds, self.root.repo) if isinstance(self.root, CleanIn) else (self.root, None)
        repository = found_repository(facts, where)
        if isinstance(repository, str):
            return repository
        if repository.clean == asked:
            return None
        if repository.clean:
            return "nothing is changed"
        left = {
            "in conflict": repository.conflicts,
            "staged": repository.staged,
            "changed and unstaged": repository.unstaged,
            "untracked": repository.untracked,
        }
        found = [f"{listed(paths)} {_is(paths)} {state}" for state, paths in left.items() if paths]
        return "; ".join(found) or f"a {repository.operation} is in progress"


def _is(paths: Sequence[str]) -> str:
    return "is" if len(paths) == 1 else "are"
