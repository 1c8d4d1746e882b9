"""Read the commits of any real repository, executing nothing and without system or user configuration."""

from __future__ import annotations

import heapq
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pygit2

from gitquest_kernel.errors import GitQuestError
from gitquest_kernel.sandbox.libgit import as_commit, as_tag, head_of, open_repository, read_reflogs, read_refs
from gitquest_kernel.sandbox.snapshot import Commit, Head, ReflogEntry, Repository, Tag

__all__ = ["read_repository"]

# A partial clone lacks files, not commits, so its graph can be drawn; libgit2 refuses it unless told so.
pygit2.settings.set_extensions(["partialclone"])

_NOTHING = "0" * 40
_PARENT = re.compile(rb"^parent ([0-9a-f]{40})$", re.MULTILINE)


def read_repository(
    path: Path, *, max_commits: int | None = None, branches: Collection[str] = (), reflog: bool = False
) -> tuple[Repository, bool]:
    """Read what a graph needs of the repository that ``path`` is in: refs, HEAD, commits, tags and stash.

    Parameters
    ----------
    max_commits
        Read the newest only, by their own dates.
    branches
        Read only what these reach: branches, remote branches, tags, or full refs.
    reflog
        Read also what only the reflogs know.

    Returns
    -------
    repository
        Without trees, index and worktree; its path is the repository's name.
    more
        Whether older commits were left unread.

    Raises
    ------
    GitQuestError
        When there is no repository, it cannot be read, or it has no such branch.
    """
    store = _open(path)
    try:
        return _read(store, path, max_commits, branches, reflog)
    except (pygit2.GitError, KeyError, ValueError, OSError) as error:
        raise GitQuestError(
            f"this repository cannot be read: {error}", where=str(path), remedy="run 'git fsck' there"
        ) from error


def _open(path: Path) -> pygit2.Repository:
    if not path.exists():
        raise GitQuestError("no such folder", where=str(path), remedy="name a folder that holds a repository")
    try:
        found = pygit2.discover_repository(str(path.absolute()))
        if found is not None:
            return open_repository(Path(found))
    except (pygit2.GitError, OSError, ValueError) as error:
        raise _refused(path, str(error)) from error
    if (link := path / ".git").is_file():
        problem = "the repository that this file names is not there"
        raise GitQuestError(problem, where=str(link), remedy="run 'git worktree repair' in the main worktree")
    raise GitQuestError(
        "not a git repository, nor is any folder above it",
        where=str(path),
        remedy="name a folder with a .git in it, a bare repository, or run 'git init' there",
    )


def _refused(path: Path, reason: str) -> GitQuestError:
    where = str(path)
    if "objectformat" in reason or "sha256" in reason or "object format" in reason:
        problem = "this repository uses SHA-256 object ids, which the graph cannot read"
        return GitQuestError(problem, where=where, remedy="'git log --graph --all' draws it in the terminal")
    if "unsupported extension" in reason:
        problem = f"this repository is kept in a way that only git itself reads ({reason})"
        return GitQuestError(problem, where=where, remedy="draw a fresh clone of it: git clone OLD NEW")
    remedy = "check who owns it and its permissions, or run 'git fsck' there"
    return GitQuestError(f"this repository cannot be opened: {reason}", where=where, remedy=remedy)


def _read(
    store: pygit2.Repository, path: Path, most: int | None, branches: Collection[str], reflog: bool
) -> tuple[Repository, bool]:
    refs, head = read_refs(store), head_of(store)
    logs = read_reflogs(store, ["refs/stash"] if not reflog else refs)
    stash = tuple(entry.new for entry in logs.get("refs/stash", ()))
    if branches:
        chosen = _chosen(refs, branches, str(path))
        commits, tags, more = _newest(store, _starts(chosen, Head(None, None), (), {}), most)
        refs, head, stash, logs = _with_head(chosen, head, commits), head, (), {}
        head = head if head.commit in commits else Head(None, None)
    else:
        commits, tags, more = _newest(store, _starts(refs, head, stash, logs if reflog else {}), most)
    repository = Repository(
        path=_name(Path(store.path)),
        bare=store.is_bare,
        head=head,
        refs=refs,
        tags=tags,
        commits=commits,
        stash=tuple(oid for oid in stash if oid in commits),
        reflog=logs if reflog else {},
    )
    return repository, more


def _name(place: Path) -> str:
    return place.parent.name if place.name == ".git" else place.name.removesuffix(".git")


def _chosen(refs: Mapping[str, str], names: Iterable[str], where: str) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for name in names:
        full = [f"{prefix}{name}" for prefix in ("refs/heads/", "refs/remotes/", "refs/tags/", "")]
        found = next((ref for ref in full if ref in refs), None)
        if found is None:
            known = ", ".join(sorted(ref.split("/", 2)[-1] for ref in refs if ref.startswith("refs/heads/"))[:20])
            remedy = f"it has these branches: {known}" if known else "it has no branches yet"
            raise GitQuestError(f"there is no branch or tag '{name}'", where=where, remedy=remedy)
        chosen[found] = refs[found]
    return chosen


def _with_head(chosen: dict[str, str], head: Head, commits: Mapping[str, Commit]) -> dict[str, str]:
    """Name HEAD's branch beside the chosen ones where it lies on what they reach."""
    if head.branch is None or head.commit is None or head.commit not in commits:
        return chosen
    return chosen | {head.branch: head.commit}


def _starts(
    refs: Mapping[str, str], head: Head, stash: Iterable[str], logs: Mapping[str, Iterable[ReflogEntry]]
) -> dict[str, str]:
    """Return what to read and, for the case that it is missing, what names it; a reflog may name what is gone."""
    starts = {head.commit: "HEAD"} if head.commit else {}
    starts |= {oid: name for name, oid in refs.items() if oid not in starts}
    rest = [*stash, *(oid for log in logs.values() for entry in log for oid in (entry.new, entry.old))]
    return starts | dict.fromkeys((oid for oid in rest if oid not in starts), "")


def _newest(
    store: pygit2.Repository, starts: Mapping[str, str], most: int | None
) -> tuple[dict[str, Commit], dict[str, Tag], bool]:
    """Read commits, newest first, until there are ``most``; a parent that is not there is left out."""
    commits: dict[str, Commit] = {}
    tags: dict[str, Tag] = {}
    waiting: list[tuple[int, int, Commit]] = []
    seen: set[str] = set()

    def add(oid: str, named: str = "") -> None:
        if oid in seen or oid == _NOTHING:
            return
        seen.add(oid)
        found = store.get(oid)
        if isinstance(found, pygit2.Commit):
            commit = _with_parents(store, as_commit(oid, found), found)
            heapq.heappush(waiting, (-commit.time, len(seen), commit))
        elif isinstance(found, pygit2.Tag):
            tags[oid] = as_tag(oid, found)
            add(tags[oid].target, named)
        elif found is None and named:
            raise ValueError(f"{named} names {oid[:12]}, which is missing")

    for oid, named in starts.items():
        add(oid, named)
    while waiting and (most is None or len(commits) < most):
        commit = heapq.heappop(waiting)[-1]
        commits[commit.id] = commit
        for parent in commit.parents:
            add(parent)
    return commits, tags, bool(waiting)


def _with_parents(store: pygit2.Repository, commit: Commit, found: pygit2.Commit) -> Commit:
    """Give a commit at the end of a shallow clone the parents that it names: its history goes on elsewhere."""
    if commit.parents or not store.is_shallow:
        return commit
    header = found.read_raw().partition(b"\n\n")[0]
    return replace(commit, parents=tuple(oid.decode() for oid in _PARENT.findall(header)))
