"""A predicate over one file: in the worktree, in the index, in a commit, in the workspace."""

from __future__ import annotations

from gitquest_kernel.predicates.base import Facts, InRepository
from gitquest_kernel.predicates.regex import Regex, search
from gitquest_kernel.predicates.revision import resolve
from gitquest_kernel.sandbox.snapshot import Repository, Snapshot, Tree

__all__ = ["FileIs"]

_EXECUTABLE, _LINK = 0o100755, 0o120000


class FileIs(InRepository):
    """A file exists at a place, holds a text, is executable, or is a link.

    Parameters
    ----------
    path
        Relative to the repository's folder; where there is no repository, or with a ``/`` before it, to the top of
        the workspace.
    at
        ``worktree``, ``index``, or a revision.
    matches
        A regular expression that is found in its text.
    link
        What the file is a symbolic link to.
    """

    path: str
    at: str = "worktree"
    exists: bool = True
    equals: str | None = None
    contains: str | None = None
    lacks: str | None = None
    matches: Regex | None = None
    executable: bool | None = None
    link: str | None = None

    def test(self, facts: Facts) -> str | None:
        """Look for it in the workspace where no repository is meant."""
        if self.path.startswith("/"):
            return self._holds_of(_everything(facts.snapshot), "the workspace", facts)
        nowhere = not self.repo and facts.snapshot.repository is None
        if nowhere and self.exists and self.at == "worktree" and self.path in facts.snapshot.files:
            return self._holds_of(facts.snapshot.files, "the folder", facts)
        return super().test(facts)

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Read the file where it is asked for."""
        tree, place = self._tree(repository)
        return f"{self.at} names no commit" if tree is None else self._holds_of(tree, place, facts)

    def _holds_of(self, tree: Tree, place: str, facts: Facts) -> str | None:
        path = self.path.removeprefix("/")
        if not self.exists:
            return f"{path} is still in {place}" if path in tree else None
        if path not in tree:
            return f"{path} is not in {place}"
        mode, blob = tree[path]
        text = facts.snapshot.blobs.get(blob)
        return self._mode(mode, text, f"{path} in {place}") or self._text(text, f"{path} in {place}")

    def _tree(self, repository: Repository) -> tuple[Tree | None, str]:
        if self.at == "worktree":
            return repository.worktree, "the folder"
        if self.at == "index":
            return repository.staged_tree, "the staging area"
        commit = resolve(repository, self.at)
        return (repository.tree_of(commit), f"the commit {self.at}") if commit else (None, self.at)

    def _mode(self, mode: int, text: str | None, what: str) -> str | None:
        if self.executable is not None and self.executable != (mode == _EXECUTABLE):
            return f"{what} is not executable" if self.executable else f"{what} is executable"
        if self.link is not None and mode != _LINK:
            return f"{what} is not a symbolic link"
        if self.link is not None and text != self.link:
            return f"{what} is a link to {text}, not to {self.link}"
        return None

    def _text(self, text: str | None, what: str) -> str | None:
        if (self.equals, self.contains, self.lacks, self.matches) == (None, None, None, None):
            return None
        if text is None:
            return f"{what} is not a text file"
        if self.equals is not None and text.rstrip("\n") != self.equals.rstrip("\n"):
            return f"{what} does not hold the text that was asked for"
        if self.contains is not None and self.contains not in text:
            return f"{what} does not contain “{self.contains.strip()}”"
        if self.lacks is not None and self.lacks in text:
            return f"{what} still contains “{self.lacks.strip()}”"
        if self.matches is not None and not search(self.matches, text):
            return f"{what} is not of the form that was asked for"
        return None


def _everything(snapshot: Snapshot) -> Tree:
    """Return every file of the workspace by its path from the top."""
    found = dict(snapshot.files)
    for path, repository in snapshot.repositories.items():
        found |= {name if path == "." else f"{path}/{name}": entry for name, entry in repository.worktree.items()}
    return found
