"""Predicates over files: in the worktree, in the index, in a commit."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import RootModel

from gitquest_kernel.predicates.base import Facts, InRepository, listed
from gitquest_kernel.predicates.revision import resolve
from gitquest_kernel.sandbox.snapshot import Repository, Tree

__all__ = ["Clean", "FileIs", "Staged", "Unstaged", "Untracked"]


class FileIs(InRepository):
    """A file exists at a place and holds a text.

    Parameters
    ----------
    at
        ``worktree``, ``index``, or a revision.
    """

    path: str
    at: str = "worktree"
    exists: bool = True
    equals: str | None = None
    contains: str | None = None
    lacks: str | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Read the file where it is asked for."""
        tree, place = self._tree(repository)
        if tree is None:
            return f"{self.at} names no commit"
        if not self.exists:
            return f"{self.path} is still in {place}" if self.path in tree else None
        if self.path not in tree:
            return f"{self.path} is not in {place}"
        text = facts.snapshot.blobs.get(tree[self.path][1])
        return self._text(text, place)

    def _tree(self, repository: Repository) -> tuple[Tree | None, str]:
        if self.at == "worktree":
            return repository.worktree, "the folder"
        if self.at == "index":
            return repository.staged_tree, "the staging area"
        commit = resolve(repository, self.at)
        return (repository.tree_of(commit), f"the commit {self.at}") if commit else (None, self.at)

    def _text(self, text: str | None, place: str) -> str | None:
        if (self.equals, self.contains, self.lacks) == (None, None, None):
            return None
        if text is None:
            return f"{self.path} in {place} is not a text file"
        if self.equals is not None and text.rstrip("\n") != self.equals.rstrip("\n"):
            return f"{self.path} in {place} does not hold the text that was asked for"
        if self.contains is not None and self.contains not in text:
            return f"{self.path} in {place} does not contain “{self.contains.strip()}”"
        if self.lacks is not None and self.lacks in text:
            return f"{self.path} in {place} still contains “{self.lacks.strip()}”"
        return None


class _Paths(RootModel[tuple[str, ...]]):
    """An exact list of paths in one state."""

    def _compare(self, facts: Facts, state: str, find: Callable[[Repository], tuple[str, ...]]) -> str | None:
        repository = facts.snapshot.repository
        if repository is None:
            return "there is no git repository here yet"
        found, wanted = sorted(find(repository)), sorted(self.root)
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


class Clean(RootModel[bool]):
    """Nothing is staged, changed, untracked or in progress (or, when false, something is)."""

    def test(self, facts: Facts) -> str | None:
        """Look for what is left over."""
        repository = facts.snapshot.repository
        if repository is None:
            return "there is no git repository here yet"
        if repository.clean == self.root:
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


def _is(paths: tuple[str, ...] | list[str]) -> str:
    return "is" if len(paths) == 1 else "are"
