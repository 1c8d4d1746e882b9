"""The files of a folder, hashed as git hashes them."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Set
from dataclasses import dataclass, field
from pathlib import Path

from gitquest_kernel.sandbox.inside import Stamp, is_settled, stamp_of
from gitquest_kernel.sandbox.parts import Tree

__all__ = ["LARGEST_HASHED", "LARGEST_TEXT", "FileCache", "as_text", "blob_id", "read_files"]

LARGEST_TEXT = 262_144
"""Blobs up to this many bytes are kept as text."""
LARGEST_HASHED = 268_435_456
"""A file of more bytes is not read: its blob id tells its size instead (``large-<bytes>``)."""
_PIECE = 1_048_576


@dataclass
class FileCache:
    """Blob ids of files by path, each with the file's status when it was read.

    Like git's index, it does not trust a file whose time is as young as the reading.
    """

    entries: dict[str, tuple[Stamp, tuple[int, str]]] = field(default_factory=dict)


def read_files(top: Path, nested: Set[str], blobs: dict[str, str | None], cache: FileCache) -> Tree:
    """Return mode and blob id of every file below ``top``, without ``.git``, by path.

    Pipes, devices and sockets are left out, as are folders that may not be read.

    Parameters
    ----------
    nested
        Folders below ``top`` that are repositories of their own; they are left out.
    blobs
        Gains the text of each file.
    """
    files: dict[str, tuple[int, str]] = {}
    waiting = [("", str(top))]
    while waiting:
        prefix, folder = waiting.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            name = prefix + entry.name
            if entry.name == ".git" or name in nested:
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append((f"{name}/", entry.path))
            elif found := _file(entry, blobs, cache):
                files[name] = found
    return dict(sorted(files.items()))


def as_text(data: bytes) -> str | None:
    """Return the text of a small file, or None for one that is large or not text."""
    if len(data) > LARGEST_TEXT or b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def blob_id(data: bytes) -> str:
    """Return the id that git gives to a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _file(entry: os.DirEntry[str], blobs: dict[str, str | None], cache: FileCache) -> tuple[int, str] | None:
    try:
        status = entry.stat(follow_symlinks=False)
        stamp = stamp_of(status)
        known = cache.entries.get(entry.path)
        if known and known[0] == stamp and known[1][1] in blobs:
            return known[1]
        now = time.time_ns()
        if stat.S_ISLNK(status.st_mode):
            data = os.fsencode(os.readlink(entry.path))  # noqa: PTH115 (the name as it stands)
            found, text = (0o120000, blob_id(data)), as_text(data)
        elif stat.S_ISREG(status.st_mode):
            blob, text = _hashed(entry.path, status.st_size)
            found = (0o100755 if status.st_mode & 0o100 else 0o100644, blob)
        else:
            return None
    except OSError:
        return None
    blobs.setdefault(found[1], text)
    if is_settled(stamp, now):
        cache.entries[entry.path] = (stamp, found)
    return found


def _hashed(path: str, size: int) -> tuple[str, str | None]:
    """Return a regular file's blob id and its text, read piece by piece."""
    if size > LARGEST_HASHED:
        return f"large-{size}", None
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if size <= LARGEST_TEXT:
            data = os.read(number, LARGEST_TEXT + 1)
            return blob_id(data), as_text(data)
        digest = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
        while size > 0 and (piece := os.read(number, min(size, _PIECE))):
            digest.update(piece)
            size -= len(piece)
        return digest.hexdigest(), None
    finally:
        os.close(number)
