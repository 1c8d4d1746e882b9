"""Confine a forked child by the operating system: files, network, resources and privileges.

On Linux the layers are taken in the order that works after a fork: namespaces where allowed, resource limits, Landlock,
no new privileges, refused system calls. What a machine cannot give is named by `level`, never silently left out.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gitquest_kernel.confinement.mounts import freeze_all_but
from gitquest_kernel.confinement.namespaces import Pids, enter_namespaces
from gitquest_kernel.confinement.system_calls import can_refuse, refuse_system_calls
from gitquest_kernel.errors import SandboxError

__all__ = ["Level", "confine", "landlock_version", "level"]

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_NO_NEW_PRIVS, _DUMPABLE, _NEW_NETWORK = 38, 4, 0x40000000
_EXECUTE, _WRITE, _READ, _READ_DIR, _REFER, _TRUNCATE, _IOCTL = 1, 2, 4, 8, 1 << 13, 1 << 14, 1 << 15
_DEVICE_FILES = 1 << 6 | 1 << 11
_EVERYTHING = (1 << 16) - 1
_DROP_BOUNDING, _LAST_CAPABILITY, _CAPABILITY_VERSION = 24, 63, 0x20080522
_READ_ONLY = _EXECUTE | _READ | _READ_DIR
_ON_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE | _IOCTL

_SYSTEM: tuple[str, ...] = (
    *("/usr", "/lib", "/lib64", "/bin", "/sbin", "/sys/fs/cgroup", "/sys/devices/system/cpu"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/localtime"),
    *("/etc/alternatives", "/proc/self", "/proc/stat", "/proc/meminfo", "/proc/cpuinfo", "/proc/filesystems"),
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("access", ctypes.c_uint64), ("folder", ctypes.c_int32)]


@dataclass(frozen=True)
class Level:
    """What this machine can confine.

    Parameters
    ----------
    landlock
        The version of Landlock's interface, 0 without it. Files need 1; TCP 4; signals and abstract sockets 6.
    network_namespace
        Whether a process may leave the network altogether.
    process_namespace
        Whether programs may have process numbers of their own, so that they reach no other process and none outlives
        its driver.
    process_group
        Whether a control group can bound how many processes run.
    mount_namespace
        Whether modes, owners and times of files outside cannot be changed either; Landlock leaves them alone.
    system_calls
        Whether sockets of every kind, and other processes' memory, are refused.
    """

    landlock: int
    network_namespace: bool
    process_namespace: bool = False
    process_group: bool = False
    mount_namespace: bool = False
    system_calls: bool = False

    @property
    def files(self) -> bool:
        """Whether files outside the scratch folder are out of reach."""
        return self.landlock >= 1

    @property
    def network(self) -> bool:
        """Whether TCP, at least, is out of reach."""
        return self.network_namespace or self.system_calls or self.landlock >= 4

    @property
    def enough_to_grade(self) -> bool:
        """Whether answers of strangers may run here."""
        return self.files and self.network


def landlock_version() -> int:
    """Return the version of Landlock's interface, 0 without it."""
    if sys.platform != "linux":
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    return max(0, int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)))


def level() -> Level:
    """Return what this machine can confine, tried in a child so that nothing changes here."""
    if sys.platform != "linux":
        return Level(0, False)
    version = landlock_version()
    child = os.fork()
    if child == 0:
        code = 0
        try:
            pids = Pids.make(8)
            if pids is not None:
                pids.remove()
                code |= 4
            left = enter_namespaces()
            code |= ("network" in left) | 2 * ("processes" in left)
            code |= 8 * freeze_all_but(ctypes.CDLL(None, use_errno=True), None)
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return Level(version, bool(code & 1), bool(code & 2), bool(code & 4), bool(code & 8), can_refuse())


def confine(
    place: Path,
    *,
    readable: Iterable[Path] = (),
    writable: bool = True,
    within: Iterable[Path] = (),
    seconds: int = 60,
    memory: int = 4 << 30,
    file_size: int = 64 << 20,
    processes: int | None = 256,
) -> None:
    """Confine the calling process, and all that it starts, to ``place``; there is no way back.

    Parameters
    ----------
    place
        The scratch folder: the one place that may be written.
    readable
        More paths that may be read.
    writable
        Whether ``place`` may be written, or only read.
    within
        The folders of ``place`` that alone may be written: they themselves can be neither removed nor replaced, so
        that whoever uses them from outside finds no link in their stead. By default all of ``place``.
    seconds
        CPU time of each process.
    memory, file_size
        Address space of each process, and size of each file, in bytes.
    processes
        Processes of this user, in this user namespace; the limit does not bind root.

    Raises
    ------
    SandboxError
        This machine lacks what is needed, or a layer could not be put up.
    """
    if sys.platform != "linux":
        raise SandboxError("only Linux can confine answers", remedy="Grade on Linux, or say --unconfined.")
    libc = ctypes.CDLL(None, use_errno=True)
    libc.unshare(_NEW_NETWORK)
    freeze_all_but(libc, place)
    for kind, limit in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_NOFILE, 512),
        (resource.RLIMIT_CORE, 0),
    ):
        if limit is None:
            continue
        hard = resource.getrlimit(kind)[1]
        bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (bound, bound))
    libc.prctl(_DUMPABLE, 0, 0, 0, 0)
    _drop_capabilities(libc)
    _landlock(libc, [place, *readable], (tuple(within) or (place,)) if writable else ())
    refuse_system_calls(libc)


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """Give up what root may do beyond its own files, for good; other users have nothing to give up."""
    for capability in range(_LAST_CAPABILITY + 1):
        libc.prctl(_DROP_BOUNDING, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    libc.capset(header, (ctypes.c_uint32 * 6)())


def _landlock(libc: ctypes.CDLL, readable: Iterable[Path], writable: Iterable[Path]) -> None:
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        raise SandboxError("this kernel has no Landlock", remedy="Grade on Linux 5.13 or later, or say --unconfined.")
    files = _EVERYTHING
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL)):
        files &= _EVERYTHING if version >= since else ~right
    rules = _Ruleset(files, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = _call(libc, _CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0)
    code = Path(__file__).resolve().parents[1]
    read_only = [*map(Path, _SYSTEM), Path(sys.prefix), Path(sys.base_prefix), code, *readable]
    try:
        for path in read_only:
            _allow(libc, ruleset, path, _READ_ONLY & files)
        for device in _DEVICES:
            _allow(libc, ruleset, Path(device), (_READ | _WRITE) & files)
        # Not even root may make a device file: it would be the machine's disk.
        for folder in writable:
            _allow(libc, ruleset, folder, files & ~_DEVICE_FILES)
        libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
        _call(libc, _RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, access: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not stat.S_ISDIR(os.fstat(folder).st_mode):
                access &= _ON_FILES
            rule = _Beneath(access, folder)
            _call(libc, _ADD_RULE, ruleset, 1, ctypes.byref(rule), 0)
        finally:
            os.close(folder)


def _call(libc: ctypes.CDLL, number: int, *arguments: object) -> int:
    result = int(libc.syscall(number, *arguments))
    if result < 0:
        error = ctypes.get_errno()
        raise SandboxError(f"Landlock refused: {os.strerror(error)}", remedy="Run gitquest doctor.")
    return result
