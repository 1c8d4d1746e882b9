"""Temporary folders and the processes that they belong to."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest

from gitquest_kernel.leftovers import sweep
from gitquest_kernel.sandbox import Workspace


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def aged(folder: Path) -> None:
    hour_ago = time.time() - 3600
    os.utime(folder, (hour_ago, hour_ago))


def test_what_a_killed_process_left_is_swept_and_what_is_in_use_stays(temporary: Path) -> None:
    child = os.fork()
    if not child:
        killed = Workspace(confined=False)
        killed.run("mkdir -p locked/in && chmod 0 locked")
        os._exit(0)
    os.waitpid(child, 0)
    (left,) = temporary.iterdir()
    with Workspace(confined=False) as workspace:
        (used,) = set(temporary.iterdir()) - {left}
        young = temporary / "gitquest-room-young"
        young.mkdir()
        foreign = temporary / "gitquest-mine"
        foreign.mkdir()
        for folder in (left, used, foreign):
            aged(folder)
        sweep()
        assert set(temporary.iterdir()) == {used, young, foreign}
        assert workspace.run("git init").returncode == 0
    assert set(temporary.iterdir()) == {young, foreign}


def test_a_link_in_the_place_of_a_folder_is_not_followed(temporary: Path, tmp_path: Path) -> None:
    goal = tmp_path / "goal"
    goal.mkdir()
    aged(goal)
    (temporary / "gitquest-room-link").symlink_to(goal)
    os.utime(temporary / "gitquest-room-link", (0, 0), follow_symlinks=False)
    sweep()
    assert goal.is_dir()
