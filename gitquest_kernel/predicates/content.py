"""A predicate over where a text can still be found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from gitquest_kernel.predicates.base import Facts, InRepository
from gitquest_kernel.predicates.revision import between
from gitquest_kernel.sandbox.snapshot import Repository

__all__ = ["TextIs"]

Where = Literal["refs", "reflog", "index", "unreachable", "anywhere"]
_WORDS = {
    "refs": "from a branch, tag or other ref",
    "reflog": "through the reflog",
    "index": "in the staging area",
    "unreachable": "in objects that nothing names any more",
}


class TextIs(InRepository):
    """A text can be found in files or messages of the history, or cannot be found there any more.

    Parameters
    ----------
    contains
        The text.
    of
        A revision or range to look through, in place of ``where``.
    where
        ``refs`` (all refs and HEAD), ``reflog`` (what only a reflog still names), ``index``, ``unreachable`` (what
        nothing names, as long as it is not pruned), or ``anywhere`` of these.
    """

    contains: str
    of: str | None = None
    where: Where = "refs"
    exists: bool = True

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Look through what is meant, place by place."""
        if self.of is not None:
            commits = between(repository, self.of)
            if commits is None:
                return f"{self.of} names no commits"
            places = {f"in the history of {self.of}": set(commits)}
            found = next((words for words, ids in places.items() if self._in_commits(repository, ids, facts)), None)
        else:
            wanted = tuple(_WORDS) if self.where == "anywhere" else (self.where,)
            found = next((_WORDS[name] for name in wanted if self._is_in(name, repository, facts)), None)
        if (found is not None) == self.exists:
            return None
        if found:
            return f"“{self.contains.strip()}” can still be found {found}"
        return f"“{self.contains.strip()}” can no longer be found"

    def _is_in(self, name: str, repository: Repository, facts: Facts) -> bool:
        if name == "index":
            return self._in_blobs((entry.blob for entry in repository.index), facts)
        if name == "unreachable":
            kinds = repository.unreachable
            return self._in_blobs((oid for oid, kind in kinds.items() if kind == "blob"), facts)
        named = set(repository.ancestors(*_tips(repository)))
        ids = named if name == "refs" else set(repository.commits) - named
        return self._in_commits(repository, ids, facts)

    def _in_commits(self, repository: Repository, ids: set[str], facts: Facts) -> bool:
        if any(self.contains in repository.commits[oid].message for oid in ids):
            return True
        trees = {repository.commits[oid].tree for oid in ids}
        return self._in_blobs({blob for tree in trees for _, blob in repository.trees[tree].values()}, facts)

    def _in_blobs(self, ids: Iterable[str], facts: Facts) -> bool:
        return any(self.contains in (facts.snapshot.blobs.get(oid) or "") for oid in ids)


def _tips(repository: Repository) -> Iterator[str]:
    """Yield what refs and HEAD name, the stash aside: its entries are known by its reflog."""
    for name, oid in repository.refs.items():
        if name != "refs/stash":
            yield repository.tags[oid].target if oid in repository.tags else oid
    if repository.head.commit:
        yield repository.head.commit
