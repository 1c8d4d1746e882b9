"""Run one attempt with no layer in its way, or with exactly one."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from gitquest_kernel.confinement import Executor, Limits
from gitquest_kernel.sandbox import Workspace
from tests.gitquest_kernel.confinement.escape.arena import Arena
from tests.gitquest_kernel.confinement.escape.vectors import Vector

__all__ = ["Observed", "by_policy", "by_shell"]

_UNLIMITED = Limits(seconds=5, output=200_000, disk=1 << 40, memory=1 << 45)
_LIMITS = Limits(seconds=5, output=200_000)
_ON_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(['/bin/sh', '-c', sys.argv[1]])))"


@dataclass(frozen=True)
class Observed:
    """What an attempt did.

    Parameters
    ----------
    ran
        Whether the attacker's program ran at all.
    ending
        How the sandbox says that the last line ended.
    """

    harm: frozenset[Vector]
    ran: bool
    ending: str
    text: str


def by_policy(arena: Arena, script: str) -> Observed:
    """Run a script as a student's answer, with the operating system's layer off."""
    with Workspace(arena.place, _UNLIMITED, confined=False) as workspace:
        results = workspace.run_script(script)
    text = "".join(result.stdout + result.stderr for result in results)
    return Observed(frozenset(arena.harm(text)), arena.ran(), results[-1].outcome, text)


def by_shell(
    arena: Arena, script: str, executor: Executor, *, terminal: bool = False, limited: bool = False
) -> Observed:
    """Run a script by a real shell: nothing but the executor, and its limits, are in its way."""
    shell = [sys.executable, "-IS", "-c", _ON_TERMINAL] if terminal else ["/bin/sh", "-c"]
    ended = executor.run(
        [*shell, script],
        cwd=arena.work,
        env=_environment(arena.place, arena.out),
        stdin=b"",
        limits=_LIMITS if limited else _UNLIMITED,
    )
    text = (ended.stdout + ended.stderr).decode("utf-8", "replace")
    return Observed(frozenset(arena.harm(text)), arena.ran(), ended.why, text)


def _environment(place: Path, out: Path) -> dict[str, str]:
    """An ordinary environment, in which nothing is neutralised."""
    return {
        "PATH": os.defpath,
        "HOME": str(place / "home"),
        "TMPDIR": str(place / "tmp"),
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm",
        "EDITOR": "true",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": str(out / "system.cfg"),
    }
