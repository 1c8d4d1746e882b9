"""Standard output and error of a child that runs cells, as messages in the order in which they were written."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from ipykernel.iostream import OutStream

__all__ = ["CapturedStream", "FileOutput"]

_MOST_HELD = 8192
_LONGEST_HELD = 0.2


class FileOutput:
    """What other programs write to descriptor 1 or 2, kept in memory by the operating system.

    A file, not a pipe: nobody has to read while a cell runs, and nothing blocks.
    """

    def __init__(self, descriptor: int) -> None:
        self._file = os.memfd_create(f"stream-{descriptor}", os.MFD_CLOEXEC)
        os.dup2(self._file, descriptor)
        self._read = 0

    def new(self) -> str:
        """Return what has been written since this was last called."""
        size = os.fstat(self._file).st_size
        if size <= self._read:
            return ""
        data = os.pread(self._file, size - self._read, self._read)
        self._read += len(data)
        return data.decode(errors="replace")


class CapturedStream(OutStream):
    """A stand-in for ipykernel's stream that hands its text on at once, without a thread or a socket.

    Parameters
    ----------
    send
        Called with the stream's name and the text.
    others
        What programs write to the descriptor of the same name.
    """

    def __init__(self, name: str, send: Callable[[str, str], None], others: FileOutput) -> None:
        io.TextIOBase.__init__(self)
        self.name = name
        self.echo = None
        self.pub_thread = self  # not closed
        self._isatty = self._should_watch = False
        self._local = threading.local()
        self._send, self._others = send, others
        self._lock = threading.RLock()
        self._held: list[str] = []
        self._size, self._since = 0, 0.0
        self._original_stdstream_copy = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)

    def write(self, string: str) -> int:
        """Take text of a cell."""
        if not isinstance(string, str):
            raise TypeError(f"write() argument must be str, not {type(string)}")
        now = time.monotonic()
        with self._lock:
            if not self._held:
                self._since = now
            self._held.append(string)
            self._size += len(string)
            full = self._size > _MOST_HELD or now - self._since > _LONGEST_HELD
        if full:
            self.flush()
        return len(string)

    def flush(self) -> None:
        """Hand on what has been written, and what other programs wrote."""
        with self._lock:
            text, self._held, self._size = "".join(self._held), [], 0
        text += self._others.new()
        if text:
            self._send(self.name, text)

    def writelines(self, sequence: Any) -> None:
        """Take several pieces of text."""
        for string in sequence:
            self.write(string)

    def close(self) -> None:
        """Go on: a cell that closes its standard output must not silence the next."""
        self.flush()

    def set_parent(self, parent: Any) -> None:
        """Nothing: messages are told apart by when they come."""
