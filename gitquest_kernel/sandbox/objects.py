"""Read refs, reflogs, commits, tags and trees of a repository by libgit2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pygit2

from gitquest_kernel.sandbox.snapshot import Commit, Head, ReflogEntry, Tag, Tree

__all__ = ["ObjectCache", "as_commit", "as_tag", "head_of", "read_objects", "read_reflogs", "read_refs"]

_NOTHING = "0" * 40
_FOLDER = 0o040000
_DEEPEST = 5
"""How many symbolic refs may follow each other, as in git."""


def read_refs(repository: pygit2.Repository) -> dict[str, str]:
    """Return the object id by full ref name, symbolic refs resolved."""
    refs: dict[str, str] = {}
    for raw in repository.raw_listall_references():
        name = raw.decode("utf-8", "surrogateescape")
        reference = repository.references.get(name)
        for _ in range(_DEEPEST):
            if reference is None or not isinstance(reference.target, str):
                break
            reference = repository.references.get(reference.target)
        if reference is not None and not isinstance(reference.target, str):
            refs[name] = str(reference.target)
    return dict(sorted(refs.items()))


def head_of(repository: pygit2.Repository) -> Head:
    """Return where HEAD is."""
    reference = repository.references.get("HEAD")
    if reference is None:
        return Head(None, None)
    if not isinstance(reference.target, str):
        return Head(None, str(reference.target))
    target = repository.references.get(reference.target)
    return Head(reference.target, None if target is None else str(target.target))


def read_reflogs(repository: pygit2.Repository, refs: Iterable[str]) -> dict[str, tuple[ReflogEntry, ...]]:
    """Return the reflog, newest first, of HEAD and of each ref that has one."""
    logs: dict[str, tuple[ReflogEntry, ...]] = {}
    for name in ("HEAD", *refs):
        reference = repository.references.get(name)
        entries = reference.log() if reference is not None else ()
        log = tuple(ReflogEntry(str(e.oid_old), str(e.oid_new), _message(e)) for e in entries)
        if log:
            logs[name] = log
    return logs


def _message(entry: pygit2.RefLogEntry) -> str:
    try:
        return entry.message or ""
    except UnicodeDecodeError:  # the subject of a commit in another encoding; libgit2's wrapper offers no bytes
        return "�"


@dataclass
class ObjectCache:
    """What has been read of one repository's immutable objects, so that nothing is read twice.

    Objects are named by their content, so what is in it never goes stale. ``starts`` to ``trees`` and ``blobs`` are
    those of the last reading, ``subtrees`` all that were ever met.
    """

    starts: frozenset[str] = frozenset()
    commits: dict[str, Commit] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    trees: dict[str, Tree] = field(default_factory=dict)
    subtrees: dict[str, Tree] = field(default_factory=dict)
    blobs: frozenset[str] = frozenset()


def read_objects(
    repository: pygit2.Repository, starts: Iterable[str], cache: ObjectCache
) -> tuple[Mapping[str, Commit], Mapping[str, Tag], Mapping[str, Tree]]:
    """Return the commits reachable from ``starts``, the annotated tags on the way, and a listing of each tree.

    When the starts are those of the last call and some more, only what is new is walked.
    """
    wanted = frozenset(starts) - {_NOTHING}
    if not cache.starts <= wanted:
        commits, tags = _walk(repository, wanted, {}, {}, cache)
        trees = {commit.tree: _listing(repository, commit.tree, cache) for commit in commits.values()}
        cache.blobs = _blobs(trees)
    elif cache.starts == wanted:
        return cache.commits, cache.tags, cache.trees
    else:
        commits, tags = _walk(repository, wanted - cache.starts, cache.commits, cache.tags, cache)
        fresh = {commit.tree for oid, commit in commits.items() if oid not in cache.commits} - cache.trees.keys()
        new = {tree: _listing(repository, tree, cache) for tree in fresh}
        trees = cache.trees | new
        cache.blobs = cache.blobs | _blobs(new)
    cache.starts, cache.commits, cache.tags, cache.trees = wanted, commits, tags, trees
    return commits, tags, trees


def _blobs(trees: Mapping[str, Tree]) -> frozenset[str]:
    return frozenset(blob for tree in trees.values() for _, blob in tree.values())


def _walk(
    repository: pygit2.Repository,
    starts: Iterable[str],
    reached: Mapping[str, Commit],
    named: Mapping[str, Tag],
    cache: ObjectCache,
) -> tuple[dict[str, Commit], dict[str, Tag]]:
    commits, tags = dict(reached), dict(named)
    waiting = sorted(starts, reverse=True)
    while waiting:
        oid = waiting.pop()
        if oid in commits or oid in tags:
            continue
        known = cache.commits.get(oid) or repository.get(oid)
        if isinstance(known, pygit2.Commit):
            known = as_commit(oid, known)
        if isinstance(known, Commit):
            commits[oid] = known
            waiting.extend(known.parents)
        elif isinstance(known, pygit2.Tag):
            tags[oid] = as_tag(oid, known)
            waiting.append(tags[oid].target)
    return commits, tags


def _listing(repository: pygit2.Repository, oid: str, cache: ObjectCache) -> Tree:
    """Return the flat listing of a tree; subtrees that are known are not read again."""
    if oid in cache.subtrees:
        return cache.subtrees[oid]
    listing: dict[str, tuple[int, str]] = {}
    tree = repository.get(oid)
    for name, mode, entry in _entries(tree.read_raw()) if isinstance(tree, pygit2.Tree) else ():
        if mode == _FOLDER:
            inner = _listing(repository, entry, cache)
            listing.update((f"{name}/{path}", found) for path, found in inner.items())
        else:
            listing[name] = (mode, entry)
    cache.subtrees[oid] = dict(sorted(listing.items()))
    return cache.subtrees[oid]


def _entries(raw: bytes) -> Iterator[tuple[str, int, str]]:
    """Yield name, mode and object id of each entry of a tree object.

    The format is ``mode SP name NUL id``, with the id in 20 bytes: git's gitformat documentation, tree objects.
    """
    position = 0
    while position < len(raw):
        space = raw.index(b" ", position)
        end = raw.index(b"\0", space)
        oid = raw[end + 1 : end + 21]
        yield raw[space + 1 : end].decode("utf-8", "surrogateescape"), int(raw[position:space], 8), oid.hex()
        position = end + 21


def as_commit(oid: str, found: pygit2.Commit) -> Commit:
    return Commit(
        id=oid,
        parents=tuple(str(parent) for parent in found.parent_ids),
        tree=str(found.tree_id),
        author=_person(found.author),
        committer=_person(found.committer),
        time=found.commit_time,
        message=(found.raw_message or b"").decode("utf-8", "replace"),
    )


def as_tag(oid: str, found: pygit2.Tag) -> Tag:
    tagger = _person(found.tagger) if found.tagger else ""
    return Tag(oid, (found.raw_name or b"").decode("utf-8", "replace"), str(found.target), tagger, found.message or "")


def _person(signature: pygit2.Signature) -> str:
    name, email = ((raw or b"").decode("utf-8", "replace") for raw in (signature.raw_name, signature.raw_email))
    return f"{name} <{email}>"
