"""A confined child reaches its own folder and nothing else."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gitquest_kernel.sandbox import Workspace, confine, level

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not level().files, reason="this machine has no Landlock: gitquest doctor says so"
)


def confined(place: Path, attempt: Callable[[], object]) -> bool:
    """Tell whether an attempt succeeds in a confined child."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            confine(place)
            attempt()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_scratch_folder_can_be_used(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    assert confined(place, lambda: (place / "a").write_text("x"))
    assert (place / "a").read_text() == "x"


def test_nothing_else_can_be_read_or_written(tmp_path: Path) -> None:
    place, secret = tmp_path / "place", tmp_path / "secret"
    place.mkdir()
    secret.write_text("hidden checks")
    assert not confined(place, secret.read_text)
    assert not confined(place, lambda: secret.write_text("gone"))
    assert not confined(place, lambda: list(tmp_path.iterdir()))
    assert not confined(place, lambda: (place / "link").symlink_to(secret) or (place / "link").read_text())
    assert secret.read_text() == "hidden checks"


def test_children_are_as_confined_as_their_parent(tmp_path: Path) -> None:
    place, secret = tmp_path / "place", tmp_path / "secret"
    place.mkdir()
    secret.write_text("hidden checks")
    assert not confined(place, lambda: subprocess.run(["cat", secret], check=True, capture_output=True))
    assert confined(place, lambda: subprocess.run(["git", "--version"], check=True, capture_output=True))


def test_the_network_is_out_of_reach(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        assert not confined(tmp_path, lambda: socket.create_connection(address, timeout=2))


def test_a_hook_cannot_read_outside(tmp_path: Path) -> None:
    place, secret = tmp_path / "place", tmp_path / "secret"
    place.mkdir()
    secret.write_text("hidden checks")

    def answer() -> None:
        workspace = Workspace(place)
        workspace.run_script(
            "git init\nmkdir -p .git/hooks\n"
            f"cat > .git/hooks/pre-commit <<'END'\n#!/bin/sh\ncat {secret} > stolen\nEND\n"
            "chmod +x .git/hooks/pre-commit\ngit commit --allow-empty -m x"
        )

    assert confined(place, answer)
    assert (place / "work" / "stolen").read_text() == ""
