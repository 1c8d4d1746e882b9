"""Refuse the system calls that reach beyond files: sockets of every kind, other processes' memory, the kernel's keys.

Landlock knows no sockets but TCP's and abstract ones, and neither does a network namespace know those that are files.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

__all__ = ["can_refuse", "refuse_system_calls"]

_SECCOMP, _SET_SECCOMP, _FILTER = 21, 22, 2
_LOAD, _EQUALS, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE = 0, 4
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_OTHER_INTERFACE = 0x40000000
# socket, ptrace, process_vm_readv, process_vm_writev, add_key, request_key, keyctl, io_uring_setup (it makes sockets)
_CALLS = {
    "x86_64": (0xC000003E, (41, 101, 310, 311, 248, 249, 250, 425)),
    "aarch64": (0xC00000B7, (198, 117, 270, 271, 217, 218, 219, 425)),
}


def can_refuse() -> bool:
    """Tell whether this machine can refuse system calls."""
    filters = os.path.exists("/proc/sys/kernel/seccomp/actions_avail")  # noqa: PTH110 (nothing slow to import here)
    return filters and platform.machine() in _CALLS


def refuse_system_calls(libc: ctypes.CDLL) -> bool:
    """Refuse the calls to this process and all that it starts; it must have given up new privileges before.

    Returns
    -------
    bool
        Whether that is in force.
    """
    if platform.machine() not in _CALLS:
        return False
    architecture, calls = _CALLS[platform.machine()]
    # The jumps count the instructions that are skipped; the last two allow and refuse.
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUALS, 0, len(calls) + 3, architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, len(calls) + 1, 0, _OTHER_INTERFACE),
        *((_EQUALS, len(calls) - place, 0, call) for place, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)))
    return int(libc.prctl(_SET_SECCOMP, _FILTER, program, 0, 0)) == 0
