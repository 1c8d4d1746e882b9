"""Repositories made by real git, with a clock of their own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest


class Scratch:
    """A repository under construction."""

    def __init__(self, path: Path, home: Path) -> None:
        self.path, self.home, self.now = path, home, 1_700_000_000
        path.mkdir(parents=True, exist_ok=True)

    def git(self, *arguments: str, data: bytes | None = None) -> str:
        """Run git here, a minute later than the last time."""
        self.now += 60
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, env=self._environment(), input=data, capture_output=True, check=True
        )
        return done.stdout.decode("utf-8", "replace").strip()

    def commit(self, message: str) -> str:
        """Commit nothing but a message, and return the id."""
        self.git("commit", "-q", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim", "-m", message)
        return self.git("rev-parse", "HEAD")

    def _environment(self) -> dict[str, str]:
        person = {"NAME": "Ada", "EMAIL": "ada@example.com", "DATE": f"{self.now} +0000"}
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in person.items()},
        }


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Scratch]:
    """Return a function that makes a repository on branch main, or an empty place for one."""

    def maker(name: str = "kitchen", *, init: bool = True) -> Scratch:
        scratch = Scratch(tmp_path / name, tmp_path)
        if init:
            scratch.git("init", "-q", "-b", "main")
        return scratch

    return maker
