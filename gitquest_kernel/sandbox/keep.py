"""Keep the files of a workspace as they were, and bring them back: only what differs is read and written.

A file counts as unchanged while its status is: kind, size, times and inode. No program can set a file's change time, so
that only a file as young as its reading needs to be read again, as in git's own index.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gitquest_kernel.errors import SandboxError

__all__ = ["Entry", "Keep", "Kept", "repositories_of"]

_TOPS = ("work", "home")
_RACY = 50_000_000
"""A file that changed within so many nanoseconds of being read may have changed again under the same time."""
_LARGE = 1 << 20
"""Files of more bytes are kept on disk, not in memory."""
_Stamp = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One name: a file (``content`` is a number in the store), a link (its goal) or a folder (None)."""

    mode: int
    content: int | str | None
    modified: int = 0


Kept = Mapping[str, Entry]
"""A state of the files, by path relative to the workspace's folder; a folder comes before what is in it."""


class Keep:
    """The kept states of one workspace; they share what they have in common.

    Parameters
    ----------
    folder
        The workspace's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._contents: list[bytes | Path] = []
        self._known: dict[str, tuple[_Stamp, bool, int]] = {}
        self._large: Path | None = None

    def keep(self) -> Kept:
        """Return the state as it is now.

        Raises
        ------
        SandboxError
            The folder is gone, or its files cannot be kept.
        """
        try:
            return dict(self._entries())
        except OSError as error:
            raise SandboxError(
                f"the state of the workspace cannot be kept: {error.strerror or error}",
                where=str(error.filename or self._folder),
                remedy="Open the quest again: your answer is kept.",
            ) from error

    def restore(self, kept: Kept) -> list[str]:
        """Make the files what they were; return the paths that had to be changed.

        Raises
        ------
        SandboxError
            They cannot be written.
        """
        try:
            now = dict(self._entries(missing=True))
            gone = [path for path, entry in now.items() if not _same_kind(entry, kept.get(path))]
            for path in reversed(gone):
                full = self._full(path)
                if now[path].content is None:
                    shutil.rmtree(full)
                elif os.path.lexists(full):
                    os.unlink(full)  # noqa: PTH108 (a string, as this is called often)
                self._known.pop(path, None)
                now.pop(path)
            changed = [path for path, entry in kept.items() if now.get(path) != entry]
            for path in changed:
                self._bring_back(path, kept[path], now.get(path))
            for path in reversed(changed):
                if kept[path].content is None:
                    os.chmod(self._full(path), stat.S_IMODE(kept[path].mode))  # noqa: PTH101
        except OSError as error:
            raise SandboxError(
                f"the workspace cannot be brought back: {error.strerror or error}",
                where=str(error.filename or self._folder),
                remedy="Free some disk space, then open the quest again: your answer is kept.",
            ) from error
        return gone + changed

    def close(self) -> None:
        """Forget every state."""
        self._contents.clear()
        self._known.clear()
        if self._large is not None:
            shutil.rmtree(self._large, ignore_errors=True)

    def _full(self, path: str) -> str:
        return f"{self._folder}/{path}"

    def _entries(self, *, missing: bool = False) -> Iterator[tuple[str, Entry]]:
        """Yield every entry, a folder before what is in it."""
        for top in _TOPS:
            try:
                status = os.stat(self._full(top))  # noqa: PTH116
            except FileNotFoundError:
                if missing:
                    continue
                raise
            yield top, Entry(status.st_mode, None)
            waiting = [top]
            while waiting:
                folder = waiting.pop()
                with _opened(self._full(folder)) as entries:
                    for entry in entries:
                        path = f"{folder}/{entry.name}"
                        status = entry.stat(follow_symlinks=False)
                        if stat.S_ISDIR(status.st_mode):
                            yield path, Entry(status.st_mode, None)
                            waiting.append(path)
                        elif stat.S_ISREG(status.st_mode):
                            yield path, Entry(status.st_mode, self._content(path, status), status.st_mtime_ns)
                        elif stat.S_ISLNK(status.st_mode):
                            yield path, Entry(status.st_mode, os.readlink(entry.path))  # noqa: PTH115

    def _content(self, path: str, status: os.stat_result) -> int:
        """Return the number of a file's content in the store, having stored it where it is new."""
        stamp = (status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        known = self._known.get(path)
        if known and known[0] == stamp and known[1]:
            return known[2]
        settled = max(status.st_mtime_ns, status.st_ctime_ns) < time.time_ns() - _RACY
        number = known[2] if known else -1
        if status.st_size > _LARGE:
            number = self._store_large(path)
        else:
            data = _read(self._full(path))
            if number < 0 or self._contents[number] != data:
                number = len(self._contents)
                self._contents.append(data)
        self._known[path] = (stamp, settled, number)
        return number

    def _store_large(self, path: str) -> int:
        if self._large is None:
            self._large = Path(tempfile.mkdtemp(prefix="gitquest-kept-"))
        number = len(self._contents)
        copy = self._large / str(number)
        shutil.copyfile(self._full(path), copy)
        self._contents.append(copy)
        return number

    def _bring_back(self, path: str, entry: Entry, now: Entry | None) -> None:
        full = self._full(path)
        if entry.content is None:
            if now is None:
                os.mkdir(full)  # noqa: PTH102
            os.chmod(full, stat.S_IMODE(entry.mode) | 0o700)  # noqa: PTH101
        elif isinstance(entry.content, str):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(full)  # noqa: PTH108
            os.symlink(entry.content, full)  # noqa: PTH211
        else:
            if now is None or now.content != entry.content:
                # A new file: others may share the old one's content by a hard link.
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(full)  # noqa: PTH108
                content = self._contents[entry.content]
                if isinstance(content, bytes):
                    with open(full, "wb") as file:  # noqa: PTH123
                        file.write(content)
                else:
                    shutil.copyfile(content, full)
            os.chmod(full, stat.S_IMODE(entry.mode))  # noqa: PTH101
            os.utime(full, ns=(entry.modified, entry.modified))
            status = os.stat(full)  # noqa: PTH116
            stamp = (status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
            self._known[path] = (stamp, False, entry.content)


def repositories_of(folder: Path, changed: Iterable[str]) -> set[Path]:
    """Return the top folders of the repositories that paths lie in, where these have a worktree."""
    tops: set[Path] = set()
    seen: set[str] = set()
    for path in changed:
        parent = path.partition("/.git/")[0] if "/.git/" in path else os.path.dirname(path)  # noqa: PTH120
        while parent and parent not in seen:
            seen.add(parent)
            if os.path.lexists(folder / parent / ".git"):
                tops.add(folder / parent)
                break
            parent = os.path.dirname(parent)  # noqa: PTH120
    return tops


def _same_kind(entry: Entry, other: Entry | None) -> bool:
    return other is not None and stat.S_IFMT(entry.mode) == stat.S_IFMT(other.mode)


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read()
    except PermissionError:
        with _allowed(path, 0o600), open(path, "rb") as file:  # noqa: PTH123
            return file.read()


@contextlib.contextmanager
def _opened(folder: str) -> Iterator[Iterator[os.DirEntry[str]]]:
    try:
        with os.scandir(folder) as entries:
            yield entries
    except PermissionError:
        with _allowed(folder, 0o700), os.scandir(folder) as entries:
            yield entries


@contextlib.contextmanager
def _allowed(path: str, mode: int) -> Iterator[None]:
    """Take the rights that a student took away, for a moment."""
    before = stat.S_IMODE(os.stat(path).st_mode)  # noqa: PTH116
    os.chmod(path, mode)  # noqa: PTH101
    try:
        yield
    finally:
        os.chmod(path, before)  # noqa: PTH101
