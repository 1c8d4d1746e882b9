"""nbgrader's formgrader, in a real Jupyter server, on a root that our settings made."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograders.config import settings
from autograders.verdicts import verdicts_of
from gitquest_kernel.checks import Outcome
from tests.autograders.classroom import ASSIGNMENT, HALF, RIGHT, Classroom

pytestmark = pytest.mark.slow
TOKEN = "formgrader-test"


class Server:
    """A Jupyter server with nbgrader's formgrader."""

    def __init__(self, root: Path) -> None:
        (root / "nbgrader_config.json").write_text(json.dumps(settings()))
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", "--port=0"),
                f"--IdentityProvider.token={TOKEN}",
                "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}",
            ],
            cwd=root,
            env={**os.environ, "PATH": path, "JUPYTER_CONFIG_DIR": str(root / "none")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stderr is not None
        self.log: list[str] = []
        for line in self._process.stderr:
            self.log.append(line)
            if match := re.search(r"http://127\.0\.0\.1:\d+", line):
                self.url = match.group()
                break
        else:
            raise AssertionError("".join(self.log))
        # Jupyter says its address a moment before it listens there.
        deadline = time.monotonic() + 30
        while not _listens(int(self.url.rsplit(":", 1)[1])) and time.monotonic() < deadline:
            time.sleep(0.02)
        threading.Thread(target=self.log.extend, args=(self._process.stderr,), daemon=True).start()

    def request(self, path: str, method: str = "GET") -> tuple[int, str]:
        """Return the status and the body of a page."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            headers={"Authorization": f"token {TOKEN}"},
            data=b"" if method == "POST" else None,
        )
        try:
            with urllib.request.urlopen(request, timeout=90) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def children(self) -> list[str]:
        """Return the command lines of the server's child processes."""
        pids = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return [Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in pids]

    def stop(self) -> None:
        """End the server."""
        self._process.terminate()
        self._process.wait(timeout=30)


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def server(classroom: Classroom) -> Iterator[Server]:
    classroom.hand_in("ada", {"first-commit": HALF})
    classroom.hand_in("bob", {"first-commit": RIGHT})
    classroom.grade("ada")
    server = Server(classroom.root)
    yield server
    server.stop()


def test_formgrader_shows_and_grades_quests(server: Server, classroom: Classroom) -> None:
    for page in ("/formgrader", "/formgrader/gradebook", f"/formgrader/gradebook/{ASSIGNMENT}/{ASSIGNMENT}"):
        assert server.request(page)[0] == 200

    status, listed = server.request(f"/formgrader/api/submissions/{ASSIGNMENT}")
    assert status == 200
    scores = {entry["student"]: (entry["score"], entry["max_score"]) for entry in json.loads(listed)}
    assert scores["ada"] == (2.0, 7.0)

    status, notebooks = server.request(f"/formgrader/api/submitted_notebooks/{ASSIGNMENT}/{ASSIGNMENT}")
    (notebook,) = [entry for entry in json.loads(notebooks) if entry["student"] == "ada"]
    status, page = server.request(f"/formgrader/submissions/{notebook['id']}/?index=0")
    assert status == 200
    assert "Partly right: 2 of 4 points" in page
    assert "echo more &gt; draft.txt" in page

    status, reply = server.request(f"/formgrader/api/submission/{ASSIGNMENT}/bob/autograde", "POST")
    assert (status, json.loads(reply)["success"]) == (200, True)
    assert classroom.scores("bob")["first-commit-grade"] == (4.0, False)
    notebook_path = classroom.root / "autograded" / "bob" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    assert verdicts_of(notebook_path)["first-commit-grade"].outcome is Outcome.PASSED
    # Nothing may fork in the server: all that it has started is the runner.
    assert [child for child in server.children() if "autograders.runner" not in child] == []


def test_nbgraders_own_command_grades_the_same(classroom: Classroom) -> None:
    classroom.hand_in("ada", {"first-commit": HALF})
    (classroom.root / "nbgrader_config.json").write_text(json.dumps(settings()))
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT],
        cwd=classroom.root,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "leaked" not in done.stderr
    by_nbgrader = classroom.scores("ada")
    assert classroom.grade(force=True)["ada"].score == 2.0
    assert classroom.scores("ada") == by_nbgrader
