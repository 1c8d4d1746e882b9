"""Read files of a workspace without ever blocking, and without following anything out of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["LARGEST_FILE", "Inside", "Stamp", "Unreadable", "is_settled", "stamp_of"]

LARGEST_FILE = 67_108_864
"""Files of a repository's own that are larger, in bytes, are refused."""
RACY = 50_000_000
"""A file that changed within so many nanoseconds of being read may have changed again under the same time."""
Stamp = tuple[int, int, int, int, int]
"""What tells that a file has not changed: mode, size, both times in nanoseconds, inode."""


class Unreadable(Exception):
    """Something is not what a repository needs; the message says what, in a student's words."""


def stamp_of(status: os.stat_result) -> Stamp:
    """Return a file's stamp."""
    return (status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_settled(stamp: Stamp, now: int) -> bool:
    """Tell whether a stamp is old enough, at ``now`` nanoseconds, for the file to be known by it."""
    return max(stamp[2], stamp[3]) < now - RACY


@dataclass
class Inside:
    """The folders that one reading may look into.

    Links are followed as long as they stay inside; pipes, devices and sockets are never opened.

    Parameters
    ----------
    roots
        Real paths, none of which is a link.
    """

    roots: tuple[str, ...]
    _folders: dict[str, str | None] = field(default_factory=dict)

    def real(self, path: str) -> str | None:
        """Return where a path really leads, or None when that is outside."""
        parent, name = os.path.split(path)
        if name in {"", ".", ".."}:
            return self._checked(path)
        if parent not in self._folders:
            self._folders[parent] = self._checked(parent)
        folder = self._folders[parent]
        if folder is None:
            return self._checked(path) if path in self.roots else None
        joined = os.path.join(folder, name)  # noqa: PTH118 (called for every file of a repository)
        try:
            return self._checked(joined) if stat.S_ISLNK(os.lstat(joined).st_mode) else joined
        except OSError:
            return joined

    def _checked(self, path: str) -> str | None:
        real = os.path.realpath(path)
        return real if any(real == root or real.startswith(f"{root}/") for root in self.roots) else None

    def status(self, path: str) -> os.stat_result | None:
        """Return the status of what a path leads to, or None when there is nothing inside."""
        real = self.real(path)
        try:
            return os.lstat(real) if real else None
        except (OSError, ValueError):
            return None

    def is_folder(self, path: str) -> bool:
        """Tell whether a path leads to a folder inside."""
        status = self.status(path)
        return status is not None and stat.S_ISDIR(status.st_mode)

    def is_file(self, path: str) -> bool:
        """Tell whether a path leads to a regular file inside."""
        status = self.status(path)
        return status is not None and stat.S_ISREG(status.st_mode)

    def read(self, path: str, most: int = LARGEST_FILE) -> bytes | None:
        """Return a regular file's bytes; None when there is none inside, or it is larger than ``most``."""
        real = self.real(path)
        if real is None:
            return None
        try:
            number = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        except (OSError, ValueError):
            return None
        try:
            status = os.fstat(number)
            if not stat.S_ISREG(status.st_mode) or status.st_size > most:
                return None
            return _all_of(number, status.st_size, most)
        except OSError:
            return None
        finally:
            os.close(number)

    def text(self, path: str, most: int = 1_048_576) -> str | None:
        """Return a small file's text, undecodable bytes escaped."""
        data = self.read(path, most)
        return None if data is None else data.decode("utf-8", "surrogateescape")

    def lines(self, path: str) -> tuple[str, ...]:
        """Return a small text file's lines, none when there is no file."""
        return tuple((self.text(path) or "").splitlines())

    def entries(self, path: str) -> Iterator[os.DirEntry[str]]:
        """Yield what lies in a folder, in the order of the names; nothing when there is no folder inside."""
        real = self.real(path)
        try:
            found = sorted(os.scandir(real), key=lambda entry: entry.name) if real else []
        except OSError:
            found = []
        yield from found

    def relative(self, path: str) -> str:
        """Return a path relative to the first root where it lies inside, else as it is."""
        root = self.roots[0]
        if path == root:
            return "."
        return path[len(root) + 1 :] if path.startswith(f"{root}/") else path


def _all_of(number: int, size: int, most: int) -> bytes:
    data = os.read(number, size + 1)
    while len(data) <= most:
        more = os.read(number, 1 << 20)
        if not more:
            break
        data += more
    return data
