"""A confined workspace does the same as a plain one, and its programs reach nothing outside."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

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


def test_what_a_hook_leaves_in_the_background_ends_with_its_command() -> None:
    with Workspace(confined=True) as workspace:
        hook(workspace, "setsid sleep 300 >/dev/null 2>&1 & echo $! > pid")
        workspace.run("git commit --allow-empty -m x")
        pid = int(workspace.run("cat pid").stdout)
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_command_that_takes_too_long_is_stopped_and_the_next_one_runs() -> None:
    with Workspace(limits=Limits(seconds=0.5), confined=True) as workspace:
        hook(workspace, "sleep 60")
        assert workspace.run("git commit --allow-empty -m x").outcome == "timeout"
        assert workspace.run("echo on").stdout == "on\n"


def test_a_hook_that_kills_its_driver_costs_one_command() -> None:
    with Workspace(confined=True) as workspace:
        hook(workspace, "kill -9 -1")
        assert workspace.run("git commit --allow-empty -m x").outcome == "crashed"
        assert workspace.run("echo on").stdout == "on\n"


def test_nothing_is_left_when_the_workspace_is_closed() -> None:
    workspace = Workspace(confined=True)
    workspace.run("git init")
    driver = workspace._executor._driver  # type: ignore[attr-defined]
    workspace.dispose()
    assert driver.poll() is not None


def test_a_driver_that_died_is_started_again() -> None:
    with Workspace(confined=True) as workspace:
        workspace.run("git init")
        driver = workspace._executor._driver  # type: ignore[attr-defined]
        os.kill(driver.pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while driver.poll() is None and time.monotonic() < deadline:
            pass
        assert workspace.run("git status").returncode == 0
