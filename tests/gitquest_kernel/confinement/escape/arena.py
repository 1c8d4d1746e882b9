"""One attempt's throw-away folders, and what can be seen afterwards of the harm that it did."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import selectors
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.gitquest_kernel.confinement.escape.vectors import Vector, payload

__all__ = ["Arena", "Listeners", "Target", "baseline"]

_BASELINE = """\
git init -q -b main --template= .
for n in 1 2 3 4; do echo line $n >> a.txt; git add a.txt; git commit -q -m "commit $n"; done
git checkout -q -b side HEAD~1
echo other >> a.txt
git commit -q -a -m side
git checkout -q main
git clone -q --bare --template= . remote.git
git remote add origin ./remote.git
git fetch -q origin
mkdir -p .git/hooks .git/info
printf '[core]\\n\\tfsmonitor = ./payload\\n' > evil.cfg
printf 'remote.git\\nevil.cfg\\npayload\\nran\\ndid-*\\nbig\\n' > .git/info/exclude
"""


def baseline(folder: Path) -> Path:
    """Make the repository that every attempt starts from."""
    folder.mkdir()
    environment = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": "ada@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    subprocess.run(["/bin/sh", "-ec", _BASELINE], cwd=folder, env=environment, check=True)
    return folder


@dataclass(frozen=True)
class Target:
    """The process whose memory an attempt goes for: its number as the attempt sees it, and where its memory begins."""

    pid: int
    address: int

    @classmethod
    def of(cls, pid: int) -> Target:
        """Return what an attacker of a process would have to guess."""
        numbers = re.search(r"^NSpid:\s+(.*)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
        address = int(Path(f"/proc/{pid}/maps").read_text().split("-")[0], 16)
        return cls(int(numbers[1].split()[-1]) if numbers else pid, address)


class Listeners:
    """Listeners on this machine, of every kind, and what they heard."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.heard: dict[Vector, list[bytes]] = {}
        stream = socket.create_server(("127.0.0.1", 0))
        self.port = int(stream.getsockname()[1])
        datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagram.bind(("127.0.0.1", self.port))
        abstract, path = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        abstract.bind(f"\0gitquest-{self.port}")
        path.bind(str(folder / "socket"))
        self._selector = selectors.DefaultSelector()
        for made, vector in (
            (stream, Vector.TCP),
            (datagram, Vector.UDP),
            (abstract, Vector.ABSTRACT),
            (path, Vector.SOCKET),
        ):
            if vector is not Vector.UDP:
                made.listen()
            self._selector.register(made, selectors.EVENT_READ, vector)
        self._wake, woken = socket.socketpair()
        self._selector.register(woken, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._wake.close()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]

    def _listen(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                made: socket.socket = key.fileobj  # type: ignore[assignment]
                self.heard.setdefault(key.data, [])
                if key.data is Vector.UDP:
                    self.heard[key.data].append(made.recv(100))
                    continue
                connection, _ = made.accept()
                with connection:
                    connection.settimeout(0.2)
                    said = b""
                    with contextlib.suppress(OSError):
                        said = connection.recv(100)
                    self.heard[key.data].append(said)


@dataclass
class Arena:
    """The folders of one attempt.

    Parameters
    ----------
    place
        What the sandbox is given: ``work`` and ``home`` are in it.
    out
        What is out of bounds: a canary, a tool, a repository, a listening socket.
    stays
        Whether the attempt leaves a process behind even without the attacker's program.
    """

    place: Path
    out: Path
    listeners: Listeners
    target: Target
    stays: bool = False
    token: str = field(default_factory=lambda: f"token{secrets.token_hex(8)}")
    secret: str = field(default_factory=lambda: f"secret{secrets.token_hex(8)}")
    before: frozenset[tuple[str, int, int]] = frozenset()

    @property
    def work(self) -> Path:
        """Where the attempt runs."""
        return self.place / "work"

    def prepare(self, repository: Path) -> None:
        """Fill the folders from the repository that every attempt starts from."""
        shutil.copytree(repository, self.work, symlinks=True, dirs_exist_ok=True)
        for name in ("home", "tmp"):
            (self.place / name).mkdir(exist_ok=True)
        (self.place / "home" / ".gitconfig").write_text(
            '[user]\n\tname = Ada\n\temail = ada@example.com\n[protocol "file"]\n\tallow = always\n'
        )
        self.out.mkdir(exist_ok=True)
        (self.out / "canary").write_text(f"{self.secret}\n")
        (self.out / "victim").write_text("victim\n")
        (self.out / "folder").mkdir()
        (self.out / self.secret).touch()
        (self.out / "settings").write_text(f"[x]\n\ty = {self.secret}\n")
        self._keep_secret(repository)
        tool = self.out / "tool"
        tool.write_text('#!/bin/sh\necho ran > "$1"\n')
        tool.chmod(0o755)
        program = self.work / "payload"
        program.write_text(
            payload(
                work=str(self.work),
                out=str(self.out),
                token=self.token,
                port=self.listeners.port,
                pid=self.target.pid,
                address=self.target.address,
            )
        )
        program.chmod(0o755)
        self.listeners.heard.clear()
        self.before = frozenset(self._outside())

    def _keep_secret(self, repository: Path) -> None:
        """Make a repository out of bounds whose newest commit holds the secret, by git's plumbing alone."""
        git = self.out / "repo.git"
        shutil.copytree(repository / "remote.git", git)
        stream = (
            "commit refs/heads/main\ncommitter A <a@example.com> 1 +0000\n"
            f"data 7\nsecret\n\nfrom refs/heads/main^0\nM 100644 inline secret.txt\n"
            f"data {len(self.secret)}\n{self.secret}\n"
        )
        subprocess.run(["git", "-C", git, "fast-import", "--quiet"], input=stream, text=True, check=True)

    def fill(self, script: str) -> str:
        """Return a script with this arena's names put in."""
        above = self.work.parents[2]
        for name, value in (
            ("@FILE@", _blob(f"{self.out}/canary")),
            ("@FOLDER@", _blob(str(self.out))),
            ("@REPO@", _blob(f"{self.out}/repo.git")),
            ("@ABOVE@", self.out.relative_to(above) if self.out.is_relative_to(above) else "nowhere"),
            ("@HEAD@", (self.work / ".git/refs/heads/main").read_text().strip()),
            ("@TOKEN@", self.token),
            ("@OUT@", self.out),
            ("@UP@", os.path.relpath(self.out, self.work)),
            ("@WORK@", self.work),
            ("@PORT@", self.listeners.port),
        ):
            script = script.replace(name, str(value))
        return script

    def ran(self) -> bool:
        """Tell whether the attacker's program ran."""
        return (self.work / "ran").exists()

    def harm(self, printed: str) -> set[Vector]:
        """Return what the attempt did, judged by its effects; ends what it left running."""
        found = {vector for vector, name in _NOTES.items() if (self.work / f"did-{name}").exists()}
        if self.secret in printed or any(self.secret in text for text in self._texts()):
            found.add(Vector.READ)
        if frozenset(self._outside()) != self.before:
            found.add(Vector.WRITE)
        if (self.stays or self.ran()) and any(self._left()):
            found.add(Vector.PERSIST)
        if self.ran():
            self._wait_for(found)
        return found | {vector for vector, heard in self.listeners.heard.items() if heard}

    def _wait_for(self, found: set[Vector]) -> None:
        """A connection that was made is heard a moment later."""
        if Vector.WRITE in found:
            until = time.monotonic() + 0.5
            while len(self.listeners.heard) < 4 and time.monotonic() < until:
                time.sleep(0.002)

    def _texts(self) -> Iterator[str]:
        for path in self.place.rglob("*"):
            if path.name != "payload" and not path.is_symlink() and path.is_file() and path.stat().st_size < 1 << 20:
                yield path.read_text(errors="replace")

    def _outside(self) -> Iterator[tuple[str, int, int]]:
        for folder, folders, files in os.walk(self.out):
            for name in [*folders, *files]:
                path = os.path.join(folder, name)  # noqa: PTH118
                seen = os.lstat(path)
                yield path, seen.st_mode, 0 if name in folders else seen.st_size + seen.st_mtime_ns

    def _left(self) -> Iterator[int]:
        for entry in os.scandir("/proc"):
            if not entry.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                if self.token.encode() in Path(entry.path, "cmdline").read_bytes():
                    os.kill(int(entry.name), signal.SIGKILL)
                    yield int(entry.name)


def _blob(text: str) -> str:
    """Return the id of the blob that holds a text: an attacker works it out beforehand."""
    return hashlib.sha1(b"blob %d\0%b" % (len(text), text.encode())).hexdigest()


_NOTES = {
    Vector.EXECUTE: "execute",
    Vector.DISK: "disk",
    Vector.MEMORY: "memory",
    Vector.DRIVER: "driver",
}
