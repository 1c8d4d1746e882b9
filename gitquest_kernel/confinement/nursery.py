"""Start drivers quickly: one small process for all of them, which forks a driver when asked."""

from __future__ import annotations

import atexit
import contextlib
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

__all__ = ["start_driver"]

_CODE = "import sys; sys.path.insert(0, sys.argv[1]); from gitquest_kernel.confinement.driver import main; main(0)"
_lock = threading.Lock()
_nursery: tuple[subprocess.Popen[bytes], socket.socket] | None = None


def start_driver(place: Path, requests: int, replies: int) -> None:
    """Start a driver for ``place`` that reads ``requests`` and writes ``replies``.

    Raises
    ------
    OSError
        The nursery cannot be started.
    """
    with _lock:
        try:
            _send(place, requests, replies)
        except OSError:
            # It may have been killed: once more, with a new one.
            _stop()
            _send(place, requests, replies)


def _send(place: Path, requests: int, replies: int) -> None:
    global _nursery
    if _nursery is None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            environment = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "PATH") if name in os.environ}
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _CODE, str(Path(__file__).parents[2])],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=environment | {"LC_ALL": "C.UTF-8"},
                start_new_session=True,
            )
        _nursery = process, ours
    socket.send_fds(_nursery[1], [os.fsencode(place)], [requests, replies])


def _stop() -> None:
    global _nursery
    if _nursery is not None:
        process, control = _nursery
        _nursery = None
        control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)


def _forget() -> None:
    """In a forked child: the nursery belongs to the parent, and must see it end."""
    global _nursery, _lock
    _lock = threading.Lock()
    if _nursery is not None:
        _nursery[0].returncode = 0
        _nursery[1].close()
        _nursery = None


atexit.register(_stop)
os.register_at_fork(after_in_child=_forget)
