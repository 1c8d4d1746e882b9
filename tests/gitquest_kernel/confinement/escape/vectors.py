"""The harms that an attempt may do, and the program that tries them all at once.

Every harm is a harmless marker: a canary read, a file written beside the sandbox, a listener on this machine reached, a
bounded file, mapping or process.
"""

from __future__ import annotations

import sys
from enum import StrEnum

__all__ = ["ANYTHING", "Vector", "payload"]


class Vector(StrEnum):
    """A harm."""

    EXECUTE = "execute"
    READ = "read outside"
    WRITE = "write outside"
    TCP = "network: TCP"
    UDP = "network: UDP"
    ABSTRACT = "network: abstract socket"
    SOCKET = "network: socket file"
    DISK = "exhaust: file size"
    MEMORY = "exhaust: memory"
    PERSIST = "process that stays"
    DRIVER = "driver's memory"


ANYTHING = tuple(Vector)
"""What a program of the attacker's choice may try."""

_PAYLOAD = """\
#!{python} -IS
# Ends at once when it has run before: filters and hooks are called often.
import ctypes, mmap, os, socket, sys
work, out, token, port, pid, address = {work!r}, {out!r}, {token!r}, {port}, {pid}, {address}
try:
    os.close(os.open(work + "/ran", os.O_CREAT | os.O_EXCL | os.O_WRONLY))
except FileExistsError:
    sys.exit(0)

def note(name, text=b""):
    with open(work + "/did-" + name, "wb") as file:
        file.write(text)

def execute():
    if not os.spawnv(os.P_WAIT, out + "/tool", [out + "/tool", work + "/did-execute"]) == 0:
        raise OSError

def read():
    with open(out + "/canary", "rb") as file:
        note("read", file.read())

def write():
    with open(out + "/marker", "w") as file:
        file.write(token)

def say(family, kind, where):
    with socket.socket(family, kind) as made:
        made.settimeout(1)
        made.connect(where)
        made.send(token.encode())

def disk():
    with open(work + "/big", "wb") as file:
        file.truncate((64 << 20) + 1)
    note("disk")

def memory():
    mmap.mmap(-1, 6 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000).close()
    note("memory")

def persist():
    began, begins = os.pipe()  # closed by exec: the parent waits for it
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            null = os.open("/dev/null", os.O_RDWR)
            for descriptor in range(3):
                os.dup2(null, descriptor)
            for descriptor in set(range(3, 64)) - {{begins}}:
                try:
                    os.close(descriptor)
                except OSError:
                    pass
            os.execv("/bin/sh", ["sh", "-c", "sleep 4; : " + token])
        os._exit(0)
    os.close(begins)
    os.read(began, 1)

def driver():
    class Piece(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
    found = ctypes.create_string_buffer(4)
    here, there = Piece(ctypes.addressof(found), 4), Piece(address, 4)
    read = ctypes.CDLL(None, use_errno=True).process_vm_readv
    read.argtypes = [ctypes.c_int, *[ctypes.c_void_p, ctypes.c_ulong] * 2, ctypes.c_ulong]
    if read(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) == 4 and found.raw == b"\\x7fELF":
        note("driver")

for attempt in (
    execute, read, write, disk, memory, driver, persist,
    lambda: say(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", port)),
    lambda: say(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", port)),
    lambda: say(socket.AF_UNIX, socket.SOCK_STREAM, chr(0) + "gitquest-{port}"),
    lambda: say(socket.AF_UNIX, socket.SOCK_STREAM, out + "/socket"),
):
    try:
        attempt()
    except Exception:
        pass
"""


def payload(*, work: str, out: str, token: str, port: int, pid: int, address: int) -> str:
    """Return the attacker's program: it tries every vector once and leaves its marks in ``work``.

    Parameters
    ----------
    work, out
        The attacker's folder, and the one that is out of bounds.
    token
        What listeners and the process table are searched for.
    port
        Where this machine listens.
    pid, address
        The driver, and where its memory begins: what an attacker would have to guess.
    """
    return _PAYLOAD.format(python=sys.executable, work=work, out=out, token=token, port=port, pid=pid, address=address)
