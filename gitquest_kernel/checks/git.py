"""Git quests: replay the commands, read the workspace, test the predicates."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gitquest_kernel.answers import Answer
from gitquest_kernel.checks.verdict import CheckResult, Outcome, RunReport, Step
from gitquest_kernel.errors import AnswerSyntaxError, CourseError
from gitquest_kernel.predicates import Facts
from gitquest_kernel.quest.git import GitQuest, Teammate
from gitquest_kernel.quest.goals import with_goals
from gitquest_kernel.sandbox import Checkpoint, CommandResult, Snapshot, Workspace, parse, read_snapshot
from gitquest_kernel.sandbox.grammar import Command, Line
from gitquest_kernel.sandbox.looking import only_looks

__all__ = ["Mark", "Replayer", "begin", "check", "commands", "read", "run"]

_OUTCOMES = {
    "refused": Outcome.REFUSED,
    "syntax": Outcome.FAILED,
    "timeout": Outcome.TIMEOUT,
    "too_much_output": Outcome.CRASHED,
    "too_much_disk": Outcome.CRASHED,
    "too_many_processes": Outcome.CRASHED,
    "out_of_memory": Outcome.OUT_OF_MEMORY,
    "crashed": Outcome.CRASHED,
}

_TEAMMATE = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "Grace Teammate"), ("EMAIL", "grace@example.com"))
}
_SHOWN = 20_000
"""How many characters of a command's output a transcript keeps."""


def begin(quest: GitQuest, workspace: Workspace) -> None:
    """Bring a fresh workspace into the quest's starting state.

    Raises
    ------
    CourseError
        The setup cannot be run: the author's mistake.
    """
    for result in workspace.run_script(quest.setup):
        if result.outcome != "ran":
            raise CourseError(
                f"the setup stops at “{result.command}”: {result.stderr.strip()}",
                where=quest.id,
                remedy="Mend the quest's setup; gitquest gate shows whether it runs.",
            )


@dataclass(frozen=True)
class Mark:
    """A state between two lines of an answer; ``waiting`` are the teammates who have not acted yet."""

    checkpoint: Checkpoint
    waiting: tuple[Teammate, ...]


class Replayer:
    """Go from a quest's starting state on, one line of an answer at a time, teammates included.

    Parameters
    ----------
    workspace
        A fresh one; the setup runs in it at once.
    """

    def __init__(self, quest: GitQuest, workspace: Workspace) -> None:
        begin(quest, workspace)
        self.workspace = workspace
        self._waiting = list(quest.teammate)

    def step(self, line: Line) -> CommandResult:
        """Let the teammates act that wait for this line, then run it."""
        self._waiting = _teammates_turn(self.workspace, self._waiting, line.head)
        return self.workspace.run_line(line)

    def mark(self) -> Mark:
        """Return the state as it is now, to come back to."""
        return Mark(self.workspace.checkpoint(), tuple(self._waiting))

    def go_to(self, mark: Mark) -> None:
        """Go back, or on, to a state of this workspace."""
        self.workspace.restore(mark.checkpoint)
        self._waiting = list(mark.waiting)


def run(quest: GitQuest, answer: Answer, place: Path) -> RunReport:
    """Replay the setup and the answer in ``place``."""
    try:
        lines = parse(answer.text)
    except AnswerSyntaxError as error:
        return RunReport(Outcome.FAILED, str(error))
    steps: list[Step] = []
    with Workspace(place) as workspace:
        replayer = Replayer(quest, workspace)
        for line in lines:
            result = replayer.step(line)
            steps.append(Step(result.command, result.stdout[:_SHOWN], result.stderr[:_SHOWN], result.returncode))
            if result.outcome != "ran":
                return RunReport(_OUTCOMES[result.outcome], _why(result), tuple(steps))
        (place / "cwd").write_bytes(os.fsencode(workspace.folder))
    return RunReport(steps=tuple(steps))


def read(quest: GitQuest, place: Path) -> dict[str, Any]:
    """Return the snapshot of the workspace in ``place`` as plain data."""
    note = place / "cwd"
    folder = note.read_text(errors="surrogateescape") if note.is_file() and not note.is_symlink() else "."
    return {"snapshot": read_snapshot(place).moved(folder).to_json()}


def check(quest: GitQuest, answer: Answer, state: dict[str, Any]) -> list[CheckResult]:
    """Test every predicate on the snapshot."""
    quest = with_goals(quest)
    given = _commands(answer)
    facts = Facts(
        Snapshot.from_json(state["snapshot"]),
        [_words(command) for command in given],
        [_words(command) for command in given if not only_looks(command)],
    )
    found: list[CheckResult] = []
    for public in quest.checks:
        wrong = public.test(facts)
        message = f"{public.say}: {wrong}" if wrong else public.say
        found.append(CheckResult(public.label, wrong is None, message, public.hint if wrong else "", public.weight))
    for hidden in quest.hidden:
        passed = hidden.test(facts) is None
        found.append(CheckResult(hidden.label, passed, hidden.say, weight=0, hidden=True, cap=hidden.cap))
    return found


def commands(answer: Answer) -> int | None:
    """Return how many commands of the answer change something, those joined on one line each counted."""
    return sum(not only_looks(command) for command in _commands(answer))


def _words(command: Command) -> str:
    return " ".join(word.text for word in command.words)


def _commands(answer: Answer) -> Sequence[Command]:
    try:
        lines = parse(answer.text)
    except AnswerSyntaxError:
        return ()
    return [command for line in lines for pipeline in line.pipelines for command in pipeline.commands]


def _teammates_turn(workspace: Workspace, waiting: list[Teammate], head: str) -> list[Teammate]:
    left: list[Teammate] = []
    for teammate in waiting:
        if f"{head} ".startswith(f"{teammate.before} "):
            workspace.run_as(_TEAMMATE, teammate.script)
        else:
            left.append(teammate)
    return left


def _why(result: CommandResult) -> str:
    last = result.stderr.strip().splitlines()[-2:]
    return f"“{result.command.splitlines()[0]}” was not run to its end.\n" + "\n".join(last)
