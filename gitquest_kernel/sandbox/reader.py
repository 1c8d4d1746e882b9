"""Read the state of a workspace, executing nothing that a repository names.

libgit2 runs no hooks, filters or monitors when it is only read; what it would take from outside the workspace (system
and user configuration) is switched off.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pygit2
from pygit2.enums import ConfigLevel, RepositoryOpenFlag

from gitquest_kernel.sandbox.objects import head_of, read_objects, read_reflogs, read_refs
from gitquest_kernel.sandbox.snapshot import Head, IndexEntry, Remote, Repository, Snapshot

__all__ = ["open_repository", "read_snapshot"]

LARGEST_TEXT = 262_144
"""Blobs up to this many bytes are kept as text."""
_OPERATIONS = {1: "merge", 2: "revert", 3: "revert", 4: "cherry-pick", 5: "cherry-pick", 6: "bisect"}
_OPERATIONS |= {7: "rebase", 8: "rebase", 9: "rebase", 10: "am", 11: "am"}

for _level in (ConfigLevel.SYSTEM, ConfigLevel.GLOBAL, ConfigLevel.XDG, ConfigLevel.PROGRAMDATA):
    pygit2.settings.search_path[_level] = ""
pygit2.option(pygit2.enums.Option.SET_OWNER_VALIDATION, 0)


def read_snapshot(folder: Path) -> Snapshot:
    """Read the workspace in ``folder``.

    A repository that cannot be read is there all the same, with ``operation`` set to ``unreadable``.
    """
    root = folder / "work"
    blobs: dict[str, str | None] = {}
    repositories: dict[str, Repository] = {}
    files: dict[str, tuple[int, str]] = {}
    found = dict(_repositories(root))
    for path in found:
        try:
            repositories[path] = _read(root, path, bare=found[path], blobs=blobs, others=set(found))
        except (pygit2.GitError, KeyError, ValueError, OSError):
            repositories[path] = Repository(path, found[path], Head(None, None), operation="unreadable")
    if "." not in found:
        files = _worktree(root, {path for path in found if path != "."}, blobs)
    return Snapshot(repositories, files, blobs, _settings(folder / "home" / ".gitconfig"))


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


def _read(root: Path, path: str, *, bare: bool, blobs: dict[str, str | None], others: set[str]) -> Repository:
    repository = open_repository(root / path)
    refs = read_refs(repository)
    head = head_of(repository)
    reflogs = read_reflogs(repository, refs)
    stash = tuple(str(entry.commit_id) for entry in repository.listall_stashes())
    starts = {*refs.values(), *stash, *(entry.new for log in reflogs.values() for entry in log)}
    starts |= {head.commit} if head.commit else set()
    commits, tags, trees = read_objects(repository, starts)
    _keep_texts(repository, blobs, {blob for tree in trees.values() for _, blob in tree.values()})
    index = () if bare else _index(repository)
    _keep_texts(repository, blobs, {entry.blob for entry in index})
    inner = {other[len(path) + 1 :] if path != "." else other for other in others if _lies_in(other, path)}
    worktree = {} if bare else _worktree(root / path, inner, blobs)
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


def _worktree(top: Path, nested: set[str], blobs: dict[str, str | None]) -> dict[str, tuple[int, str]]:
    files: dict[str, tuple[int, str]] = {}
    for folder, folders, names in os.walk(top):
        path = Path(folder)
        links = [name for name in folders if (path / name).is_symlink()]
        folders[:] = sorted(
            name
            for name in folders
            if name != ".git" and name not in links and (path / name).relative_to(top).as_posix() not in nested
        )
        for name in sorted([*names, *links]):
            file = path / name
            if name != ".git" and (entry := _file(file, blobs)):
                files[_name(file.relative_to(top).as_posix())] = entry
    return dict(sorted(files.items()))


def _file(file: Path, blobs: dict[str, str | None]) -> tuple[int, str] | None:
    status = file.lstat()
    if stat.S_ISLNK(status.st_mode):
        mode, data = 0o120000, os.fsencode(file.readlink())
    elif stat.S_ISREG(status.st_mode):
        mode, data = 0o100755 if status.st_mode & 0o100 else 0o100644, file.read_bytes()
    else:
        return None
    blob = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    blobs.setdefault(blob, _as_text(data))
    return mode, blob


def _as_text(data: bytes) -> str | None:
    if len(data) > LARGEST_TEXT or b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _keep_texts(repository: pygit2.Repository, blobs: dict[str, str | None], wanted: set[str]) -> None:
    for oid in wanted - blobs.keys():
        found = repository.get(oid)
        if isinstance(found, pygit2.Blob):
            blobs[oid] = _as_text(found.data)


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


def _name(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "surrogateescape")
