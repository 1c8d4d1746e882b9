"""Predicates over remotes, upstreams, and how far two branches are apart."""

from __future__ import annotations

import posixpath

from gitquest_kernel.predicates.base import Facts, InRepository, counted, listed
from gitquest_kernel.predicates.revision import resolve
from gitquest_kernel.sandbox.snapshot import Repository

__all__ = ["DivergenceIs", "RemoteIs", "UpstreamIs"]


class RemoteIs(InRepository):
    """A remote is configured, with a URL.

    Parameters
    ----------
    url
        Relative to the workspace where it lies inside.
    fetch
        Its refspecs.
    """

    name: str
    exists: bool = True
    url: str | None = None
    fetch: tuple[str, ...] | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Look the remote up and compare."""
        remote = repository.remotes.get(self.name)
        if not self.exists:
            return f"the remote {self.name} still exists" if remote else None
        if remote is None:
            others = f" (there is {listed(sorted(repository.remotes))})" if repository.remotes else ""
            return f"there is no remote called {self.name}{others}"
        if self.url is not None and _place(remote.url, repository.path) != _place(self.url, repository.path):
            return f"the remote {self.name} is at {remote.url}, not at {self.url}"
        if self.fetch is not None and sorted(remote.fetch) != sorted(self.fetch):
            return f"the remote {self.name} fetches {listed(remote.fetch)}, not {listed(self.fetch)}"
        return None


class UpstreamIs(InRepository):
    """A local branch has an upstream, or has none.

    Parameters
    ----------
    branch
        By default the one that HEAD is on.
    ref
        The upstream: ``origin/main``, a local branch, or a full ref.
    """

    branch: str | None = None
    exists: bool = True
    ref: str | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Look at what the branch is set up to follow."""
        branch = self.branch or (repository.head.branch or "").removeprefix("refs/heads/")
        found = repository.upstreams.get(branch)
        short = found.removeprefix("refs/remotes/").removeprefix("refs/heads/") if found else None
        if not self.exists:
            return f"{branch} still follows {short}" if found else None
        if found is None:
            return f"{branch} has no upstream"
        if self.ref is not None and self.ref not in {short, found}:
            return f"{branch} follows {short}, not {self.ref}"
        return None


class DivergenceIs(InRepository):
    """One branch is so many commits ahead of another, and so many behind.

    Parameters
    ----------
    of, base
        Two revisions; by default HEAD and its upstream.
    """

    of: str = "HEAD"
    base: str = "@{upstream}"
    ahead: int | None = None
    behind: int | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Count what only one of the two has."""
        ends = {name: resolve(repository, name) for name in (self.of, self.base)}
        if missing := next((name for name, oid in ends.items() if oid is None), None):
            return "this branch has no upstream" if missing == "@{upstream}" else f"{missing} names no commit"
        mine, theirs = (set(repository.ancestors(oid or "")) for oid in (ends[self.of], ends[self.base]))
        base = "its upstream" if self.base == "@{upstream}" else self.base
        for word, wanted, found in (("ahead of", self.ahead, mine - theirs), ("behind", self.behind, theirs - mine)):
            if wanted is not None and len(found) != wanted:
                return f"{self.of} is {counted(len(found), 'commit')} {word} {base}, not {wanted}"
        return None


def _place(url: str, base: str) -> str:
    """Return a path from the workspace's top; git reads one that begins with dots from the repository's folder."""
    if url in {".", ".."} or url.startswith(("./", "../")):
        return posixpath.normpath(posixpath.join(base, url))
    return url.rstrip("/")
