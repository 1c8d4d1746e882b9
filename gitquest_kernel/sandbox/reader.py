"""Read the state of a workspace, executing nothing that a repository names and following nothing out of it.

Everything but packed objects is read by modules of this package, so that no configuration, link, pipe or alternate
decides what is opened: pipes and devices are passed over, links are followed inside the workspace only,
``core.worktree``, ``include.path`` and ``core.excludesFile`` outside are not followed at all.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path

from gitquest_kernel.sandbox.configured import remotes_of, upstreams_of, without_root
from gitquest_kernel.sandbox.conversion import converted
from gitquest_kernel.sandbox.ignoring import AttributeRules, IgnoreRules
from gitquest_kernel.sandbox.index_file import IndexFile, parse_index
from gitquest_kernel.sandbox.inside import Inside, Unreadable
from gitquest_kernel.sandbox.inventory import Inventory
from gitquest_kernel.sandbox.linked import (
    main_of,
    read_hooks,
    read_notes,
    read_rerere,
    read_submodules,
    read_worktrees,
)
from gitquest_kernel.sandbox.location import Location, find_repositories, locate
from gitquest_kernel.sandbox.objects import ObjectCache, read_listing, read_objects
from gitquest_kernel.sandbox.progress import read_progress
from gitquest_kernel.sandbox.refs import RefCache, read_refs
from gitquest_kernel.sandbox.settings import Settings, parse_settings
from gitquest_kernel.sandbox.snapshot import Head, Repository, Snapshot, Tree
from gitquest_kernel.sandbox.store import ObjectStore, open_store
from gitquest_kernel.sandbox.texts import TextCache, add_reached, add_texts, bounded
from gitquest_kernel.sandbox.worktree import FileCache, read_files

__all__ = ["Cache", "read_snapshot"]

_GITLINK, _LINK = 0o160000, 0o120000


@dataclass
class RepositoryCache:
    """What earlier snapshots have read of one repository."""

    objects: ObjectCache = field(default_factory=ObjectCache)
    refs: RefCache = field(default_factory=RefCache)
    index: tuple[bytes, IndexFile] = (b"", IndexFile())
    inventory: Inventory = field(default_factory=Inventory)
    texts: TextCache = field(default_factory=TextCache)


@dataclass
class Cache:
    """What earlier snapshots of the same workspace have read; it changes how long reading takes, never what is read."""

    repositories: dict[str, RepositoryCache] = field(default_factory=dict)
    files: FileCache = field(default_factory=FileCache)
    blobs: dict[str, str | None] = field(default_factory=dict)


def read_snapshot(folder: Path, cache: Cache | None = None) -> Snapshot:
    """Read the workspace in ``folder``.

    A repository that cannot be read is there all the same, with ``operation`` set to ``unreadable`` and ``problem``
    saying why.

    Parameters
    ----------
    cache
        Kept from snapshot to snapshot, it makes the cost that of what has changed. Whatever may change is looked at
        each time, with one exception: an object's file that is overwritten in place is read anew only without a cache.
    """
    root, home = os.path.realpath(folder / "work"), os.path.realpath(folder / "home")
    inside, cache = Inside((root, home)), cache or Cache()
    user = _user_settings(inside, home)
    found = dict(find_repositories(root))
    repositories: dict[str, Repository] = {}
    texts: dict[str, str | None] = {}
    for path, bare in found.items():
        try:
            repositories[path] = _Reading(inside, path, bare, user, home, cache).repository(set(found), texts)
        except (Unreadable, ValueError, OSError, RecursionError) as error:
            why = str(error) if isinstance(error, Unreadable) else "it is damaged"
            repositories[path] = Repository(path, bare, Head(None, None), operation="unreadable", problem=why)
    files: Tree = {}
    if "." not in found:
        files = read_files(Path(root), set(found), cache.blobs, cache.files)
        texts |= {blob: cache.blobs[blob] for _, blob in files.values()}
    signers = _signers(inside, dict(user), home)
    return Snapshot(repositories, files, bounded(texts), dict(user), signers=signers)


def _user_settings(inside: Inside, home: str) -> Settings:
    try:
        return parse_settings(inside.text(f"{home}/.gitconfig") or "")
    except ValueError:
        return ()


def _signers(inside: Inside, user: Mapping[str, str], home: str) -> tuple[str, ...]:
    named = user.get("gpg.ssh.allowedsignersfile", "")
    path = named.replace("~", home, 1) if named.startswith("~/") else named
    lines = inside.lines(path) if path.startswith("/") else ()
    return tuple(line for line in lines if line.strip() and not line.startswith("#"))


class _Reading:
    """The reading of one repository."""

    def __init__(self, inside: Inside, path: str, bare: bool, user: Settings, home: str, cache: Cache) -> None:
        top = inside.roots[0] if path == "." else f"{inside.roots[0]}/{path}"
        self.inside, self.path, self.bare, self.user, self.home = inside, path, bare, dict(user), home
        self.location: Location = locate(inside, top, bare=bare)
        self.store: ObjectStore = open_store(inside, f"{self.location.common}/objects")
        self.shared = cache
        self.cache = cache.repositories.setdefault(path, RepositoryCache())

    def repository(self, others: Set[str], texts: dict[str, str | None]) -> Repository:
        """Return its state; ``texts`` gains those of the blobs that it names."""
        inside, location, path = self.inside, self.location, self.path
        if self.cache.inventory.update(self.store):
            self.cache.objects, self.cache.texts = ObjectCache(walks=self.cache.objects.walks), TextCache()
        found = read_refs(inside, location.git, location.common, self.cache.refs)
        stash = tuple(entry.new for entry in found.reflog.get("refs/stash", ())) if "refs/stash" in found.refs else ()
        begun = {oid for name, oid in found.pseudo.items() if name not in {"FETCH_HEAD", "ORIG_HEAD"}}
        starts = found.reflog_ids | {*found.refs.values(), *stash, *begun}
        starts |= {found.head.commit} if found.head.commit else set()
        shallow = frozenset(line for line in inside.lines(f"{location.common}/shallow") if line)
        objects = read_objects(self.store, starts, self.cache.objects, shallow)
        index = IndexFile() if self.bare else self._index()
        staged = {entry.blob for entry in index.entries if entry.mode != _GITLINK}
        unreachable = self.cache.inventory.unreached(self.store, objects, self.cache.objects.walks, staged)
        loose_blobs = {oid for oid, kind in unreachable.items() if kind == "blob"}
        known, blobs = self.cache.texts, self.shared.blobs
        missing = objects.missing | add_reached(self.store, objects.blobs, known, blobs, texts)
        missing |= add_texts(self.store, staged | loose_blobs, known, blobs, texts)
        inner = {other[len(path) + 1 :] if path != "." else other for other in others if _lies_in(other, path)}
        worktree = {} if self.bare else read_files(Path(location.top), inner, blobs, self.shared.files)
        operation, progress = read_progress(inside, location.git, found.refs, found.pseudo)
        modules = blobs.get(worktree.get(".gitmodules", (0, ""))[1]) or ""
        hooks = read_hooks(inside, location, blobs)
        named = {blob for _, blob in worktree.values()} | {hook.blob for hook in hooks.values()}
        texts |= {blob: blobs[blob] for blob in named}
        config = location.config
        tracked = {entry.path for entry in index.entries}
        exclude = (*self._user_excludes(), *inside.lines(f"{location.common}/info/exclude"))
        ignoring = IgnoreRules(exclude, _rules(worktree, ".gitignore", blobs))
        info = inside.lines(f"{location.common}/info/attributes")
        giving = AttributeRules(_rules(worktree, ".gitattributes", blobs), info)
        attributes = {name: given for name in sorted(tracked) if (given := giving.of(name))} if giving else {}
        return Repository(
            path=path,
            bare=self.bare,
            head=found.head,
            refs=found.refs,
            tags=objects.tags,
            commits=objects.commits,
            trees=objects.trees,
            index=index.entries,
            worktree=worktree,
            ignored=tuple(name for name in worktree if name not in tracked and ignoring.ignored(name)),
            operation=operation,
            stash=stash,
            reflog=found.reflog,
            remotes=remotes_of(location.settings, inside),
            upstreams=upstreams_of(config),
            worktrees=read_worktrees(inside, location, self.cache.refs),
            config={key: without_root(value, inside) for key, value in config.items()},
            main=main_of(inside, location),
            pseudo=found.pseudo,
            packed=found.packed,
            packs=len(self.store.packs),
            missing=tuple(sorted(missing)),
            shallow=tuple(sorted(shallow)),
            unreachable=unreachable,
            converted=converted(
                inside,
                location.top,
                worktree,
                index.entries,
                index.stats or {},
                lambda name: attributes.get(name, {}),
                config.get("core.autocrlf", self.user.get("core.autocrlf", "")).lower(),
            ),
            progress=progress,
            submodules=read_submodules(inside, location, index.entries, modules, self.cache.refs),
            notes=read_notes(found.refs, objects.commits, objects.trees, blobs),
            hooks=hooks,
            exclude=tuple(line for line in exclude if line.strip() and not line.startswith("#")),
            info_attributes=info,
            sparse=self._sparse(),
            attributes=attributes,
            rerere=read_rerere(inside, location.common),
        )

    def _index(self) -> IndexFile:
        path = f"{self.location.git}/index"
        if self.inside.status(path) is None:
            return IndexFile()
        data = self.inside.read(path)
        if data is None:
            raise Unreadable("its index is not a file")
        if data != self.cache.index[0]:
            missing: set[str] = set()
            known = self.cache.objects
            self.cache.index = (data, parse_index(data, lambda oid: read_listing(self.store, oid, known, missing)))
        return self.cache.index[1]

    def _user_excludes(self) -> tuple[str, ...]:
        named = self.location.config.get("core.excludesfile", self.user.get("core.excludesfile"))
        if named is None:
            return self.inside.lines(f"{self.home}/.config/git/ignore")
        if named.startswith("~/"):
            return self.inside.lines(self.home + named[1:])
        return self.inside.lines(named) if named.startswith("/") else ()

    def _sparse(self) -> tuple[str, ...] | None:
        if not self.location.is_on("core.sparsecheckout"):
            return None
        lines = self.inside.lines(f"{self.location.git}/info/sparse-checkout")
        return tuple(line for line in lines if line.strip() and not line.startswith("#"))


def _lies_in(other: str, path: str) -> bool:
    return other != path and (path == "." or other.startswith(f"{path}/"))


def _rules(worktree: Tree, name: str, blobs: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    """Return the lines of each file of that name, by its folder; git follows no link to them."""
    found = {}
    for path, (mode, blob) in worktree.items():
        if (path == name or path.endswith(f"/{name}")) and mode != _LINK:
            found[path[: -len(name)].removesuffix("/")] = tuple((blobs.get(blob) or "").splitlines())
    return found
