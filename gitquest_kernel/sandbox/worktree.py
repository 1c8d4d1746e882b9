"""The files of a folder, hashed as git hashes them."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Set
from dataclasses import dataclass, field
from pathlib import Path

from gitquest_kernel.sandbox.snapshot import Tree

__all__ = ["FileCache", "as_text", "read_files"]

LARGEST_TEXT = 262_144
"""Blobs up to this many bytes are kept as text."""
_RACY = 50_000_000
"""A file that changed within so many nanoseconds of being read may have changed again under the same time."""
_Stamp = tuple[int, int, int, int, int]


@dataclass
class FileCache:
    """Blob ids of files by path, each with the file's status when it was read.

    Like git's index, it does not trust a file whose time is as young as the reading.
    """

    entries: dict[str, tuple[_Stamp, tuple[int, str]]] = field(default_factory=dict)


def read_files(top: Path, nested: Set[str], blobs: dict[str, str | None], cache: FileCache) -> Tree:
    """Return mode and blob id of every file below ``top``, without ``.git``, by path.

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
        with os.scandir(folder) as entries:
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


def _file(entry: os.DirEntry[str], blobs: dict[str, str | None], cache: FileCache) -> tuple[int, str] | None:
    status = entry.stat(follow_symlinks=False)
    stamp = (status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    known = cache.entries.get(entry.path)
    if known and known[0] == stamp and known[1][1] in blobs:
        return known[1]
    now = time.time_ns()
    if stat.S_ISLNK(status.st_mode):
        mode, data = 0o120000, os.fsencode(os.readlink(entry.path))  # noqa: PTH115 (the name as it stands)
    elif stat.S_ISREG(status.st_mode):
        mode, data = 0o100755 if status.st_mode & 0o100 else 0o100644, Path(entry.path).read_bytes()
    else:
        return None
    blob = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    blobs.setdefault(blob, as_text(data))
    if max(status.st_mtime_ns, status.st_ctime_ns) < now - _RACY:
        cache.entries[entry.path] = (stamp, (mode, blob))
    return mode, blob
