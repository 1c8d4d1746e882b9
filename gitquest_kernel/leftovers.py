"""Temporary folders that outlive nobody: claimed while they are in use, and removed once their process is gone."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

__all__ = ["claimed_folder", "remove", "sweep"]

_PREFIX = "gitquest-room-"
_YOUNG = 10.0
"""A folder of fewer seconds may not have been claimed yet."""


def claimed_folder() -> tuple[Path, int]:
    """Make a temporary folder; the descriptor claims it until it is closed or the process ends, however it ends."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    claim = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    # Some network file systems know no locks; nothing is ever swept there.
    with contextlib.suppress(OSError):
        fcntl.flock(claim, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return folder, claim


def sweep() -> None:
    """Remove the folders of this user that killed processes left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            status = folder.lstat()
            if status.st_uid != os.getuid() or time.time() - status.st_mtime < _YOUNG:
                continue
            claim = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove(folder)
            finally:
                os.close(claim)


def remove(folder: Path) -> None:
    """Remove a folder, even where a student took the rights to do so away."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        for path, folders, _ in os.walk(folder):
            for name in folders:
                with contextlib.suppress(OSError):
                    os.chmod(f"{path}/{name}", 0o700, follow_symlinks=False)  # noqa: PTH101
        shutil.rmtree(folder, ignore_errors=True)
