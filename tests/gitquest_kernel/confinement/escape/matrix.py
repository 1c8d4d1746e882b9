"""The matrix of ways and vectors, as a table to read.

``python -m tests.gitquest_kernel.confinement.escape.matrix`` writes it to ``gitquest_kernel/confinement/ESCAPES.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import gitquest_kernel.confinement
from tests.gitquest_kernel.confinement.escape.vectors import Vector
from tests.gitquest_kernel.confinement.escape.way import Way
from tests.gitquest_kernel.confinement.escape.ways_executing import EXECUTING
from tests.gitquest_kernel.confinement.escape.ways_reading import READING
from tests.gitquest_kernel.confinement.escape.ways_writing import STAYING, TALKING, WRITING

__all__ = ["PAGE", "WAYS", "page"]

WAYS: tuple[Way, ...] = (*EXECUTING, *READING, *WRITING, *TALKING, *STAYING)
PAGE = Path(gitquest_kernel.confinement.__file__).with_name("ESCAPES.md")

_HEAD = """\
# Ways out, and what stops them

This table is generated; each of its cells is an attempt that a test makes (`tests/gitquest_kernel/confinement/escape`).
An attempt counts only when it does its harm with neither layer before it. Harm is a marker: a canary read, a file
written, a listener of the same machine reached, a process found, four bytes of the driver's memory.

Each layer is tried by itself:

| sign | the policy alone (grammar, commands, options, neutral environment; the operating system's layer off) |
|---|---|
| P | refuses it, and says why |
| N | lets it run; a setting of the sandbox has made it harmless |
| - | does not stop it, on purpose: the operating system does |

| sign | the operating system alone (a real shell in the confined driver; policy and neutral environment off) |
|---|---|
| S | stops it; the way itself works inside, where it is aimed at a folder of the sandbox |
| X | stops it; the way has no aim inside (a network, a process that stays) |
| T | there is no terminal, and none can be opened, so git never takes this way |
| in | the program runs, on purpose: it reaches nothing, as the other columns show |
| · | does not apply: the way does one harm and starts no program |

What is printed without end, runs without end or starts too many processes is stopped by the program runner, whoever
started it: `test_limits.py`. What a machine cannot give, `gitquest doctor` names: without a mount namespace the modes,
owners and times of a user's other files can be changed by programs that may run; without refused system calls, sockets
that are files can be reached.
"""
_SHORT = {
    Vector.EXECUTE: "execute",
    Vector.READ: "read",
    Vector.WRITE: "write",
    Vector.TCP: "TCP",
    Vector.UDP: "UDP",
    Vector.ABSTRACT: "abstract socket",
    Vector.SOCKET: "socket file",
    Vector.DISK: "file size",
    Vector.MEMORY: "memory",
    Vector.PERSIST: "stay",
    Vector.DRIVER: "driver",
}
_POLICY = {"refused": "P", "neutral": "N", "left": "-"}


def page() -> str:
    """Return the whole table."""
    stopped = sum(way.policy != "left" for way in WAYS)
    count = f"{len(WAYS)} ways; the policy alone stops {stopped}, the operating system alone all."
    return "\n".join([_HEAD, count, "", *_tables()])


def _tables() -> Iterator[str]:
    for group, ways in groupby(sorted(WAYS, key=lambda way: _order(way.group)), key=lambda way: way.group):
        yield f"## {group[0].upper()}{group[1:]}\n"
        yield f"| way | {' | '.join(_SHORT.values())} | why the policy lets it |"
        yield f"|---|{'---|' * len(_SHORT)}---|"
        for way in ways:
            cells = " | ".join(_cell(way, vector) for vector in _SHORT)
            yield f"| {way.name.replace('|', chr(92) + '|')} | {cells} | {way.why} |"
        yield ""


def _order(group: str) -> int:
    return [way.group for way in WAYS].index(group)


def _cell(way: Way, vector: Vector) -> str:
    if vector not in way.vectors:
        return "·"
    if way.terminal:
        system = "T"
    elif vector is Vector.EXECUTE:
        system = "in"
    else:
        system = "S" if way.inside else "X"
    return f"{_POLICY[way.policy]} {system}"


if __name__ == "__main__":
    PAGE.write_text(page())
