"""Read a snapshot after one more commit, against the two git commands that would tell as much.

Run as ``python -m tests.benchmarks.bench_snapshot``. Every commit changes a file and adds a line to two reflogs; what
is measured is the reading with a cache, as a workspace does it after each command.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gitquest_kernel.sandbox import read_snapshot
from gitquest_kernel.sandbox.reader import Cache

SIZES = (100, 10_000)
ROUNDS = 15


def main() -> None:
    """Print one JSON line a figure."""
    for count in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder, "work")
            _grow(place, count)
            cache, ours, first, peer = Cache(), [], [], []
            first.append(_milliseconds(lambda: read_snapshot(Path(folder), cache)))  # noqa: B023 (called at once)
            for number in range(ROUNDS):
                _commit(place, count + number)
                ours.append(_milliseconds(lambda: read_snapshot(Path(folder), cache)))  # noqa: B023
                peer.append(_milliseconds(lambda: _two_commands(place)))  # noqa: B023
            _print("snapshot: after one more commit", ours, peer, count)
            _print("snapshot: the first", first, peer, count)


def _print(name: str, ours: list[float], peer: list[float], count: int) -> None:
    mine, theirs = statistics.median(ours), statistics.median(peer)
    figure = {"name": name, "ours": round(mine, 2), "peer": round(theirs, 2), "unit": "ms"}
    print(json.dumps(figure | {"ratio": round(mine / theirs, 3), "n": count}), flush=True)


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def _two_commands(place: Path) -> None:
    _git(place, "status", "--porcelain=v2", "--branch")
    _git(place, "log", "--all", "--format=%H%x00%P%x00%T%x00%an%x00%s")


def _commit(place: Path, number: int) -> None:
    (place / f"file-{number % 20}.txt").write_text(f"more {number}\n")
    _git(place, "add", ".")
    _git(place, "commit", "-q", "-m", f"Change number {number}")


def _git(place: Path, *arguments: str, data: bytes | None = None) -> bytes:
    environment = {"PATH": os.environ["PATH"], "HOME": str(place), "GIT_CONFIG_NOSYSTEM": "1"}
    identity = {f"GIT_{who}_{what}": "ada@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    command = ["git", "-C", str(place), *arguments]
    return subprocess.run(command, input=data, env=environment | identity, capture_output=True, check=True).stdout


def _grow(place: Path, count: int) -> None:
    """Make a repository with twenty files, ``count`` commits, and two reflogs of as many entries."""
    stream, log, before = [], [], "0" * 40
    for number in range(1, count + 1):
        text, message = f"line {number}\n", f"Change number {number}"
        stream.append(f"commit refs/heads/main\nmark :{number}\n")
        stream.append(f"committer Ada <ada@example.com> {1_700_000_000 + 60 * number} +0000\n")
        stream.append(f"data {len(message)}\n{message}\n" + (f"from :{number - 1}\n" if number > 1 else ""))
        stream.append(f"M 100644 inline file-{number % 20}.txt\ndata {len(text)}\n{text}\n")
    place.mkdir()
    _git(place, "init", "-q", "-b", "main")
    _git(place, "fast-import", "--quiet", data="".join(stream).encode())
    _git(place, "reset", "-q", "--hard")
    for oid in _git(place, "rev-list", "--reverse", "main").decode().split():
        log.append(f"{before} {oid} Ada <ada@example.com> 1700000000 +0000\tcommit: Change\n")
        before = oid
    for name in ("HEAD", "refs/heads/main"):
        (place / ".git" / "logs" / name).write_text("".join(log))


if __name__ == "__main__":
    main()
