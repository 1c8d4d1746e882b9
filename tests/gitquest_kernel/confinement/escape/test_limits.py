"""What runs, prints, forks or fills without end is stopped, whoever started it, and named for what it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitquest_kernel.confinement import ConfinedExecutor, Ended, Executor, Limits, PlainExecutor, level

REACHED = level()
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not REACHED.enough_to_grade,
    reason="this machine cannot confine: gitquest doctor says so",
)
STARTERS = {
    "directly": "sh ./harm",
    "alias": "git init -q .; git config alias.x '!sh ./harm'; git x",
    "hook": "git init -q .; printf '#!/bin/sh\\nsh ./harm\\n' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit;"
    " git -c user.name=a -c user.email=a commit --allow-empty -m x",
    "in the background": "git init -q .; git config alias.x '!setsid sh ./harm & wait'; git x",
    "filter": "git init -q .; echo 'a filter=x' > .gitattributes; echo > a;"
    " git -c filter.x.clean='sh ./harm >&2' add a",
}
HARMS = {
    "timeout": "sleep 2; echo done > finished",
    "too_much_output": "for n in 1 2 3 4 5 6 7 8; do seq 1 60000; sleep 0.05; done; sleep 0.5; echo done > finished",
    "too_much_disk": "for n in 1 2 3 4 5 6 7 8; do head -c 3000000 /dev/zero > f$n; done; sleep 0.4; echo done "
    "> finished",
}
BOUNDED = {
    "timeout": Limits(seconds=0.5),
    "too_much_output": Limits(output=1_000_000),
    "too_much_disk": Limits(disk=10_000_000),
}
UNBOUNDED = Limits(seconds=20, output=10_000_000, disk=1 << 40, memory=1 << 45, processes=100_000)


@pytest.fixture(params=["plain", "confined"])
def executor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Executor]:
    made: Executor = ConfinedExecutor(tmp_path) if request.param == "confined" else PlainExecutor(tmp_path)
    yield made
    made.close()


def run(executor: Executor, place: Path, starter: str, harm: str, limits: Limits) -> tuple[Ended, bool]:
    """Run a harm; tell how it ended, and whether it came to its own end."""
    work = place / "work"
    work.mkdir(exist_ok=True)
    (work / "harm").write_text(harm)
    (work / "finished").unlink(missing_ok=True)
    env = {"PATH": "/usr/bin:/bin", "HOME": str(place), "GIT_CONFIG_NOSYSTEM": "1"}
    ended = executor.run(["/bin/sh", "-c", starter], cwd=work, env=env, stdin=b"", limits=limits)
    return ended, (work / "finished").exists()


@pytest.mark.parametrize("why", HARMS)
@pytest.mark.parametrize("starter", STARTERS)
def test_a_limit_stops_what_goes_on_without_it(executor: Executor, tmp_path: Path, starter: str, why: str) -> None:
    ended, finished = run(executor, tmp_path, STARTERS[starter], HARMS[why], BOUNDED[why])
    assert (ended.why, finished) == (why, False), ended.stderr


@pytest.mark.parametrize("why", HARMS)
def test_the_same_comes_to_its_end_without_the_limit(tmp_path: Path, why: str) -> None:
    ended, finished = run(PlainExecutor(tmp_path), tmp_path, STARTERS["hook"], HARMS[why], UNBOUNDED)
    assert (ended.why, finished) == ("exited", True), ended.stderr


def test_memory_is_bounded_by_the_driver(tmp_path: Path) -> None:
    # The plain executor puts the bound on after the start, which a program can be quicker than: it promises nothing.
    harm = f"sleep 1; {sys.executable} -IS -c 'b = bytes(150 << 20)' && echo done > finished"
    assert run(PlainExecutor(tmp_path), tmp_path, "sh ./harm", harm, UNBOUNDED)[1]
    executor = ConfinedExecutor(tmp_path)
    try:
        assert not run(executor, tmp_path, "sh ./harm", harm, Limits(memory=100 << 20))[1]
    finally:
        executor.close()


@pytest.mark.skipif(not REACHED.process_group, reason="no control group may be made here: doctor says so")
def test_processes_are_bounded_by_a_control_group(tmp_path: Path) -> None:
    harm = "for n in $(seq 1 190); do sleep 1.5 & done; for n in $(seq 1 90); do sleep 1.5 & done; echo done > finished"
    executor = ConfinedExecutor(tmp_path)
    try:
        ended, finished = run(executor, tmp_path, "sh ./harm", harm, Limits(seconds=5))
    finally:
        executor.close()
    assert ended.why == "too_many_processes"
    assert not finished
