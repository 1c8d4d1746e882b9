"""A hook reaches nothing of the process that runs it: not its memory, its pipes, its files or its variables."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitquest_kernel.confinement import ConfinedExecutor, Ended, Executor, Limits, PlainExecutor, level
from gitquest_kernel.confinement.confine import confine
from gitquest_kernel.sandbox import Workspace
from tests.gitquest_kernel.confinement.escape.arena import Target
from tests.gitquest_kernel.confinement.escape.ground import driver

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not level().enough_to_grade,
    reason="this machine cannot confine: gitquest doctor says so",
)
LIBC = ctypes.CDLL(None, use_errno=True)
ATTACH = """
import ctypes, os, sys
pid, address, how = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
libc = ctypes.CDLL(None, use_errno=True)
class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
data = ctypes.create_string_buffer(4)
here, there = Piece(ctypes.addressof(data), 4), Piece(address, 4)
def call(name):
    function = getattr(libc, name)
    function.argtypes = [ctypes.c_int, *[ctypes.c_void_p, ctypes.c_ulong] * 2, ctypes.c_ulong]
    return function(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) == 4
if how == "process_vm_readv":
    done = call(how)
elif how == "process_vm_writev":
    # Not one byte: whether it is allowed is decided before, and then it succeeds with nothing.
    here = there = Piece(address, 0)
    libc.process_vm_writev.argtypes = [ctypes.c_int, *[ctypes.c_void_p, ctypes.c_ulong] * 2, ctypes.c_ulong]
    data = Piece(ctypes.addressof(data), 1)
    bad = Piece(1, 1)
    done = libc.process_vm_writev(pid, ctypes.byref(data), 1, ctypes.byref(bad), 1, 0) < 0 and ctypes.get_errno() == 14
elif how == "ptrace":
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    done = libc.ptrace(0x4206, pid, None, None) == 0
elif how == "pidfd_getfd":
    handle = libc.syscall(434, pid, 0)
    done = handle >= 0 and libc.syscall(438, handle, 0, 0) >= 0
elif how == "signal":
    try:
        os.kill(pid, 0)
        done = True
    except OSError:
        done = False
else:
    try:
        with open(how.replace("PID", str(pid)), "rb") as file:
            file.read(1) if not how.endswith("mem") else None
        done = True
    except OSError:
        done = False
print("reached" if done else "stopped")
"""
HOWS = ("process_vm_readv", "process_vm_writev", "ptrace", "pidfd_getfd", "/proc/PID/mem", "/proc/PID/environ")


@pytest.fixture
def confined(tmp_path: Path) -> Iterator[ConfinedExecutor]:
    made = ConfinedExecutor(tmp_path)
    yield made
    made.close()


def attach(executor: Executor, place: Path, pid: int, address: int, how: str) -> str:
    """Let a program go for another's memory; return ``reached`` or ``stopped``."""
    arguments = [sys.executable, "-IS", "-c", ATTACH, str(pid), str(address), how]
    ended = executor.run(arguments, cwd=place, env={}, stdin=b"", limits=Limits())
    return ended.stdout.decode().strip() or ended.stderr.decode()


@pytest.mark.parametrize("how", HOWS)
def test_the_drivers_memory_and_files_are_out_of_reach(confined: ConfinedExecutor, tmp_path: Path, how: str) -> None:
    victim = subprocess.Popen(["sleep", "30"])
    try:
        target = Target.of(victim.pid)
        assert attach(PlainExecutor(tmp_path), tmp_path, victim.pid, target.address, how) == "reached"
        attach(confined, tmp_path, 1, 0, "signal")
        inner = Target.of(driver())
        assert attach(confined, tmp_path, inner.pid, inner.address, how) == "stopped"
        assert attach(confined, tmp_path, os.getpid(), Target.of(os.getpid()).address, how) == "stopped"
    finally:
        victim.kill()
        victim.wait()


def test_the_process_that_opened_the_workspace_gets_no_signal(confined: ConfinedExecutor, tmp_path: Path) -> None:
    assert attach(PlainExecutor(tmp_path), tmp_path, os.getpid(), 0, "signal") == "reached"
    assert attach(confined, tmp_path, os.getpid(), 0, "signal") == "stopped"


def descriptors(executor: Executor, place: Path) -> Ended:
    """Return the descriptors beyond the first three that a program finds open."""
    code = (
        "import os\nfor n in range(3, 300):\n"
        "  try: os.fstat(n)\n  except OSError: continue\n  print(n, oct(os.fstat(n).st_mode))"
    )
    return executor.run([sys.executable, "-IS", "-c", code], cwd=place, env={}, stdin=b"", limits=Limits())


def test_no_pipe_or_file_of_the_driver_is_open_in_a_program(confined: ConfinedExecutor, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    try:
        leaking = subprocess.run(
            [sys.executable, "-IS", "-c", "import os, sys; print(os.fstat(int(sys.argv[1])).st_mode)", str(writer)],
            close_fds=False,
            capture_output=True,
            check=True,
        )
        assert leaking.stdout
        assert descriptors(PlainExecutor(tmp_path), tmp_path).stdout == b""
        assert descriptors(confined, tmp_path).stdout == b""
    finally:
        os.close(reader)
        os.close(writer)


def test_a_hook_cannot_end_its_driver_or_answer_for_it(tmp_path: Path) -> None:
    with Workspace(tmp_path, confined=True) as workspace:
        workspace.run_script(
            "git init\ncat > .git/hooks/pre-commit <<'END'\n#!/bin/sh\nkill -9 $PPID\nkill -9 1\n"
            'echo \'{"stdout": "", "stderr": "", "returncode": 0, "why": "exited"}\' >&2\nEND\n'
            "chmod +x .git/hooks/pre-commit"
        )
        first = workspace.run("git commit --allow-empty -m x")
        assert first.returncode != 0
        assert workspace.run("echo on").stdout == "on\n"


def test_a_child_that_is_confined_as_the_runner_does_cannot_be_written_by_what_it_starts(tmp_path: Path) -> None:
    """The runner's child confines itself without a namespace of processes: its number is the machine's own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            confine(tmp_path)
            os.write(writer, b"x")
            signal.pause()
        finally:
            os._exit(0)
    try:
        os.read(reader, 1)
        address = Target.of(child).address
        asker = os.fork()
        if asker == 0:
            code = 1
            try:
                confine(tmp_path)
                code = int(attach(PlainExecutor(tmp_path), tmp_path, child, address, "process_vm_readv") == "reached")
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(asker, 0)[1]) == 0
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reader)
        os.close(writer)


def test_what_a_confined_child_starts_reaches_neither_its_memory_nor_its_pipe(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            address = Target.of(os.getpid()).address
            confine(tmp_path)
            plain = PlainExecutor(tmp_path)
            said = {attach(plain, tmp_path, os.getpid(), address, how) for how in HOWS}
            said |= {descriptors(plain, tmp_path).stdout.decode()}
            os.write(writer, repr(sorted(said)).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        assert file.read() == "['', 'stopped']"
    os.waitpid(child, 0)


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_PAGER", "GIT_SSH_COMMAND", "PATH", "LD_PRELOAD", "HOME"])
def test_a_students_variables_are_not_in_gits_environment(name: str) -> None:
    with Workspace(confined=False) as workspace:
        workspace.run_script(f"git init\n{name}=/nowhere/at/all")
        said = workspace.run("git config alias.x '!env' && git x").stdout
    assert "GIT_CONFIG_NOSYSTEM=1" in said
    assert "/nowhere/at/all" not in said
