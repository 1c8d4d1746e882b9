"""Run commands, undo one and judge an answer in the sandbox, against the bare git commands.

Run as ``python -m tests.benchmarks sandbox``. Ours and the peer take turns, so that a busy machine slows both.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gitquest_kernel.answers import Answer
from gitquest_kernel.checks import judge
from gitquest_kernel.quest import parse_quest
from gitquest_kernel.sandbox import Workspace, level
from gitquest_kernel.sandbox.place import EPOCH, Place

ROUNDS = 5
MIXED = (
    "git status",
    "git add file.txt",
    "git commit -q --allow-empty -m step",
    "git log --oneline -n 5",
    "git switch -q -c topic",
    "git diff HEAD~1",
    "git switch -q main",
    "git branch -q -D topic",
    "git rev-parse HEAD",
    "git show --stat HEAD",
)
COMMANDS = tuple(command.split() for command in MIXED * 20)
ANSWER = tuple(
    command.split()
    for command in (
        "git init",
        "git add a.txt",
        "git commit -m one",
        "git switch -c topic",
        "git commit --allow-empty -m two",
        "git commit --allow-empty -m three",
        "git switch main",
        "git commit --allow-empty -m four",
        "git merge topic -m five",
        "git tag -a v1 -m six",
        "git branch side HEAD~1",
        "git switch side",
        "git commit --allow-empty -m seven",
        "git switch main",
        "git log --oneline",
    )
)
QUEST = parse_quest(
    {
        "id": "bench",
        "kind": "git",
        "title": "-",
        "task": "-",
        "type": "practice",
        "difficulty": "beginner",
        "points": 1,
        "xp": 10,
        "setup": "touch a.txt",
        "checks": [{"branch": {"name": "main", "commits": 5}, "say": "main holds five commits"}],
        "solutions": ["git init"],
    },
    "bench",
)


def main() -> None:
    """Print one JSON line a figure."""
    _commands("sandbox: 200 commands", confined=False)
    if level().files:
        _commands("sandbox: 200 commands, confined", confined=True)
    _undo()
    _quest()
    _start()


def _commands(name: str, *, confined: bool) -> None:
    with _bare() as peer, Workspace(confined=confined) as ours:
        for prepare in ("git init -q", "git commit -q --allow-empty -m start", "git commit -q --allow-empty -m second"):
            ours.run(prepare)
            peer(prepare.split())
        (ours.root / "file.txt").write_text("text\n")
        times: dict[str, list[float]] = {"ours": [], "peer": []}
        for number, command in enumerate(COMMANDS):
            line = " ".join(command)
            turns = [("ours", lambda line=line: ours.run(line)), ("peer", lambda command=command: peer(command))]
            # Whoever comes second finds git in the processor's caches.
            for who, work in turns if number // len(MIXED) % 2 else reversed(turns):
                times[who].append(_milliseconds(work))
        _print(name, sum(times["ours"]), sum(times["peer"]), statistics.median(_ratios(times)), "ms", len(COMMANDS))


def _undo() -> None:
    """Undo the last of 100 commits, against the copy of the folder that would otherwise be made."""
    with Workspace() as workspace:
        workspace.run("git init -q")
        for number in range(99):
            workspace.run(f"echo {number} >> f{number % 10}.txt; git add .; git commit -q -m c{number}")
        before = workspace.checkpoint()
        times: dict[str, list[float]] = {"ours": [], "peer": []}
        kept = []
        for number in range(2 * ROUNDS):
            workspace.run(f"echo {number} >> f1.txt; git commit -q -a -m last")
            kept.append(_milliseconds(workspace.checkpoint))
            times["ours"].append(_milliseconds(lambda: workspace.restore(before)))
            times["peer"].append(_milliseconds(lambda: _copied(workspace.root)))
        ours, peer = (statistics.median(times[who]) for who in ("ours", "peer"))
        _print("sandbox: undo the last of 100 commits", ours, peer, ours / peer, "ms", 100)
        _print("sandbox: keep the state of 100 commits", statistics.median(kept), peer, None, "ms", 100)


def _quest() -> None:
    """From stored answer to verdict; between two answers only the parsed quest is kept."""
    answer = Answer(QUEST.id, "".join(f"{' '.join(command)}\n" for command in ANSWER), source="saved")
    times: dict[str, list[float]] = {"ours": [], "peer": []}
    assert judge(QUEST, answer).points == 1
    for _ in range(4 * ROUNDS):
        times["ours"].append(_milliseconds(lambda: judge(QUEST, answer)))
        with _bare() as peer:
            times["peer"].append(sum(_milliseconds(lambda command=command: peer(command)) for command in ANSWER))
    ours, peer_time = (statistics.median(times[who]) for who in ("ours", "peer"))
    _print("sandbox: 15 commands, answer to verdict", ours, peer_time, statistics.median(_ratios(times)), "ms", 15)


def _start() -> None:
    """Make a workspace, run one command and dispose of it, against that command."""
    for name, confined in (("plain", False), ("confined", True)):
        if confined and not level().files:
            continue
        times: dict[str, list[float]] = {"ours": [], "peer": []}
        with _bare() as peer:
            for _ in range(4 * ROUNDS):
                times["ours"].append(_milliseconds(lambda confined=confined: _once(confined)))
                times["peer"].append(_milliseconds(lambda: peer(["git", "version"])))
        ours, peer_time = (statistics.median(times[who]) for who in ("ours", "peer"))
        _print(f"sandbox: first command and dispose, {name}", ours, peer_time, None, "ms", 1)


def _once(confined: bool) -> None:
    with Workspace(confined=confined) as workspace:
        workspace.run("git version")


@contextmanager
def _bare() -> Iterator[Callable[[list[str]], object]]:
    """Yield what runs a command as a plain subprocess in an equal environment."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Place(Path(folder).resolve())
        place.prepare()
        for name in ("a.txt", "file.txt"):
            (place.work / name).write_text("")
        environment = place.environment(["git"], EPOCH, {})
        yield lambda command: subprocess.run(command, cwd=place.work, env=environment, capture_output=True)


def _copied(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as goal:
        shutil.copytree(folder, Path(goal, "copy"))


def _ratios(times: dict[str, list[float]]) -> list[float]:
    return [ours / peer for ours, peer in zip(times["ours"], times["peer"], strict=True)]


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def _print(name: str, ours: float, peer: float, ratio: float | None, unit: str, n: int) -> None:
    figure = {"name": name, "ours": round(ours, 2), "peer": round(peer, 2), "unit": unit}
    print(json.dumps(figure | {"ratio": round(ratio or ours / peer, 2), "n": n}), flush=True)


if __name__ == "__main__":
    main()
