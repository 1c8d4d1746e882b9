"""Make all files outside one folder unchangeable, where this user may: Landlock ignores modes, owners and times."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

__all__ = ["freeze_all_but"]

_NEW_MOUNTS, _MOUNT_SETATTR = 0x00020000, 442
_BIND, _RECURSIVELY, _PRIVATE = 0x1000, 0x4000, 1 << 18
_HERE, _AND_BELOW, _READ_ONLY = -100, 0x8000, 1


class _Change(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "users")]


def freeze_all_but(libc: ctypes.CDLL, place: Path | None) -> bool:
    """Leave the machine's mounts for a copy that is read-only but for ``place``.

    Returns
    -------
    bool
        Whether that is in force; False changes nothing that can be seen.
    """
    if libc.unshare(_NEW_MOUNTS) or libc.mount(None, b"/", None, _RECURSIVELY | _PRIVATE, None):
        return False
    folder = os.fsencode(place) if place else None
    if folder and libc.mount(folder, folder, None, _BIND | _RECURSIVELY, None):
        return False
    if not _change(libc, b"/", _Change(set=_READ_ONLY)):
        return False
    if folder and not _change(libc, folder, _Change(clear=_READ_ONLY)):
        return False
    # The current folder still lies on the old mount.
    os.chdir(os.getcwd())  # noqa: PTH109
    return True


def _change(libc: ctypes.CDLL, path: bytes, change: _Change) -> bool:
    size = ctypes.c_size_t(ctypes.sizeof(change))
    return int(libc.syscall(_MOUNT_SETATTR, _HERE, path, _AND_BELOW, ctypes.byref(change), size)) == 0
