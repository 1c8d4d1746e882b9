"""Grade ``ps1`` of ``nbgrader quickstart`` for a class in mixed states, against stock ``nbgrader autograde``.

Run as ``python -m tests.benchmarks.bench_grading [--students N | --full]``; ``--full`` is 100 students. Both grade
copies of the same course in the same run, from the command line, and their gradebooks are compared score by score. A
ratio is ours divided by stock's. CPU time says more than wall time on a machine that is busy with something else.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.autograders.quickstart import everything, make_quickstart

STATES = ("right", "wrong", "empty", "crashing")
SCRIPTS = Path(sys.executable).parent


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds of wall time and of CPU time, peak PSS of its whole process tree in bytes."""

    wall: float
    cpu: float
    memory: float
    output: str


def main(students: int = 20) -> None:
    """Print one JSON line a figure."""
    with tempfile.TemporaryDirectory() as folder:
        stock = make_quickstart(Path(folder), {f"student{n:03}": STATES[n % len(STATES)] for n in range(students)})
        ours = Path(shutil.copytree(stock, Path(folder, "ours")))
        peer = _run(stock, [str(SCRIPTS / "nbgrader"), "autograde", "ps1"])
        mine = _run(ours, [str(SCRIPTS / "gitquest"), "grade", "ps1", "--json"])
        _print("grading: wall time of a class", mine.wall, peer.wall, "s", students)
        _print("grading: CPU time of a class", mine.cpu, peer.cpu, "s", students)
        _print("grading: peak memory", mine.memory / 2**20, peer.memory / 2**20, "MiB", students)
        marks, theirs = everything(ours), everything(stock)
        same = sum(marks.get(key) == value for key, value in theirs.items())
        _print("grading: equal entries in the gradebook", same, len(theirs), "entries", students)
        if marks != theirs:
            raise SystemExit("the gradebooks differ")
        spent: Counter[str] = Counter()
        for result in json.loads(mine.output):
            spent.update(result["times"])
        for step, seconds in spent.most_common():
            _print(
                f"grading: per notebook, {step}", 500 * seconds / students, 500 * peer.wall / students, "ms", students
            )


def _print(name: str, ours: float, peer: float, unit: str, n: int) -> None:
    figure = {"name": name, "ours": round(ours, 2), "peer": round(peer, 2), "unit": unit}
    print(json.dumps(figure | {"ratio": round(ours / peer, 4), "n": n}), flush=True)


def _run(root: Path, command: Sequence[str]) -> Cost:
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=root, stdout=output, stderr=subprocess.DEVNULL)
        done = threading.Event()
        peak = [0.0]
        watcher = threading.Thread(target=_watch, args=(process.pid, done, peak))
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        done.set()
        watcher.join()
        output.seek(0)
        text = output.read().decode()
    if status:
        raise SystemExit(f"{command[0]} failed: {status}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak[0], text)


def _watch(pid: int, done: threading.Event, peak: list[float]) -> None:
    while not done.wait(0.25):
        peak[0] = max(peak[0], sum(map(_pss, _tree(pid))))


def _tree(pid: int) -> list[int]:
    found, new = [pid], [pid]
    while new:
        new = [child for parent in new for child in _children(parent)]
        found += new
    return found


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--full", action="store_const", dest="students", const=100)
    main(parser.parse_args().students)
