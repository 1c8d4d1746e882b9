"""The objects of a repository: loose ones read here, packed ones through libgit2, both checked against their ids."""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Mapping, Set
from dataclasses import dataclass

import pygit2

from gitquest_kernel.sandbox.inside import Inside, Unreadable

__all__ = ["LARGEST_OBJECT", "ObjectStore", "open_store"]

LARGEST_OBJECT = 16_777_216
"""Larger blobs, in bytes, are known to be there and not read; larger objects of other types are not taken at all."""
_UNREAD = b"\0"
"""Stands for the content of a large blob: it is no text."""
_DEEPEST = 5
"""How many object folders may follow each other by ``info/alternates``, as in git."""
_TYPES = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_HEADER = re.compile(rb"(commit|tree|blob|tag) (\d+)\0")


@dataclass
class ObjectStore:
    """The objects in some folders; what is missing, damaged or not a regular file is None.

    Parameters
    ----------
    folders
        The repository's own objects folder, then its alternates.
    packs
        The names of the repository's own packs.
    loose
        The ids of its own loose objects by their first two digits, once they have been listed.
    """

    inside: Inside
    folders: tuple[str, ...]
    packs: tuple[str, ...]
    loose: Mapping[str, Set[str]] | None = None
    _odb: pygit2.Odb | None = None

    def read(self, oid: str) -> tuple[str, bytes] | None:
        """Return an object's type and content; that of a blob beyond `LARGEST_OBJECT` is a single NUL byte."""
        for folder in self.folders:
            if folder == self.folders[0] and self.loose is not None and oid not in self.loose.get(oid[:2], ()):
                continue
            data = self.inside.read(f"{folder}/{oid[:2]}/{oid[2:]}")
            if data is not None and (found := _unpacked(oid, data)):
                return found
        return self._from_pack(oid)

    def packed_ids(self) -> frozenset[str]:
        """Return the ids of all objects in packs."""
        return frozenset(str(oid) for oid in self._packed())

    def _packed(self) -> pygit2.Odb:
        if self._odb is None:
            self._odb = pygit2.Odb()
            for order, folder in enumerate(self.folders, 1):
                self._odb.add_backend(pygit2.OdbBackendPack(folder), order)
        return self._odb

    def _from_pack(self, oid: str) -> tuple[str, bytes] | None:
        try:
            odb = self._packed()
            kind, size = odb.read_header(oid)
            if size > LARGEST_OBJECT:
                return _large(_TYPES[int(kind)])
            data = odb.read(oid)[1]
        except (KeyError, ValueError, pygit2.GitError):
            return None
        return _TYPES[int(kind)], data


def open_store(inside: Inside, objects: str) -> ObjectStore:
    """Return the objects below a repository's ``objects`` folder.

    Raises
    ------
    Unreadable
        The folder is missing, holds something other than files where packs belong, or borrows from outside.
    """
    folders = _with_alternates(inside, objects, 0)
    packs = [_packs(inside, folder) for folder in folders]
    return ObjectStore(inside, tuple(folders), packs[0])


def _with_alternates(inside: Inside, objects: str, depth: int) -> list[str]:
    real = inside.real(objects)
    if real is None or not inside.is_folder(real):
        raise Unreadable("its objects are gone" if real else "its objects lie outside this quest's folder")
    folders = [real]
    for line in inside.lines(f"{real}/info/alternates"):
        if line and not line.startswith("#") and depth < _DEEPEST:
            inner = os.path.normpath(os.path.join(real, line))  # noqa: PTH118 (the text of a file, not a path yet)
            folders += [folder for folder in _with_alternates(inside, inner, depth + 1) if folder not in folders]
    return folders


def _packs(inside: Inside, folder: str) -> tuple[str, ...]:
    """Return the packs' names, and refuse what libgit2 might wait for or follow."""
    names = []
    for entry in inside.entries(f"{folder}/pack"):
        if not entry.is_file(follow_symlinks=False):
            raise Unreadable(f"{entry.name} among its packs is not a file")
        names.append(entry.name)
    return tuple(name for name in names if name.endswith(".pack"))


def _large(kind: str) -> tuple[str, bytes] | None:
    return (kind, _UNREAD) if kind == "blob" else None


def _unpacked(oid: str, data: bytes) -> tuple[str, bytes] | None:
    stream = zlib.decompressobj()
    try:
        start = stream.decompress(data, 64)
        header = _HEADER.match(start)
        if not header:
            return None
        kind, size = header[1].decode(), int(header[2])
        if size > LARGEST_OBJECT:
            return _large(kind)
        whole = start + stream.decompress(stream.unconsumed_tail, size + 64)
    except (zlib.error, ValueError):
        return None
    if len(whole) != header.end() + size or hashlib.sha1(whole, usedforsecurity=False).hexdigest() != oid:
        return None
    return kind, whole[header.end() :]
