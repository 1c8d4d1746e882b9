"""What git would store in place of a file, where configuration or attributes make that another blob."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping

from gitquest_kernel.sandbox.index_file import Stat
from gitquest_kernel.sandbox.inside import Inside
from gitquest_kernel.sandbox.parts import IndexEntry, Tree
from gitquest_kernel.sandbox.worktree import LARGEST_TEXT, blob_id

__all__ = ["converted"]

_IDENT = re.compile(rb"\$Id:[^\n$]*\$")
_LINK = 0o120000


def converted(
    inside: Inside,
    top: str,
    worktree: Tree,
    index: Iterable[IndexEntry],
    stats: Mapping[str, Stat],
    attributes: Callable[[str], Mapping[str, str]],
    autocrlf: str,
) -> dict[str, str]:
    """Return the blob ids by tracked path, only where they differ from those of the files as they stand.

    Line ends and ``ident`` are converted here. A ``filter`` or another encoding is not: such a file counts as
    unchanged as long as its size and time are those that the index remembers, and as changed otherwise.

    Parameters
    ----------
    attributes
        Gives a path's attributes.
    autocrlf
        The value of ``core.autocrlf``.
    """
    found: dict[str, str] = {}
    for entry in index:
        here = worktree.get(entry.path)
        if here is None or here[0] == _LINK or entry.stage or here[1] == entry.blob:
            continue
        given = attributes(entry.path)
        if not given and autocrlf not in {"true", "input"}:
            continue
        path = f"{top}/{entry.path}"
        if {"filter", "working-tree-encoding"} & given.keys():
            if _untouched(path, stats.get(entry.path)):
                found[entry.path] = entry.blob
        elif (blob := _converted(inside.read(path, LARGEST_TEXT), given, autocrlf)) and blob != here[1]:
            found[entry.path] = blob
    return found


def _untouched(path: str, stat: Stat | None) -> bool:
    try:
        status = os.lstat(path)
    except OSError:
        return False
    seconds, nanoseconds = divmod(status.st_mtime_ns, 1_000_000_000)
    return stat is not None and (stat.seconds, stat.nanoseconds, stat.size) == (seconds, nanoseconds, status.st_size)


def _converted(data: bytes | None, given: Mapping[str, str], autocrlf: str) -> str | None:
    if data is None:
        return None
    text = given.get("text", "set" if "eol" in given else "")
    guessed = text == "auto" or (not text and autocrlf in {"true", "input"})
    if text == "set" or (guessed and b"\0" not in data):
        data = data.replace(b"\r\n", b"\n")
    if given.get("ident") == "set":
        data = _IDENT.sub(b"$Id$", data)
    return blob_id(data)
