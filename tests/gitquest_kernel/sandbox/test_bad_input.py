"""Whatever is thrown at a workspace, it says what happened, goes on, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitquest_kernel.errors import SandboxError
from gitquest_kernel.sandbox import Limits, Workspace, level, place

CONFINED = [False, pytest.param(True, marks=pytest.mark.skipif(not level().files, reason="no Landlock here"))]
ONE_OF_EACH_PLANE = "".join(chr(0x10000 * plane + 0x2001) for plane in range(17))


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files that must be empty in the end."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield tmp_path
    assert list(tmp_path.iterdir()) == []


def hook(workspace: Workspace, body: str) -> None:
    """Make a hook that runs with the next commit."""
    workspace.run("git init")
    path = workspace.root / ".git" / "hooks" / "pre-commit"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def still_works(workspace: Workspace) -> bool:
    return workspace.run("echo on").stdout == "on\n"


@pytest.mark.parametrize("text", ["git status\n" * 1_000_000, "echo '" + "x\n" * 5_000_000, "echo " + "a" * 10_000_000])
def test_an_answer_of_ten_megabytes_is_told_to_be_too_long(temporary: Path, text: str) -> None:
    with Workspace() as workspace:
        (result,) = workspace.run_script(text)
        assert result.outcome == "syntax"
        assert "characters long" in result.stderr
        assert still_works(workspace)


def test_a_quote_over_very_many_lines_is_read_in_one_go() -> None:
    with Workspace() as workspace:
        assert len(workspace.run("echo '" + "x\n" * 400_000 + "'").stdout) == 800_001


@pytest.mark.parametrize(
    ("text", "said"), [("echo a\0b", "NUL"), ("echo '\ud800'", "half of a character"), ("echo 'a\0b'", "NUL")]
)
def test_bytes_that_no_command_can_hold_are_named(text: str, said: str) -> None:
    with Workspace() as workspace:
        result = workspace.run(text)
        assert (result.outcome, said in result.stderr) == ("syntax", True)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=60), prefix=st.sampled_from(["", "git ", "echo ", "cat ", "git add ", "test -f "]))
def test_no_bytes_make_a_workspace_raise(workspace: Workspace, data: bytes, prefix: str) -> None:
    result = workspace.run(prefix + data.decode("utf-8", "surrogateescape"))
    assert result.outcome in {"ran", "refused", "syntax"}


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace(limits=Limits(seconds=5)) as workspace:
        yield workspace


@pytest.mark.parametrize("confined", CONFINED)
def test_a_message_of_every_unicode_plane_is_kept(confined: bool) -> None:
    with Workspace(confined=confined) as workspace:
        workspace.run_script(f"git init\ngit commit --allow-empty -m '{ONE_OF_EACH_PLANE}'")
        assert workspace.run("git log --format=%s").stdout == f"{ONE_OF_EACH_PLANE}\n"
        repository = workspace.snapshot().repository
        assert repository is not None
        assert [commit.subject for commit in repository.commits.values()] == [ONE_OF_EACH_PLANE]


@pytest.mark.parametrize("name", ["a\nb", "-rf", "--", "-", " ", "\t", "'", '"', "*", "ü\u0301", "a\udcffb", "#x", "~"])
def test_a_file_may_be_called_anything(name: str) -> None:
    with Workspace() as workspace:
        (workspace.root / name).write_text("text\n")
        workspace.run_script("git init\ngit add -A\ngit commit -m odd")
        quoted = "'./" + name.replace("'", "'\\''") + "'"
        assert workspace.run(f"cat {quoted}").stdout == "text\n"
        assert workspace.run(f"git rm -q -- {quoted}").returncode == 0
        assert workspace.run("git status --porcelain").stdout.startswith("D  ")
        workspace.snapshot()


@pytest.mark.parametrize("confined", CONFINED)
@pytest.mark.parametrize(
    ("body", "ending"),
    [
        ("sleep 600", "timeout"),
        ("while :; do :; done", "timeout"),
        ("cat /dev/zero", "too_much_output"),
        ("yes >&2", "too_much_output"),
        ("exec >/dev/null 2>&1; sleep 600", "timeout"),
    ],
)
def test_a_hook_that_does_not_end_is_ended(temporary: Path, confined: bool, body: str, ending: str) -> None:
    with Workspace(limits=Limits(seconds=1), confined=confined) as workspace:
        hook(workspace, body)
        assert workspace.run("git commit --allow-empty -m x").outcome == ending
        assert still_works(workspace)


@pytest.mark.parametrize("confined", CONFINED)
def test_a_hook_that_fills_the_disk_is_stopped_and_its_files_can_be_taken_back(temporary: Path, confined: bool) -> None:
    with Workspace(limits=Limits(disk=8 << 20), confined=confined) as workspace:
        workspace.run("git init")
        before = workspace.checkpoint()
        hook(workspace, "i=0; while :; do head -c 4000000 /dev/zero > junk$i; i=$((i+1)); done")
        assert workspace.run("git commit --allow-empty -m x").outcome == "too_much_disk"
        assert workspace.run("git status").outcome == "too_much_disk"
        workspace.restore(before)
        assert workspace.run("git status").outcome == "ran"


def test_one_file_that_is_too_large_is_said_to_be() -> None:
    with Workspace(limits=Limits(disk=1 << 20)) as workspace:
        hook(workspace, "exec head -c 9000000 /dev/zero > junk")
        workspace.run("git commit --allow-empty -m x")
        assert (workspace.root / "junk").stat().st_size <= 1 << 20


@pytest.mark.skipif(not level().process_namespace, reason="processes cannot be told apart on this machine")
@pytest.mark.parametrize("bomb", ["b() { b | b & }; b; sleep 600", "while :; do sleep 600 & done"])
def test_a_fork_bomb_in_a_hook_is_ended_as_such(temporary: Path, bomb: str) -> None:
    with Workspace(limits=Limits(seconds=20), confined=True) as workspace:
        hook(workspace, bomb)
        assert workspace.run("git commit --allow-empty -m x").outcome == "too_many_processes"
        assert still_works(workspace)


@pytest.mark.skipif(not level().files, reason="no Landlock here")
def test_a_program_that_wants_too_much_memory_is_told_so() -> None:
    with Workspace(limits=Limits(memory=256 << 20), confined=True) as workspace:
        hook(workspace, "dd if=/dev/zero of=/dev/null bs=1G count=1")
        result = workspace.run("git commit --allow-empty -m x")
        assert result.outcome == "out_of_memory"
        assert still_works(workspace)


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="only root mounts a small disk")
def test_a_full_disk_is_said_and_survived(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", disk], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        (disk / "place").mkdir()
        with Workspace(disk / "place") as workspace:
            workspace.run("git init")
            before = workspace.checkpoint()
            full = workspace.run("seq 1 100000 > big.txt")
            assert full.returncode != 0
            assert "No space left" in full.stderr
            assert workspace.run("git add big.txt").returncode != 0
            workspace.restore(before)
            assert workspace.run("git commit --allow-empty -m x").returncode == 0
            (disk / "other").mkdir()
            fill = ["dd", "if=/dev/zero", f"of={disk}/rest", "bs=4096"]
            assert "No space" in subprocess.run(fill, capture_output=True, text=True).stderr
            with pytest.raises(SandboxError, match="cannot be made"):
                Workspace(disk / "other")
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_git_that_is_missing_or_too_old_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    place.git_program.cache_clear()
    with pytest.raises(SandboxError, match="not installed"):
        Workspace()
    old = tmp_path / "git"
    old.write_text("#!/bin/sh\necho git version 2.17.1\n")
    old.chmod(0o755)
    with pytest.raises(SandboxError, match=r"too old \(git version 2\.17\.1\); 2\.39"):
        Workspace()
    old.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(SandboxError, match="does not run"):
        Workspace()
    monkeypatch.undo()
    place.git_program.cache_clear()


def test_a_folder_that_is_removed_under_the_student_is_left() -> None:
    with Workspace() as workspace:
        workspace.run("mkdir gone && cd gone")
        workspace.run("cd gone")
        workspace.run("rm -r ../gone")
        assert "you are in /quest now" in workspace.run("git status").stderr
        assert workspace.run("pwd").stdout == "/quest\n"


def test_signing_without_ssh_keygen_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Workspace() as workspace:
        workspace.run("git init")
        workspace.run("git config gpg.ssh.program /quest/none")
        path = workspace.root / ".git" / "config"
        path.write_text(path.read_text() + '[gpg "ssh"]\n\tprogram = ssh-keygen-that-is-not-there\n')
        assert "install OpenSSH" in workspace.run("git commit -S --allow-empty -m x").stderr


@pytest.mark.parametrize("confined", CONFINED)
def test_a_process_that_forgets_its_workspace_leaves_nothing(tmp_path: Path, confined: bool) -> None:
    script = (
        "from gitquest_kernel.sandbox import Workspace\n"
        f"w = Workspace(confined={confined})\nw.run('git init')\nw.checkpoint()\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment, cwd=Path(__file__).parents[3])
    assert list(tmp_path.iterdir()) == []
