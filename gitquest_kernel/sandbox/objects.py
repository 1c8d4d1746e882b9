"""Commits, tags and trees as git writes them, and a walk that reads only what is new."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gitquest_kernel.sandbox.parts import Commit, Signature, Tag, Tree
from gitquest_kernel.sandbox.store import ObjectStore

__all__ = ["ObjectCache", "Objects", "parse_commit", "parse_tag", "parse_tree", "read_listing", "read_objects"]

_NOTHING = "0" * 40
_FOLDER = 0o040000
_GITLINK = 0o160000
_ENTRY = re.compile(rb"([0-7]+) ([^\0]+)\0(.{20})", re.DOTALL)
_CHARACTER_SET = re.compile(r"ascii|big5|cp\d|euc|gb|iso|johab|koi8|latin|mac|ptcp|shift|utf-(8|16|32)|tis")
_PERSON = re.compile(r"(?P<name>[^<]*?) ?<(?P<email>[^>]*)>(?: (?P<time>-?\d+))?.*", re.DOTALL)
_ARMOUR = re.compile(rb"^-----BEGIN (SSH SIGNATURE|PGP SIGNATURE|PGP MESSAGE|SIGNED MESSAGE)-----$", re.MULTILINE)
_KINDS = {b"SSH": "ssh", b"PGP": "gpg", b"SIG": "x509"}


@dataclass(frozen=True)
class Objects:
    """What some starts lead to: commits, annotated tags, listings by tree id, and what is not there."""

    commits: Mapping[str, Commit] = field(default_factory=dict)
    tags: Mapping[str, Tag] = field(default_factory=dict)
    trees: Mapping[str, Tree] = field(default_factory=dict)
    blobs: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()


@dataclass
class ObjectCache:
    """What has been read of one repository's immutable objects, so that nothing is read twice.

    Objects are named by their content, so what is in it never goes stale; what was missing is looked for again.
    ``starts`` and ``found`` are those of the last reading, ``subtrees`` all trees that were ever met; ``walks`` counts
    the readings that began anew, so that as long as it stays ``found`` only grows.
    """

    starts: frozenset[str] = frozenset()
    walks: int = 0
    found: Objects = field(default_factory=Objects)
    subtrees: dict[str, Tree] = field(default_factory=dict)


def read_objects(
    store: ObjectStore, starts: Iterable[str], cache: ObjectCache, shallow: frozenset[str] = frozenset()
) -> Objects:
    """Return what can be reached from ``starts``.

    When the starts are those of the last call and some more, only what is new is walked.

    Parameters
    ----------
    shallow
        Commits whose parents are not looked for.
    """
    wanted = frozenset(starts) - {_NOTHING}
    if cache.starts == wanted and not cache.found.missing:
        return cache.found
    if cache.starts <= wanted and not cache.found.missing:
        found = _more(store, wanted - cache.starts, cache.found, cache, shallow)
    else:
        found = _more(store, wanted, Objects(), cache, shallow)
        cache.walks += 1
    cache.starts, cache.found = wanted, found
    return found


def _more(
    store: ObjectStore, starts: Iterable[str], known: Objects, cache: ObjectCache, shallow: frozenset[str]
) -> Objects:
    commits, tags, missing = dict(known.commits), dict(known.tags), set(known.missing)
    trees, blobs = dict(known.trees), known.blobs
    waiting = sorted(starts, reverse=True)
    fresh: dict[str, Tree] = {}
    while waiting:
        oid = waiting.pop()
        if oid in commits or oid in tags or oid in missing:
            continue
        commit = cache.found.commits.get(oid)
        kind, data = ("commit", b"") if commit else store.read(oid) or ("", b"")
        if kind == "commit":
            commits[oid] = commit = commit or parse_commit(oid, data)
            waiting.extend(() if oid in shallow else commit.parents)
            if commit.tree not in trees:
                fresh[commit.tree] = trees[commit.tree] = read_listing(store, commit.tree, cache, missing)
        elif kind == "tag":
            tags[oid] = parse_tag(oid, data)
            waiting.append(tags[oid].target)
        elif not kind:
            missing.add(oid)
    if fresh:
        blobs |= {blob for tree in fresh.values() for mode, blob in tree.values() if mode != _GITLINK}
    return Objects(commits, tags, trees, blobs, frozenset(missing))


def read_listing(store: ObjectStore, oid: str, cache: ObjectCache, missing: set[str]) -> Tree:
    """Return the flat listing of a tree; subtrees that are known are not read again.

    Parameters
    ----------
    missing
        Gains the trees that are not there.
    """
    if oid in cache.subtrees:
        return cache.subtrees[oid]
    kind, data = store.read(oid) or ("", b"")
    before = len(missing)
    listing: dict[str, tuple[int, str]] = {}
    if kind != "tree":
        missing.add(oid)
    for name, mode, entry in parse_tree(data) if kind == "tree" else ():
        if mode == _FOLDER:
            inner = read_listing(store, entry, cache, missing)
            listing.update((f"{name}/{path}", found) for path, found in inner.items())
        else:
            listing[name] = (mode, entry)
    listing = dict(sorted(listing.items()))
    if len(missing) == before:
        cache.subtrees[oid] = listing
    return listing


def parse_tree(raw: bytes) -> Iterator[tuple[str, int, str]]:
    """Yield name, mode and object id of each entry of a tree object.

    The format is ``mode SP name NUL id``, with the id in 20 bytes: git's gitformat documentation, tree objects.
    """
    found = _ENTRY.findall(raw)
    if sum(len(mode) + len(name) + 22 for mode, name, _ in found) != len(raw):
        raise ValueError("a tree is damaged")
    for mode, name, oid in found:
        yield name.decode("utf-8", "surrogateescape"), int(mode, 8), oid.hex()


def parse_commit(oid: str, raw: bytes) -> Commit:
    """Return a commit as a value.

    Raises
    ------
    ValueError
        It has no tree, author or committer.
    """
    head, _, message = raw.partition(b"\n\n")
    headers = _headers(head)
    coding = _coding(headers)
    people = {key: _person(headers.get(key, [b""])[0].decode(coding, "replace")) for key in (b"author", b"committer")}
    if b"tree" not in headers or b"author" not in headers or b"committer" not in headers:
        raise ValueError(f"the commit {oid[:7]} is damaged")
    signature = headers.get(b"gpgsig", [b""])[0]
    return Commit(
        id=oid,
        parents=tuple(parent.decode("ascii", "replace") for parent in headers.get(b"parent", ())),
        tree=headers[b"tree"][0].decode("ascii", "replace"),
        author=people[b"author"][0],
        committer=people[b"committer"][0],
        time=people[b"committer"][1],
        message=message.decode(coding, "replace"),
        authored=people[b"author"][1],
        signature=_signature(signature, _unsigned(head) + b"\n\n" + message) if signature else None,
    )


def parse_tag(oid: str, raw: bytes) -> Tag:
    """Return an annotated tag as a value, its signature apart from its message."""
    head, _, message = raw.partition(b"\n\n")
    headers = _headers(head)
    coding = _coding(headers)
    start = next((match.start() for match in _ARMOUR.finditer(message)), len(message))
    signature = message[start:]
    return Tag(
        id=oid,
        name=headers.get(b"tag", [b""])[0].decode("utf-8", "replace"),
        target=headers.get(b"object", [b""])[0].decode("ascii", "replace"),
        tagger=_person(headers[b"tagger"][0].decode(coding, "replace"))[0] if b"tagger" in headers else "",
        message=message[:start].decode(coding, "replace"),
        signature=_signature(signature, raw[: len(raw) - len(signature)]) if signature else None,
    )


def _headers(head: bytes) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    last: list[bytes] = [b""]
    for line in head.split(b"\n"):
        if line.startswith(b" "):
            last[-1] += b"\n" + line[1:]
        else:
            key, _, value = line.partition(b" ")
            last = found.setdefault(key, [])
            last.append(value)
    return found


def _coding(headers: Mapping[bytes, list[bytes]]) -> str:
    """Return the codec of the ``encoding`` header; one that is unknown, or is no character set, reads as UTF-8."""
    name = headers.get(b"encoding", [b"utf-8"])[0].decode("ascii", "replace")
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return "utf-8"
    return found if _CHARACTER_SET.match(found) else "utf-8"


def _person(text: str) -> tuple[str, int]:
    match = _PERSON.fullmatch(text)
    if not match:
        return text, 0
    return f"{match['name'].strip()} <{match['email']}>", int(match["time"] or 0)


def _unsigned(head: bytes) -> bytes:
    kept, skipping = [], False
    for line in head.split(b"\n"):
        skipping = line.startswith(b"gpgsig") or (skipping and line.startswith(b" "))
        if not skipping:
            kept.append(line)
    return b"\n".join(kept)


def _signature(text: bytes, payload: bytes) -> Signature:
    match = _ARMOUR.search(text)
    kind = _KINDS[match[1][:3]] if match else "gpg"
    hashes = f"{hashlib.sha512(payload).hexdigest()}:{hashlib.sha256(payload).hexdigest()}"
    return Signature(kind, text.decode("utf-8", "replace"), hashes)
