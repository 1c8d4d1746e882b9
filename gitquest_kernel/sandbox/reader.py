"""Read the state of a workspace, executing nothing that a repository names.

libgit2 runs no hooks, filters or monitors when it is only read; what it would take from outside the workspace (system
and user configuration) is switched off.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path

import pygit2
from pygit2.enums import ConfigLevel, RepositoryOpenFlag

from gitquest_kernel.sandbox.objects import ObjectCache, head_of, read_objects, read_reflogs, read_refs
from gitquest_kernel.sandbox.snapshot import Head, IndexEntry, Remote, Repository, Snapshot, Tree
from gitquest_kernel.sandbox.worktree import FileCache, as_text, read_files

__all__ = ["Cache", "open_repository", "read_snapshot"]

_OPERATIONS = {1: "merge", 2: "revert", 3: "revert", 4: "cherry-pick", 5: "cherry-pick", 6: "bisect"}
_OPERATIONS |= {7: "rebase", 8: "rebase", 9: "rebase", 10: "am", 11: "am"}

for _level in (ConfigLevel.SYSTEM, ConfigLevel.GLOBAL, ConfigLevel.XDG, ConfigLevel.PROGRAMDATA):
    pygit2.settings.search_path[_level] = ""
pygit2.option(pygit2.enums.Option.SET_OWNER_VALIDATION, 0)


@dataclass
class Cache:
    """What earlier snapshots of the same workspace have read; it changes how long reading takes, never what is read."""

    objects: dict[str, ObjectCache] = field(default_factory=dict)
    files: FileCache = field(default_factory=FileCache)
    blobs: dict[str, str | None] = field(default_factory=dict)


def read_snapshot(folder: Path, cache: Cache | None = None) -> Snapshot:
    """Read the workspace in ``folder``.

    A repository that cannot be read is there all the same, with ``operation`` set to ``unreadable``.

    Parameters
    ----------
    cache
        Kept from snapshot to snapshot, it makes the cost that of what has changed.
    """
    root = folder / "work"
    cache = cache or Cache()
    repositories: dict[str, Repository] = {}
    files: dict[str, tuple[int, str]] = {}
    found = dict(_repositories(root))
    for path in found:
        try:
            repositories[path] = _read(root, path, bare=found[path], others=set(found), cache=cache)
        except (pygit2.GitError, KeyError, ValueError, OSError):
            repositories[path] = Repository(path, found[path], Head(None, None), operation="unreadable")
    if "." not in found:
        files = dict(read_files(root, set(found), cache.blobs, cache.files))
    return Snapshot(repositories, files, _texts(repositories, files, cache), _settings(folder / "home" / ".gitconfig"))


def _texts(repositories: Mapping[str, Repository], files: Tree, cache: Cache) -> dict[str, str | None]:
    """Return the texts of exactly the blobs that a snapshot names, whatever else the cache has met."""
    wanted = {blob for _, blob in files.values()}
    for path, repository in repositories.items():
        wanted |= cache.objects[path].blobs if path in cache.objects else frozenset()
        wanted |= {entry.blob for entry in repository.index}
        wanted |= {blob for _, blob in repository.worktree.values()}
    return {blob: cache.blobs[blob] for blob in sorted(wanted) if blob in cache.blobs}


def open_repository(path: Path) -> pygit2.Repository:
    """Open exactly the repository at ``path``, never one above it."""
    return pygit2.Repository(str(path), RepositoryOpenFlag.NO_SEARCH)


def _repositories(root: Path) -> Iterator[tuple[str, bool]]:
    """Yield each repository's path and whether it is bare."""
    for folder, folders, names in os.walk(root):
        path = Path(folder)
        relative = path.relative_to(root).as_posix()
        if ".git" in folders or ".git" in names:
            yield relative, False
        elif {"objects", "refs"} <= set(folders) and "HEAD" in names:
            yield relative, True
            folders.clear()
        folders[:] = sorted(name for name in folders if name != ".git" and not (path / name).is_symlink())


