"""Small repositories as values, written down in a line a commit."""

from __future__ import annotations

from gitquest_kernel.sandbox.snapshot import Commit, Head, ReflogEntry, Repository, Tag


def repository(
    commits: str,
    *,
    refs: dict[str, str] | None = None,
    head: str | None = "refs/heads/main",
    at: str | None = None,
    stash: tuple[str, ...] = (),
    reflog: tuple[str, ...] = (),
    subjects: dict[str, str] | None = None,
    tags: dict[str, Tag] | None = None,
    operation: str | None = None,
) -> Repository:
    """Return a repository from lines such as ``c < a b`` (c has the parents a and b), oldest first."""
    found: dict[str, Commit] = {}
    for number, line in enumerate(filter(None, map(str.strip, commits.splitlines()))):
        name, _, parents = line.partition("<")
        oid, said = name.strip(), (subjects or {}).get(name.strip(), f"Work on {name.strip()}")
        found[oid] = Commit(oid, tuple(parents.split()), "tree", "Ada <a@b>", "Ada <a@b>", 60 * number, said)
    refs = refs or {}
    return Repository(
        path="kitchen",
        bare=False,
        head=Head(head, at or (refs.get(head) if head else None)),
        refs=refs,
        tags=tags or {},
        commits=found,
        stash=stash,
        reflog={"HEAD": tuple(ReflogEntry("0" * 40, oid, "") for oid in reflog)},
        operation=operation,
    )


FORK = "a\nb < a\nc < a\nd < b c"
"""A branch c that was merged into b."""
