"""A workspace goes back to any step, as if what came after had never run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitquest_kernel.errors import SandboxError
from gitquest_kernel.sandbox import Workspace

COMMANDS = (
    "git init",
    "echo a >> a.txt",
    "echo b > b.txt && ln -s b.txt link",
    "git add .",
    "git commit -m step",
    "git commit --allow-empty -m empty",
    "git switch -c topic",
    "git switch -",
    "git merge topic --no-edit",
    "git stash -u",
    "git stash pop",
    "git reset --hard HEAD~1",
    "git gc --quiet --prune=now",
    "git rm -rf a.txt",
    "rm -rf .git",
    "mkdir -p d/e && touch d/e/f && cd d",
    "cd ..",
    "chmod 000 a.txt",
    "chmod -R u+w .git && chmod 700 d",
    "NAME=$? && echo $NAME > v.txt",
    "git config alias.st status",
    "git config --global user.name Bo",
    "git worktree add ../wt",
    "git clone . copy",
    "git tag -a v1 -m one",
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(COMMANDS), min_size=2, max_size=9), st.data())
def test_going_back_is_the_same_as_a_replay(commands: list[str], data: st.DataObject) -> None:
    with Workspace() as workspace, Workspace() as fresh:
        states, marks = [workspace.snapshot()], [workspace.checkpoint()]
        for command in commands:
            workspace.run(command)
            states.append(workspace.snapshot())
            marks.append(workspace.checkpoint())
        for step in data.draw(st.lists(st.integers(0, len(commands)), min_size=1, max_size=4)):
            workspace.restore(marks[step])
            assert workspace.snapshot() == states[step]
        rest = data.draw(st.lists(st.sampled_from(COMMANDS), max_size=3))
        for command in commands[:step]:
            fresh.run(command)
        assert [workspace.run(command) for command in rest] == [fresh.run(command) for command in rest]
        assert workspace.snapshot() == fresh.snapshot()
        assert (workspace.now, workspace.folder) == (fresh.now, fresh.folder)


def test_an_object_that_was_overwritten_in_place_is_brought_back() -> None:
    with Workspace() as workspace:
        workspace.run_script("git init\necho one > a.txt\ngit add .\ngit commit -m one")
        mark = workspace.checkpoint()
        name = workspace.run("git rev-parse HEAD:a.txt").stdout.strip()
        path = workspace.root / ".git" / "objects" / name[:2] / name[2:]
        path.chmod(0o600)
        path.write_bytes(b"x" * path.stat().st_size)
        assert workspace.run("git show HEAD:a.txt").returncode != 0
        workspace.restore(mark)
        assert workspace.run("git show HEAD:a.txt").stdout == "one\n"


def test_git_finds_nothing_changed_after_going_back() -> None:
    with Workspace() as workspace:
        workspace.run_script("git init\necho one > a.txt\ngit add .\ngit commit -m one")
        mark = workspace.checkpoint()
        workspace.run("echo two > a.txt")
        workspace.restore(mark)
        assert workspace.run("git diff-files").stdout == ""


def test_a_large_file_is_brought_back() -> None:
    with Workspace() as workspace:
        workspace.run("seq 1 400000 > big.txt")
        mark = workspace.checkpoint()
        workspace.run("rm big.txt")
        workspace.restore(mark)
        assert workspace.run("tail -n 1 big.txt").stdout == "400000\n"


@pytest.mark.parametrize("confined", [False, True])
def test_a_workspace_whose_folder_was_removed_is_brought_back(confined: bool) -> None:
    with Workspace(confined=confined) as workspace:
        workspace.run_script("git init\ngit commit --allow-empty -m one")
        mark = workspace.checkpoint()
        shutil.rmtree(workspace.root.parent)
        with pytest.raises(SandboxError, match="gone"):
            workspace.run("git log")
        workspace.restore(mark)
        assert workspace.run("git log --format=%s").stdout == "one\n"
        assert workspace.run("git commit --amend --allow-empty <<'EDITOR'\ntwo\nEDITOR").returncode == 0


def test_nothing_is_left_of_checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Workspace() as workspace:
        workspace.run("seq 1 400000 > big.txt\nmkdir locked\ntouch locked/a\nchmod 000 locked")
        workspace.checkpoint()
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())
