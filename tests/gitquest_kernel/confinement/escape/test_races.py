"""Links and pipes in the place of files: what is done for a command outside its confinement is not led astray."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gitquest_kernel.confinement import level
from gitquest_kernel.sandbox import Limits, Workspace

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not level().enough_to_grade,
    reason="this machine cannot confine: gitquest doctor says so",
)


def within(seconds: float, work: Callable[[], object]) -> bool:
    """Tell whether something ends in time."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    return not thread.is_alive()


@pytest.mark.parametrize("name", ["texts", "tmp", "home", "bin", "work"])
def test_a_folder_of_the_sandbox_made_a_link_harms_nothing_outside(tmp_path: Path, name: str) -> None:
    place, out = tmp_path / "place", tmp_path / "out"
    place.mkdir()
    out.mkdir()
    (out / "000").write_text("precious")
    (out / "other").write_text("precious")
    with Workspace(place, confined=True) as workspace:
        workspace.run_script(f"git init\ngit config alias.x '!rm -rf {place}/{name}; ln -s {out} {place}/{name}'")
        before = workspace.checkpoint()
        workspace.run("git commit --allow-empty <<'EDITOR'\none\nEDITOR")
        workspace.run("git x <<'EDITOR'\nleft over\nEDITOR")
        assert not (place / name).is_symlink()
        workspace.run("git commit --allow-empty <<'EDITOR'\ntwo\nEDITOR")
        workspace.run("git fetch")
        workspace.snapshot()
        workspace.restore(before)
        assert workspace.run("git status").returncode == 0
    assert sorted(path.name for path in out.iterdir()) == ["000", "other"]
    assert {path.read_text() for path in out.iterdir()} == {"precious"}


@pytest.mark.parametrize("name", ["texts", "tmp", "home", "work"])
def test_a_program_that_is_not_confined_can_replace_a_folder(tmp_path: Path, name: str) -> None:
    """The control: it is the confinement that keeps the folders where they are."""
    place = tmp_path / "place"
    place.mkdir()
    with Workspace(place, confined=False) as workspace:
        workspace.run(
            f"git init && git config --global alias.x '!rm -rf {place}/{name}; ln -s {tmp_path} {place}/{name}'"
        )
        workspace.run("git x")
        assert (place / name).is_symlink()


def test_a_redirection_does_not_follow_a_link_that_its_own_command_makes(tmp_path: Path) -> None:
    place, out = tmp_path / "place", tmp_path / "out"
    place.mkdir()
    out.mkdir()
    with Workspace(place, confined=True) as workspace:
        workspace.run_script(f"git init\ngit config alias.x '!rm -f said; ln -s {out}/marker said; echo harm'")
        workspace.run("git x > said")
    assert not list(out.iterdir())


def test_a_pipe_in_the_place_of_a_file_stops_nobody(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    with Workspace(place, Limits(seconds=1), confined=True) as workspace:
        workspace.run_script("git init\necho a > a\ngit add a\ngit commit -m a")
        os.mkfifo(workspace.root / "pipe")
        assert within(5, lambda: workspace.run("cat < pipe"))
        assert within(5, lambda: workspace.run("echo x > pipe"))
        assert within(5, lambda: workspace.run("cat pipe"))
        workspace.run("git clone . copy")
        (workspace.root / "copy/.git/FETCH_HEAD").unlink(missing_ok=True)
        os.mkfifo(workspace.root / "copy/.git/FETCH_HEAD")
        os.mkfifo(workspace.root / "FETCH_HEAD")
        assert within(5, lambda: workspace.run("git fetch"))
        assert within(5, lambda: workspace.restore(workspace.checkpoint()))


@pytest.mark.parametrize(
    "name",
    ["a", ".git/HEAD", ".git/config", ".git/index", ".git/refs/heads/main", ".git/packed-refs", ".git/info/exclude"],
)
def test_the_reader_does_not_wait_for_a_pipe(tmp_path: Path, name: str) -> None:
    place = tmp_path / "place"
    place.mkdir()
    with Workspace(place, confined=True) as workspace:
        workspace.run_script("git init\necho a > a\ngit add a\ngit commit -m a")
        (workspace.root / name).unlink(missing_ok=True)
        os.mkfifo(workspace.root / name)
        assert within(8, lambda: _suppressed(workspace))


def _suppressed(workspace: Workspace) -> None:
    try:
        workspace.snapshot()
    except Exception:
        return


def test_links_that_change_while_they_are_read_lead_nowhere(tmp_path: Path) -> None:
    """A name that is now a file, now a link to the outside: what is read is never the outside."""
    place, out = tmp_path / "place", tmp_path / "out"
    place.mkdir()
    out.mkdir()
    (out / "canary").write_text("secret")
    flip = (
        f"import os, sys, time\nuntil = time.monotonic() + 1.5\nwhile time.monotonic() < until:\n"
        f"  os.symlink('{out}/canary', 'l'); os.rename('l', 'a')\n"
        f"  open('f', 'w').close(); os.rename('f', 'a')\n"
    )
    with Workspace(place, confined=True) as workspace:
        workspace.run_script("git init\necho a > a\ngit add a\ngit commit -m a")
        (workspace.root / "flip.py").write_text(flip)
        workspace.run("git config alias.x '!python3 flip.py'")
        seen: list[str] = []
        thread = threading.Thread(target=lambda: workspace.run("git x"), daemon=True)
        thread.start()
        until = time.monotonic() + 1.0
        while time.monotonic() < until:
            seen.append(repr(workspace.snapshot()))
        thread.join(10)
    assert seen
    assert not any("secret" in text for text in seen)
