"""A class at once: interrupted, resumed, tampered with, late, and graded by hand in between."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograders.config import course_config
from autograders.grade import Graded, Grading
from tests.autograders.quickstart import ANSWERS, answer, everything, make_quickstart

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")]

SORTS = ("right", "wrong", "empty", "crashing")
CHEAT = (
    "import ast\nclass Drop(ast.NodeTransformer):\n    def visit_Assert(self, node):\n        return ast.Pass()\n"
    "get_ipython().ast_transformers.append(Drop())\ndef squares(n):\n    return [n]"
)


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_quickstart(tmp_path_factory.mktemp("batch"), {f"s{n:02}": SORTS[n % 4] for n in range(12)})


@pytest.fixture
def root(handed_in: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(handed_in, tmp_path / "course"))


def _grade(root: Path, *students: str, **options: bool) -> dict[str, Graded]:
    return {r.submission.student: r for r in Grading(course_config(root), ["ps1"], students, **options)}


def _only(root: Path, *students: str) -> None:
    for folder in (root / "submitted").iterdir():
        if folder.name not in students:
            shutil.rmtree(folder)


@pytest.mark.parametrize("after", [1, 5])
def test_killed_at_any_moment_nothing_is_lost_or_doubled(
    root: Path, handed_in: Path, tmp_path: Path, after: int
) -> None:
    whole = Path(shutil.copytree(handed_in, tmp_path / "whole"))
    _grade(whole)
    running = subprocess.Popen(
        [sys.executable, "-c", "from gitquest_kernel.cli import main; main()", "grade", "ps1", "--root", str(root)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while len(list(root.glob("autograded/*/ps1"))) < after and time.monotonic() < deadline:
        assert running.poll() is None
        time.sleep(0.005)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    done = len(list(root.glob("autograded/*/ps1")))
    results = _grade(root)
    assert sum(r.status == "unchanged" for r in results.values()) == done >= after
    assert everything(root) == everything(whole)
    assert not list(root.glob("autograded/*/.*"))


def test_a_manual_grade_a_comment_and_extra_credit_survive_a_regrade(root: Path) -> None:
    _only(root, "s00")
    _grade(root)
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        notebook = next(n for n in gradebook.find_submission("ps1", "s00").notebooks if n.name == "problem1")
        notebook.grades[0].manual_score, notebook.grades[0].extra_credit = 0.25, 0.5
        notebook.comments[0].manual_comment = "well done"
        total, name = gradebook.find_submission("ps1", "s00").score, notebook.grades[0].name
        gradebook.db.commit()
        total = gradebook.find_submission("ps1", "s00").score
    result = _grade(root, force=True)["s00"]
    assert result.score == total
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        grade = gradebook.find_grade(name, "problem1", "ps1", "s00")
        assert (grade.manual_score, grade.extra_credit, grade.needs_manual_grade) == (0.25, 0.5, True)
        assert gradebook.find_submission("ps1", "s00").score == result.score
        comments = gradebook.find_submission("ps1", "s00").notebooks[0].comments
        assert "well done" in [comment.manual_comment for comment in comments]


def test_a_late_submission_loses_what_nbgraders_plugin_says(root: Path) -> None:
    _only(root, "s00")
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate=datetime(2020, 1, 1))
    (root / "submitted" / "s00" / "ps1" / "timestamp.txt").write_text("2020-01-02 00:00:00 UTC")
    (root / "nbgrader_config.json").write_text(json.dumps({"LateSubmissionPlugin": {"penalty_method": "zero"}}))
    stock = Path(shutil.copytree(root, root.parent / "stock"))
    _grade(root)
    _grade(stock, stock=True)
    marks = everything(root)
    assert marks == everything(stock)
    assert marks["s00", "problem1", "", "penalty"] > 0


@pytest.mark.parametrize("hold", [False, True])
def test_tampering_is_named_and_held_only_where_the_course_says_so(root: Path, hold: bool) -> None:
    _only(root, "s00")
    answer(root / "submitted" / "s00" / "ps1" / "problem1.ipynb", ANSWERS["right"] | {"squares": CHEAT})
    (root / "nbgrader_config.json").write_text(json.dumps({"QuestExecute": {"hold_tampered": hold}}))
    result = _grade(root)["s00"]
    assert result.tampered == {"problem1": ["ast transformers changed"]}
    scores = {
        (value[0], value[2])
        for (_, notebook, name, kind), value in everything(root).items()
        if kind == "grade" and notebook == "problem1" and name.startswith("correct")
    }
    assert scores == ({(None, True)} if hold else {(0.0, False)})


def test_widgets_get_a_kernel_of_their_own(root: Path) -> None:
    _only(root, "s00")
    widget = "import ipywidgets\nipywidgets.IntSlider()\n" + ANSWERS["right"]["squares"]
    answer(root / "submitted" / "s00" / "ps1" / "problem1.ipynb", {"squares": widget})
    result = _grade(root)["s00"]
    assert (result.status, result.needed_kernel) == ("graded", "widgets")


def test_links_out_of_a_submission_are_not_followed(root: Path) -> None:
    _only(root, "s00")
    folder = root / "submitted" / "s00" / "ps1"
    (folder / "marks.db").symlink_to(root / "gradebook.db")
    assert _grade(root)["s00"].status == "graded"
    assert not (root / "autograded" / "s00" / "ps1" / "marks.db").exists()
