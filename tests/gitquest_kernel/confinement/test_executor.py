"""A confined workspace does the same as a plain one, and its programs reach nothing outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gitquest_kernel.confinement import nursery
from gitquest_kernel.sandbox import Limits, Workspace, level

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not level().files, reason="this machine has no Landlock: gitquest doctor says so"
)

SCRIPT = """\
git init
echo 'ü — ✓' > notes.txt
git add notes.txt
git commit -m 'First'
git log --format='%H %an'
cat < notes.txt | wc -c
ls missing
git commit --amend <<'EDITOR'
Second
EDITOR
git log --oneline
"""


def test_the_same_answer_does_the_same_with_and_without_confinement() -> None:
    with Workspace() as plain, Workspace(confined=True) as confined:
        assert plain.run_script(SCRIPT) == confined.run_script(SCRIPT)
        assert plain.snapshot() == confined.snapshot()


def hook(workspace: Workspace, body: str) -> None:
    """Make a hook that runs with the next commit."""
    workspace.run_script("git init\nmkdir -p .git/hooks")
    path = workspace.root / ".git" / "hooks" / "pre-commit"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def test_a_hook_works_inside_and_reads_and_writes_nothing_outside(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    with Workspace(confined=True) as workspace:
        hook(workspace, f"echo ran > ran.txt; cat {secret} > stolen.txt; echo x > {tmp_path}/planted")
        workspace.run("git commit --allow-empty -m x")
        assert workspace.run("cat ran.txt stolen.txt").stdout == "ran\n"
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def drivers() -> set[int]:
    """The processes below the nursery."""
    assert nursery._nursery is not None
    found: set[int] = set()
    waiting = [nursery._nursery[0].pid]
    while waiting:
        pid = waiting.pop()
        below = [int(child) for child in _contents(Path(f"/proc/{pid}/task/{pid}/children")).split()]
        found |= set(below)
        waiting.extend(below)
    return found


def running(name: str) -> bool:
    """Whether a process of this machine has ``name`` among its arguments."""
    return any(name.encode() in _contents(path) for path in Path("/proc").glob("[0-9]*/cmdline"))


def _contents(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_what_a_hook_leaves_in_the_background_ends_with_its_command() -> None:
    with Workspace(confined=True) as workspace:
        hook(workspace, "setsid sleep 31337.25 >/dev/null 2>&1 & echo on > left")
        workspace.run("git commit --allow-empty -m x")
        assert workspace.run("cat left").stdout == "on\n"
        assert not running("31337.25")


def test_a_command_that_takes_too_long_is_stopped_and_the_next_one_runs() -> None:
    with Workspace(limits=Limits(seconds=0.5), confined=True) as workspace:
        hook(workspace, "sleep 60")
        assert workspace.run("git commit --allow-empty -m x").outcome == "timeout"
        assert workspace.run("echo on").stdout == "on\n"


def test_a_hook_that_kills_all_it_can_reach_costs_at_most_its_command() -> None:
    with subprocess.Popen(["sleep", "60"]) as bystander, Workspace(confined=True) as workspace:
        hook(workspace, "kill -9 -1")
        assert workspace.run("git commit --allow-empty -m x").outcome in {"ran", "crashed"}
        assert workspace.run("echo on").stdout == "on\n"
        assert bystander.poll() is None
        bystander.kill()


def test_nothing_is_left_when_the_workspace_is_closed() -> None:
    workspace = Workspace(confined=True)
    workspace.run("git init")
    mine = drivers()
    assert mine
    workspace.dispose()
    deadline = time.monotonic() + 10
    while drivers() & mine and time.monotonic() < deadline:
        pass
    assert not drivers() & mine


def test_a_driver_that_died_is_started_again() -> None:
    with Workspace(confined=True) as workspace:
        workspace.run("git init")
        for pid in drivers():
            os.kill(pid, signal.SIGKILL)
        assert workspace.run("git status").outcome == "crashed"
        assert workspace.run("git status").returncode == 0


def test_a_nursery_that_died_is_started_again() -> None:
    with Workspace(confined=True) as workspace:
        workspace.run("git init")
        assert nursery._nursery is not None
        nursery._nursery[0].kill()
        nursery._nursery[0].wait()
    with Workspace(confined=True) as workspace:
        assert workspace.run("git init").returncode == 0


def test_a_workspace_of_a_process_that_dies_ends_with_it(tmp_path: Path) -> None:
    script = (
        "import os, sys, pathlib\nfrom gitquest_kernel.sandbox import Workspace\n"
        f"w = Workspace(pathlib.Path({str(tmp_path)!r}), confined=True)\n"
        "w.run_script('git init\\ngit config alias.wait \"!sleep 27182.5\"')\n"
        "import threading; threading.Timer(1, os._exit, [0]).start(); w.run('git wait')\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60, cwd=Path(__file__).parents[3])
    deadline = time.monotonic() + 10
    while running("27182.5") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not running("27182.5")
