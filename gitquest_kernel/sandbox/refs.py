"""Read HEAD, refs and reflogs from a repository's own files."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from gitquest_kernel.sandbox.inside import Inside, Stamp, Unreadable, is_settled, stamp_of
from gitquest_kernel.sandbox.parts import Head, ReflogEntry

__all__ = ["RefCache", "Refs", "read_head", "read_refs"]

_DEEPEST = 5
"""How many symbolic refs may follow each other, as in git."""
_ID = re.compile(r"[0-9a-f]{40}")
_LINE = re.compile(rb"([0-9a-f]{40}) ([0-9a-f]{40}) [^\t\n]*(?:\t([^\n]*))?\n")
_PSEUDO = re.compile(r"(?:[A-Z_]+_)?HEAD|AUTO_MERGE")
_PER_WORKTREE = ("refs/bisect/", "refs/worktree/", "refs/rewritten/")


@dataclass(eq=False)
class _Log:
    stamp: Stamp | None
    data: bytes
    entries: tuple[ReflogEntry, ...]
    new: tuple[ReflogEntry, ...]
    grown: _Log | None = None


@dataclass
class RefCache:
    """What earlier readings found: reflogs with the bytes they were read from, and the packed refs.

    ``ids`` are those that the logs in ``counted`` name.
    """

    logs: dict[str, _Log] = field(default_factory=dict)
    counted: dict[str, _Log] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()
    packed: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Refs:
    """HEAD, all refs with symbolic ones resolved, and the reflogs, newest entry first."""

    head: Head
    refs: dict[str, str]
    packed: tuple[str, ...]
    pseudo: dict[str, str]
    reflog: dict[str, tuple[ReflogEntry, ...]]
    reflog_ids: frozenset[str]


def read_refs(inside: Inside, git: str, common: str, cache: RefCache) -> Refs:
    """Read the refs of a repository.

    Parameters
    ----------
    git, common
        The worktree's own git folder, and the one that it shares with others (the same for a main worktree).

    Raises
    ------
    Unreadable
        HEAD is missing or says nothing that git understands.
    """
    packed, loose = _packed(inside, common, cache), _all_loose(inside, git, common)
    texts = packed | loose
    refs = {name: oid for name in texts if (oid := _resolved(name, texts))}
    head = _head(inside.text(f"{git}/HEAD"), texts)
    logs = {}
    for name in ("HEAD", *refs):
        path = f"{git if name == 'HEAD' or _own(name) else common}/logs/{name}"
        if (log := _log(inside, path, cache)) and log.entries:
            logs[name] = log
    only_packed = tuple(sorted(packed.keys() - loose.keys()))
    reflog = {name: log.entries for name, log in logs.items()}
    return Refs(head, dict(sorted(refs.items())), only_packed, _pseudo(inside, git), reflog, _ids(logs, cache))


def read_head(inside: Inside, git: str, common: str, cache: RefCache) -> Head:
    """Read HEAD alone.

    Raises
    ------
    Unreadable
        HEAD is missing or says nothing that git understands.
    """
    return _head(inside.text(f"{git}/HEAD"), _packed(inside, common, cache) | _all_loose(inside, git, common))


def _all_loose(inside: Inside, git: str, common: str) -> dict[str, str]:
    found = {name: text for name, text in _loose(inside, common, "refs") if git == common or not _own(name)}
    if git != common:
        found |= {name: text for name, text in _loose(inside, git, "refs") if _own(name)}
    return found


def _own(name: str) -> bool:
    return name.startswith(_PER_WORKTREE)


def _packed(inside: Inside, common: str, cache: RefCache) -> dict[str, str]:
    data = inside.read(f"{common}/packed-refs") or b""
    if data != cache.packed.get(common, (b"",))[0]:
        lines = [line.partition(" ") for line in data.decode("utf-8", "surrogateescape").splitlines()]
        cache.packed[common] = (data, {name: oid for oid, _, name in lines if _ID.fullmatch(oid) and name})
    return cache.packed[common][1] if data else {}


def _loose(inside: Inside, folder: str, name: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in inside.entries(f"{folder}/{name}"):
        inner = f"{name}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            found += _loose(inside, folder, inner)
        elif not entry.name.endswith(".lock") and (text := inside.text(entry.path, 4096)):
            found.append((inner, text.strip()))
    return found


def _resolved(name: str, texts: dict[str, str]) -> str | None:
    for _ in range(_DEEPEST):
        text = texts.get(name, "")
        if _ID.fullmatch(text):
            return text
        if not text.startswith("ref:"):
            return None
        name = text[4:].strip()
    return None


def _head(text: str | None, texts: dict[str, str]) -> Head:
    text = (text or "").strip()
    if _ID.fullmatch(text):
        return Head(None, text)
    if not text.startswith("ref:") or not text[4:].strip().startswith("refs/"):
        raise Unreadable("its HEAD says nothing that git understands" if text else "its HEAD is gone")
    branch = text[4:].strip()
    return Head(branch, _resolved(branch, texts))


def _pseudo(inside: Inside, git: str) -> dict[str, str]:
    found = {}
    for entry in inside.entries(git):
        if entry.name != "HEAD" and _PSEUDO.fullmatch(entry.name):
            first = (inside.text(entry.path) or "")[:40]
            if _ID.fullmatch(first):
                found[entry.name] = first
    return found


def _log(inside: Inside, path: str, cache: RefCache) -> _Log | None:
    status = inside.status(path)
    if status is None:
        return None
    stamp, now = stamp_of(status), time.time_ns()
    known = cache.logs.get(path)
    if known and known.stamp == stamp:
        return known
    data = inside.read(path) or b""
    if known and data == known.data:
        known.stamp = stamp if is_settled(stamp, now) else None
        return known
    grown = known if known and data.startswith(known.data) and known.data.endswith(b"\n") else None
    new = _entries(data[len(grown.data) :] if grown else data)
    entries = (*new, *grown.entries) if grown else new
    cache.logs[path] = _Log(stamp if is_settled(stamp, now) else None, data, entries, new, grown)
    if grown:
        grown.grown = None  # only the last step is of use
    return cache.logs[path]


def _ids(logs: dict[str, _Log], cache: RefCache) -> frozenset[str]:
    """Return the ids that the logs name; those that have only grown since the last reading are not gone through."""
    before, cache.counted = cache.counted, logs
    if all(name in logs and (logs[name] is log or logs[name].grown is log) for name, log in before.items()):
        new = [log.new if name in before else log.entries for name, log in logs.items() if before.get(name) is not log]
        cache.ids |= {entry.new for entries in new for entry in entries}
    else:
        cache.ids = frozenset(entry.new for log in logs.values() for entry in log.entries)
    return cache.ids


def _entries(data: bytes) -> tuple[ReflogEntry, ...]:
    found = [
        ReflogEntry(match[1].decode(), match[2].decode(), (match[3] or b"").decode("utf-8", "replace"))
        for match in _LINE.finditer(data if data.endswith(b"\n") else data + b"\n")
    ]
    return tuple(reversed(found))
