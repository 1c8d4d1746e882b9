"""Read refs, reflogs, commits, tags and trees of a repository by libgit2."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pygit2

from gitquest_kernel.sandbox.snapshot import Commit, Head, ReflogEntry, Tag, Tree

__all__ = ["as_commit", "as_tag", "head_of", "read_commits", "read_objects", "read_reflogs", "read_refs"]

_NOTHING = "0" * 40


def read_refs(repository: pygit2.Repository) -> dict[str, str]:
    """Return the object id by full ref name, symbolic refs resolved."""
    refs: dict[str, str] = {}
    for raw in repository.raw_listall_references():
        name = raw.decode("utf-8", "surrogateescape")
        reference = repository.references.get(name)
        while reference is not None and isinstance(reference.target, str):
            reference = repository.references.get(reference.target)
        if reference is not None:
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
        log = tuple(ReflogEntry(str(e.oid_old), str(e.oid_new), e.message or "") for e in entries)
        if log:
            logs[name] = log
    return logs


def read_commits(
    repository: pygit2.Repository, starts: Iterable[str], known: Mapping[str, Commit] | None = None
) -> tuple[dict[str, Commit], dict[str, Tag]]:
    """Return the commits reachable from ``starts`` and the annotated tags among the starts.

    Parameters
    ----------
    known
        Commits read before; they and their ancestors in it are taken over as they are.
    """
    commits: dict[str, Commit] = {}
    tags: dict[str, Tag] = {}
    waiting = sorted(set(starts) - {_NOTHING}, reverse=True)
    while waiting:
        oid = waiting.pop()
        if oid in commits or oid in tags:
            continue
        if known and oid in known:
            commits[oid] = known[oid]
            waiting.extend(known[oid].parents)
            continue
        found = repository.get(oid)
        if isinstance(found, pygit2.Tag):
            tags[oid] = as_tag(oid, found)
            waiting.append(tags[oid].target)
        elif isinstance(found, pygit2.Commit):
            commits[oid] = as_commit(oid, found)
            waiting.extend(commits[oid].parents)
    return commits, tags


def read_objects(
    repository: pygit2.Repository, starts: Iterable[str]
) -> tuple[dict[str, Commit], dict[str, Tag], dict[str, Tree]]:
    """Return reachable commits, tags and a flat listing of each commit's tree."""
    commits, tags = read_commits(repository, starts)
    trees: dict[str, Tree] = {}
    for commit in commits.values():
        if commit.tree not in trees:
            listing: dict[str, tuple[int, str]] = {}
            _flatten(repository, commit.tree, "", listing)
            trees[commit.tree] = dict(sorted(listing.items()))
    return commits, tags, trees


def _flatten(repository: pygit2.Repository, oid: str, prefix: str, listing: dict[str, tuple[int, str]]) -> None:
    tree = repository.get(oid)
    if not isinstance(tree, pygit2.Tree):
        return
    for entry in tree:
        name = prefix + entry.raw_name.decode("utf-8", "surrogateescape")
        if entry.filemode == pygit2.enums.FileMode.TREE:
            _flatten(repository, str(entry.id), f"{name}/", listing)
        else:
            listing[name] = (int(entry.filemode), str(entry.id))


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
