"""Open files that a student's programs may have replaced: never a link, never a pipe that would wait for ever."""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO

__all__ = ["append_to", "read_file"]

_CAREFULLY = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def read_file(path: str) -> bytes:
    """Return what a file holds.

    Raises
    ------
    OSError
        There is none, or something else is in its place.
    """
    with os.fdopen(_opened(path, os.O_RDONLY), "rb") as file:
        return file.read()


def append_to(path: str, *, empty: bool = False) -> BinaryIO:
    """Open a file to write at its end; ``empty`` makes it empty first. Whatever takes its place later is not written.

    Raises
    ------
    OSError
        It cannot be made, or something else is in its place.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if empty else 0)
    return os.fdopen(_opened(path, flags), "ab")


def _opened(path: str, flags: int) -> int:
    descriptor = os.open(path, flags | _CAREFULLY, 0o644)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode) or path == os.devnull:
        return descriptor
    os.close(descriptor)
    number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
    raise OSError(number, os.strerror(number), path)
