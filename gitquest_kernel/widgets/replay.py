"""An answer in its cell, replayed: each command with its output, the state it leaves, and the checks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gitquest_kernel.answers import Answer
from gitquest_kernel.checks import RunReport, Step, Verdict, judge, replay_here
from gitquest_kernel.quest import Quest
from gitquest_kernel.sandbox import Snapshot
from gitquest_kernel.widgets.markup import plain, section, table
from gitquest_kernel.widgets.repository import drawing
from gitquest_kernel.widgets.rows import SHOWN_ROWS, shown
from gitquest_kernel.widgets.style import STYLE
from gitquest_kernel.widgets.verdict import VerdictView

__all__ = ["ReplayView", "replay", "steps_html"]


@dataclass(frozen=True)
class ReplayView:
    """Show a replay, read-only: it is made anew whenever its cell runs."""

    quest: Quest
    verdict: Verdict
    state: dict[str, Any]

    def _repr_html_(self) -> str:
        return f"{STYLE}{steps_html(self.verdict.steps)}{self._left}{VerdictView(self.quest, self.verdict).html}"

    @property
    def _left(self) -> str:
        """What the answer leaves: the repository of git commands, the rows of a query."""
        match self.state:
            case {"snapshot": str(snapshot)}:
                return drawing(Snapshot.from_json(snapshot))
            case {"results": [{"columns": columns, "rows": rows}, *_]}:
                return section("Result", table(columns, shown(rows[:SHOWN_ROWS])))
            case _:
                return ""

    def __repr__(self) -> str:
        lines = [line for step in self.verdict.steps for line in _step_text(step)]
        return "\n".join([*lines, *([""] if lines else []), repr(VerdictView(self.quest, self.verdict))])


def replay(quest: Quest, answer: Answer) -> ReplayView:
    """Judge an answer and keep what its replay showed."""
    kept: dict[str, Any] = {}

    def keeping(quest: Quest, answer: Answer) -> tuple[RunReport, dict[str, Any]]:
        report, state = replay_here(quest, answer)
        kept.update(state)
        return report, state

    return ReplayView(quest, judge(quest, answer, replay=keeping), kept)


def steps_html(steps: Iterable[Step]) -> str:
    """Return a transcript of commands and outputs as HTML."""
    shown = "".join(
        f'<div class="gq-command"><span class="gq-sign" aria-hidden="true">$ </span>{plain(step.command)}</div>'
        + (f"<pre{_bad(step)}>{plain(output)}</pre>" if (output := (step.stdout + step.stderr).rstrip()) else "")
        for step in steps
    )
    return (
        f'<div class="gq"><div class="gq-steps" tabindex="0" role="group" aria-label="Replay">{shown}</div></div>'
        if shown
        else ""
    )


def _bad(step: Step) -> str:
    return ' class="gq-bad"' if step.returncode else ""


def _step_text(step: Step) -> list[str]:
    return ["$ " + step.command.replace("\n", "\n> "), *(step.stdout + step.stderr).rstrip().splitlines()]