def _read(root: Path, path: str, *, bare: bool, others: set[str], cache: Cache) -> Repository:
    repository = open_repository(root / path)
    refs = read_refs(repository)
    head = head_of(repository)
    reflogs = read_reflogs(repository, refs)
    stash = tuple(str(entry.commit_id) for entry in repository.listall_stashes())
    starts = {*refs.values(), *stash, *(entry.new for log in reflogs.values() for entry in log)}
    starts |= {head.commit} if head.commit else set()
    objects = cache.objects.setdefault(path, ObjectCache())
    commits, tags, trees = read_objects(repository, starts, objects)
    index = () if bare else _index(repository)
    _keep_texts(repository, cache.blobs, objects.blobs | {entry.blob for entry in index})
    inner = {other[len(path) + 1 :] if path != "." else other for other in others if _lies_in(other, path)}
    worktree = {} if bare else read_files(root / path, inner, cache.blobs, cache.files)
    tracked = {entry.path for entry in index}
    ignored = tuple(name for name in worktree if name not in tracked and repository.path_is_ignored(name))
    config = _local_settings(repository)
    return Repository(
        path=path,
        bare=bare,
        head=head,
        refs=refs,
        tags=tags,
        commits=commits,
        trees=trees,
        index=index,
        worktree=worktree,
        ignored=ignored,
        operation=_OPERATIONS.get(int(repository.state())),
        stash=stash,
        reflog=reflogs,
        remotes=_remotes(config, root),
        upstreams=_upstreams(config),
        worktrees=tuple(sorted(repository.list_worktrees())),
        config={key: value.replace(f"{root}/", "") for key, value in config.items()},
    )


def _lies_in(other: str, path: str) -> bool:
    return other != path and (path == "." or other.startswith(f"{path}/"))


def _index(repository: pygit2.Repository) -> tuple[IndexEntry, ...]:
    index = repository.index
    index.read(True)
    entries = [IndexEntry(entry.path, 0, int(entry.mode), str(entry.id)) for entry in index]
    for sides in index.conflicts or ():
        for stage, side in enumerate(sides, 1):
            if side is not None:
                entries.append(IndexEntry(side.path, stage, int(side.mode), str(side.id)))
    conflicted = {entry.path for entry in entries if entry.stage}
    kept = [entry for entry in entries if entry.stage or entry.path not in conflicted]
    return tuple(sorted(kept, key=lambda entry: (entry.path, entry.stage)))


def _keep_texts(repository: pygit2.Repository, blobs: dict[str, str | None], wanted: Set[str]) -> None:
    for oid in wanted - blobs.keys():
        found = repository.get(oid)
        if isinstance(found, pygit2.Blob):
            blobs[oid] = as_text(found.data)


def _settings(path: Path) -> dict[str, str]:
    try:
        return {entry.name: entry.value or "" for entry in pygit2.Config(str(path))}
    except (pygit2.GitError, OSError):
        return {}


def _local_settings(repository: pygit2.Repository) -> dict[str, str]:
    return _settings(Path(repository.path) / "config")


def _remotes(config: dict[str, str], root: Path) -> dict[str, Remote]:
    urls = {key[7:-4]: value for key, value in config.items() if key.startswith("remote.") and key.endswith(".url")}
    return {
        name: Remote(url.replace(f"{root}/", ""), (config.get(f"remote.{name}.fetch", ""),))
        for name, url in urls.items()
    }


def _upstreams(config: dict[str, str]) -> dict[str, str]:
    upstreams: dict[str, str] = {}
    for key, merge in config.items():
        if key.startswith("branch.") and key.endswith(".merge"):
            branch = key[7:-6]
            remote = config.get(f"branch.{branch}.remote", ".")
            short = merge.removeprefix("refs/heads/")
            upstreams[branch] = merge if remote == "." else f"refs/remotes/{remote}/{short}"
    return upstreams
