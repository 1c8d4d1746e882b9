"""Read git's index, formats 2 to 4, and the folders that a sparse index keeps folded.

The format is that of git's gitformat-index documentation; of the extensions only those are read without which the
entries would be wrong.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gitquest_kernel.sandbox.inside import Unreadable
from gitquest_kernel.sandbox.parts import IndexEntry, Tree

__all__ = ["IndexFile", "Stat", "parse_index"]

_HEADER = struct.Struct(">4sLL")
_FIXED = struct.Struct(">10L20sH")
_MORE_FLAGS = struct.Struct(">H")
_EXTENSION = struct.Struct(">4sL")
_HASH = 20
_ASSUMED, _EXTENDED, _STAGE, _SKIP, _INTENT = 0x8000, 0x4000, 0x3000, 0x4000, 0x2000
_FOLDER = 0o040000


@dataclass(frozen=True, slots=True)
class Stat:
    """What the index remembers of a file: its size in bytes, and its time of change in seconds and nanoseconds."""

    seconds: int
    nanoseconds: int
    size: int


@dataclass(frozen=True)
class IndexFile:
    """The entries, sorted by path and stage, and what the index remembers of their files."""

    entries: tuple[IndexEntry, ...] = ()
    stats: dict[str, Stat] | None = None


def parse_index(data: bytes, listing: Callable[[str], Tree]) -> IndexFile:
    """Return what an index file holds.

    Parameters
    ----------
    listing
        Gives the flat listing of a tree by its id; a sparse index names whole folders so.

    Raises
    ------
    Unreadable
        The file is damaged, of a later format, or split in two.
    """
    try:
        return _parsed(data, listing)
    except (struct.error, ValueError, IndexError) as error:
        raise Unreadable("its index is damaged") from error


def _parsed(data: bytes, listing: Callable[[str], Tree]) -> IndexFile:
    signature, version, count = _HEADER.unpack_from(data)
    if signature != b"DIRC" or version not in {2, 3, 4}:
        raise Unreadable("its index is damaged or of a format that is not known")
    found: list[IndexEntry] = []
    stats: dict[str, Stat] = {}
    position, name = _HEADER.size, b""
    for _ in range(count):
        entry, stat, name, position = _entry(data, position, name, version)
        if entry.mode == _FOLDER:
            found += _unfolded(entry, listing)
        else:
            found.append(entry)
            stats[entry.path] = stat
    if any(kind == b"link" for kind in _extensions(data, position)):
        raise Unreadable("its index is split in two, which only git itself reads")
    return IndexFile(tuple(sorted(found, key=lambda entry: (entry.path, entry.stage))), stats)


def _entry(data: bytes, start: int, before: bytes, version: int) -> tuple[IndexEntry, Stat, bytes, int]:
    fixed = _FIXED.unpack_from(data, start)
    seconds, nanoseconds, mode, size, oid, flags = fixed[2], fixed[3], fixed[6], fixed[9], fixed[10], fixed[11]
    position, more = start + _FIXED.size, 0
    if flags & _EXTENDED:
        (more,) = _MORE_FLAGS.unpack_from(data, position)
        position += _MORE_FLAGS.size
    if version == 4:
        cut, position = _offset(data, position)
        end = data.index(b"\0", position)
        name, position = before[: len(before) - cut] + data[position:end], end + 1
    else:
        end = data.index(b"\0", position)
        name, position = data[position:end], start + (end - start + 8) // 8 * 8
    named = (
        ("assume-unchanged", flags & _ASSUMED),
        ("intent-to-add", more & _INTENT),
        ("skip-worktree", more & _SKIP),
    )
    path = name.decode("utf-8", "surrogateescape")
    words = tuple(word for word, bit in named if bit)
    entry = IndexEntry(path, (flags & _STAGE) >> 12, mode, oid.hex(), words)
    return entry, Stat(seconds, nanoseconds, size), name, position


def _offset(data: bytes, position: int) -> tuple[int, int]:
    """Read a number of variable width, as in pack files' offsets."""
    byte = data[position]
    value = byte & 127
    while byte & 128:
        position += 1
        byte = data[position]
        value = ((value + 1) << 7) | (byte & 127)
    return value, position + 1


def _unfolded(entry: IndexEntry, listing: Callable[[str], Tree]) -> Iterator[IndexEntry]:
    for path, (mode, blob) in listing(entry.blob).items():
        yield IndexEntry(f"{entry.path}{path}", entry.stage, mode, blob, entry.flags)


def _extensions(data: bytes, position: int) -> Iterator[bytes]:
    while position + _EXTENSION.size <= len(data) - _HASH:
        kind, size = _EXTENSION.unpack_from(data, position)
        yield kind
        position += _EXTENSION.size + size
