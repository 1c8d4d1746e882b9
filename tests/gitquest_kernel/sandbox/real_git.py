"""A workspace's folder in which tests run git itself, without grammar and policy."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from gitquest_kernel.sandbox import Repository, Snapshot, read_snapshot


@dataclass
class Place:
    """``work`` and ``home`` as a workspace has them."""

    folder: Path

    @classmethod
    def new(cls, folder: Path) -> Place:
        for name in ("work", "home"):
            (folder / name).mkdir(parents=True)
        config = "[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n"
        (folder / "home" / ".gitconfig").write_text(config + '[protocol "file"]\n\tallow = always\n')
        return cls(folder.resolve())

    @property
    def work(self) -> Path:
        return self.folder / "work"

    def git(self, *arguments: str, cwd: str = ".", data: bytes | None = None, check: bool = True) -> str:
        """Run git in a folder of the workspace and return what it printed."""
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder / "home"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_EDITOR": "true",
            "GIT_SEQUENCE_EDITOR": "true",
            "GIT_AUTHOR_DATE": "@1700000000 +0000",
            "GIT_COMMITTER_DATE": "@1700000000 +0000",
        }
        ended = subprocess.run(
            ["git", *arguments], cwd=self.work / cwd, env=env, input=data, capture_output=True, check=False
        )
        assert not check or ended.returncode == 0, ended.stderr.decode()
        return ended.stdout.decode("utf-8", "surrogateescape")

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.work / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def commit(self, message: str = "A commit", cwd: str = ".", **files: str) -> str:
        """Write files (``name_txt`` for ``name.txt``), commit everything, and return the commit's id."""
        for name, text in files.items():
            self.write(f"{cwd}/{name.replace('_', '.')}", text)
        self.git("add", "-A", cwd=cwd)
        self.git("commit", "-q", "--allow-empty", "-m", message, cwd=cwd)
        return self.git("rev-parse", "HEAD", cwd=cwd).strip()

    def snapshot(self) -> Snapshot:
        return read_snapshot(self.folder)

    def repository(self, path: str = ".") -> Repository:
        found = self.snapshot().repositories[path]
        assert found.operation != "unreadable", found.problem
        return found
