"""Replaying in a confined child: what comes back, and what an answer cannot do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograders.replay import Runner, replayer
from gitquest_kernel.answers import Answer
from gitquest_kernel.checks import Outcome, Verdict, judge
from gitquest_kernel.errors import SandboxError
from gitquest_kernel.quest import parse_quest
from tests.autograders.classroom import COMMIT, RIGHT, SEAS


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as runner:
        yield runner


def _judge(runner: Runner, text: str, seconds: float = 30.0) -> Verdict:
    quest = parse_quest(COMMIT, "test")
    return judge(quest, Answer(quest.id, text, source="cell"), replay=replayer(seconds=seconds, runner=runner))


def _hook(body: str) -> str:
    return (
        f"git init\nmkdir -p .git/hooks\ncat > .git/hooks/pre-commit <<'END'\n#!/bin/sh\n{body}\nEND\n"
        "chmod +x .git/hooks/pre-commit\ngit commit --allow-empty -m x"
    )


def test_a_right_answer_passes_with_its_steps(runner: Runner) -> None:
    verdict = _judge(runner, RIGHT)
    assert (verdict.outcome, verdict.points, verdict.commands) == (Outcome.PASSED, 4.0, 4)
    assert [step.returncode for step in verdict.steps] == [0, 0, 0, 0]


def test_the_confined_verdict_is_the_student_rooms(runner: Runner) -> None:
    quest = parse_quest(COMMIT, "test")
    for text in (RIGHT, "git init", "git comit", "rm -rf /", RIGHT + "\ngit commit --amend -m again"):
        assert _judge(runner, text) == judge(quest, Answer(quest.id, text, source="cell"))


def test_a_forbidden_command_is_refused(runner: Runner) -> None:
    assert _judge(runner, "curl http://example.com").outcome is Outcome.REFUSED


def test_an_answer_that_does_not_end_is_a_timeout(runner: Runner) -> None:
    assert _judge(runner, _hook("sleep 600"), seconds=1.0).outcome is Outcome.TIMEOUT


def test_nothing_outlives_its_answer(runner: Runner) -> None:
    _judge(runner, _hook("setsid sleep 60.0625 > /dev/null 2>&1 &"))
    assert not [p for p in Path("/proc").glob("[0-9]*/cmdline") if b"60.0625" in _bytes(p)]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_a_hook_neither_reads_nor_writes_the_graders_files(runner: Runner, tmp_path: Path) -> None:
    gradebook = tmp_path / "gradebook.db"
    gradebook.write_text("marks")
    verdict = _judge(runner, _hook(f"cat {gradebook}; echo 9 > {gradebook}; touch {tmp_path}/x"))
    said = "".join(step.stdout + step.stderr for step in verdict.steps)
    assert "denied" in said
    assert "marks" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["gradebook.db"]
    assert gradebook.read_text() == "marks"


def test_the_runner_does_not_inherit_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "swordfish")
    with Runner() as runner:
        _judge(runner, "git init")
        assert runner._process is not None
        environment = Path(f"/proc/{runner._process.pid}/environ").read_bytes()
    assert b"swordfish" not in environment


def test_a_query_is_judged_without_touching_the_judge(runner: Runner) -> None:
    quest = parse_quest(SEAS, "test")
    answer = Answer(quest.id, "select name from sea where depth > 1000", source="cell")
    assert judge(quest, answer, replay=replayer(runner=runner)).outcome is Outcome.PASSED


def test_a_query_cannot_read_files(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("name\nCoral\n")
    quest = parse_quest(SEAS, "test")
    answer = Answer(quest.id, f"select name from '{tmp_path}/secret.csv'", source="cell")
    assert judge(quest, answer, replay=replayer(runner=runner)).points == 0


def test_a_runner_that_died_is_named_and_the_next_answer_gets_a_new_one() -> None:
    with Runner() as runner:
        assert _judge(runner, "git init").outcome is Outcome.FAILED
        assert runner._process is not None
        runner._process.kill()
        runner._process.wait()
        assert _judge(runner, RIGHT).outcome is Outcome.PASSED


def test_the_runner_ends_with_its_owner() -> None:
    runner = Runner()
    _judge(runner, "git init")
    assert runner._process is not None
    pid = runner._process.pid
    runner.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_machine_that_cannot_confine_refuses_to_run_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A sitecustomize in the runner stands for a kernel without Landlock.
    (tmp_path / "sitecustomize.py").write_text(
        "import gitquest_kernel.confinement as c\nc.level = lambda: c.Level(0, False)\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    quest = parse_quest(COMMIT, "test")
    answer = Answer(quest.id, RIGHT, source="cell")
    with Runner() as runner:
        with pytest.raises(SandboxError, match="unconfined"):
            judge(quest, answer, replay=replayer(runner=runner))
        assert judge(quest, answer, replay=replayer(runner=runner, confined=False)).outcome is Outcome.PASSED
