"""Lay out and draw 10,000 commits, against ``git log --graph`` of the same repository.

Run as ``python -m tests.benchmarks.bench_graph``.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gitquest_kernel.graph import history, layout, page, read_repository, svg, text
from gitquest_kernel.graph.layout import Node

COMMITS = 10_000
ROUNDS = 5


def main() -> None:
    """Print one JSON line a figure."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "repository")
        _grow(place, COMMITS)
        repository, _ = read_repository(place)
        nodes = [Node(commit.id, commit.parents, commit.time) for commit in repository.commits.values()]
        peer = _milliseconds(lambda: _git(place, "log", "--graph", "--oneline", "--all"))
        for name, work in (
            ("graph: layout", lambda: layout(nodes)),
            ("graph: choose, name and lay out", lambda: history(repository)),
            ("graph: read", lambda: read_repository(place)),
            ("graph: draw SVG", lambda: svg(repository, max_commits=None)),
            ("graph: draw page", lambda: page(repository)),
            ("graph: read and draw text", lambda: text(read_repository(place)[0], max_commits=None)),
        ):
            _print(name, _milliseconds(work), peer, "ms")
        size = len(page(repository).encode()) / 1e6
        _print("graph: size of the page", size, len(_git(place, "log", "--graph", "--oneline", "--all")) / 1e6, "MB")


def _print(name: str, ours: float, peer: float, unit: str) -> None:
    figure = {"name": name, "ours": round(ours, 2), "peer": round(peer, 2), "unit": unit}
    print(json.dumps(figure | {"ratio": round(ours / peer, 2), "n": COMMITS}), flush=True)


def _milliseconds(work: Callable[[], object]) -> float:
    """Return the median of some rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def _git(place: Path, *arguments: str, data: bytes | None = None) -> bytes:
    environment = {"PATH": os.environ["PATH"], "HOME": str(place), "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        ["git", "-C", str(place), *arguments], input=data, env=environment, capture_output=True, check=True
    ).stdout


def _grow(place: Path, count: int) -> None:
    """Make a repository in which up to twelve branches grow, fork and merge, the same each time."""
    chance = random.Random(7)
    tips, stream = [1], [_commit(1, [])]
    for number in range(2, count + 1):
        what, at = chance.random(), chance.randrange(len(tips))
        if what < 0.12 and len(tips) > 1:
            other = chance.choice([tip for tip in tips if tip != tips[at]])
            stream.append(_commit(number, [tips[at], other]))
            tips[at] = number
            tips.remove(other)
        elif what < 0.25 and len(tips) < 12:
            stream.append(_commit(number, [tips[at]]))
            tips.append(number)
        else:
            stream.append(_commit(number, [tips[at]]))
            tips[at] = number
    stream += [f"reset refs/heads/topic-{number}\nfrom :{tip}\n\n" for number, tip in enumerate(tips[1:])]
    stream.append(f"reset refs/heads/main\nfrom :{tips[0]}\n\n")
    place.mkdir()
    _git(place, "init", "-q", "-b", "main")
    _git(place, "fast-import", "--quiet", "--force", data="".join(stream).encode())


def _commit(number: int, parents: list[int]) -> str:
    message = f"Change number {number} of the recipe book"
    lines = [f"commit refs/heads/main\nmark :{number}\n"]
    lines.append(f"committer Ada <ada@example.com> {1_700_000_000 + 60 * number} +0000\n")
    lines.append(f"data {len(message)}\n{message}\n")
    lines += [f"from :{parent}\n" if not order else f"merge :{parent}\n" for order, parent in enumerate(parents)]
    return "".join(lines) + ("" if parents else "deleteall\n") + "\n"


if __name__ == "__main__":
    main()
