"""A lesson's folder with one quest of each kind, and a notebook's shell opened in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from gitquest_kernel.quest import parse_quest, public
from gitquest_kernel.room import Room

COMMON = {"type": "tutorial", "difficulty": "beginner", "points": 4, "xp": 40}
QUESTS: tuple[dict[str, Any], ...] = (
    {
        **COMMON,
        "id": "first-commit",
        "kind": "git",
        "title": "The first commit",
        "story": "Somebody <b>needs</b> help.",
        "task": "Make a repository and commit `a.txt` with the message `first`.",
        "setup": "echo one > a.txt",
        "hints": ["Begin with `git init`.", "Then `git add` and `git commit`."],
        "checks": [
            {"repository": {"path": "."}, "say": "this folder is a repository", "name": "repository"},
            {"commit": {"subject": "first"}, "say": "its message is: first", "name": "message", "weight": 3},
        ],
        "solutions": ["git init\ngit add a.txt\ngit commit -m first\n"],
    },
    {
        **COMMON,
        "id": "cheap-cups",
        "kind": "sql",
        "title": "Cheap cups",
        "task": "List the names of all drinks below 3.",
        "setup": {"seeds": {"menu": "name,price\nTea,2.5\n<b>Coffee</b>,3.2\nWater,1.0\n"}},
        "reference": "select name from menu where price < 3",
        "solutions": ["select name from menu where price < 3"],
    },
    {
        **COMMON,
        "id": "what-head-is",
        "kind": "quiz",
        "title": "What HEAD is",
        "task": "Answer.",
        "questions": [
            {"id": "head", "ask": "What is `HEAD`?", "choices": {"a": "a tree", "b": "a ref"}, "answer": ["b"]},
            {"id": "both", "ask": "Which move?", "choices": {"a": "x", "b": "y", "c": "z"}, "answer": ["a", "c"]},
            {"id": "word", "ask": "Which command?", "answer": ["commit"], "explain": "`commit` <i>records</i>."},
        ],
        "solutions": ["head: b\nboth: a, c\nword: commit\n"],
    },
    {
        **COMMON,
        "id": "later-quiz",
        "kind": "quiz",
        "title": "Judged later",
        "task": "Answer.",
        "reveal": "after_grading",
        "questions": [{"id": "head", "ask": "HEAD?", "choices": {"a": "a tree", "b": "a ref"}, "answer": ["b"]}],
        "solutions": ["head: b"],
    },
    {
        **COMMON,
        "id": "hello-dbt",
        "kind": "dbt",
        "title": "Hello dbt",
        "task": "Make `cheap` hold the drinks below 3.",
        "seeds": {"menu": "name,price\nTea,2.5\nCoffee,3.2\n"},
        "project": {
            "dbt_project.yml": 'name: cafe\nversion: "1.0"\nprofile: gitquest\nmodel-paths: [models]\n',
            "models/cheap.sql": "select name from {{ ref('menu') }}\n",
        },
        "editable": ["models/cheap.sql"],
        "validate": [{"query": "select name from cheap", "expect": [["Tea"]], "say": "cheap holds Tea alone"}],
        "solutions": ["-"],
    },
)


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A folder as a student gets it: the notebook's folder with ``quests/``."""
    folder = tmp_path / "git-01-first-repository"
    (folder / "quests").mkdir(parents=True)
    for data in QUESTS:
        quest = parse_quest(data, data["id"])
        (folder / "quests" / f"{quest.id}.json").write_text(json.dumps(public(quest)))
    return folder


@pytest.fixture
def room(lesson: Path) -> Room:
    return Room(lesson)


@dataclass
class Ran:
    """What one cell did."""

    result: Any
    error: BaseException | None
    stdout: str
    stderr: str
    shown: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The plain text of everything displayed."""
        return "\n".join(str(data.get("text/plain", "")) for data in self.shown)

    @property
    def html(self) -> str:
        """The HTML of everything displayed."""
        return "\n".join(str(data.get("text/html", "")) for data in self.shown)


class Notebook:
    """An IPython shell with the extension loaded, opened in a lesson's folder."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell

    @property
    def room(self) -> Room:
        found: Room = self.shell.gitquest_room
        return found

    def run(self, cell: str) -> Ran:
        """Run a cell and collect its outputs."""
        publisher = CapturingDisplayPublisher()
        self.shell.display_pub = publisher
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            done = self.shell.run_cell(cell, store_history=False)
        shown = [output["data"] for output in publisher.outputs]
        return Ran(done.result, done.error_in_exec or done.error_before_exec, out.getvalue(), err.getvalue(), shown)


@pytest.fixture
def notebook(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    monkeypatch.chdir(lesson)
    monkeypatch.setenv("IPYTHONDIR", str(lesson.parent / "ipython"))
    config = Config()
    config.HistoryManager.enabled = False
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(config=config)
    shell.run_line_magic("load_ext", "gitquest_kernel")
    yield Notebook(shell)
    InteractiveShell.clear_instance()
