"""What formgrader and feedback show in a judged grade cell."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from html import escape
from typing import Any

from nbformat.v4 import new_output

from autograders.verdicts import VERDICT_KEY
from gitquest_kernel.answers import Answer
from gitquest_kernel.checks import CheckResult, Outcome, Verdict

__all__ = ["outputs_of", "points_in_gradebook"]

_TITLES = {
    Outcome.PASSED: "Passed",
    Outcome.PARTIAL: "Partly right",
    Outcome.FAILED: "Not yet",
    Outcome.NOT_ATTEMPTED: "Not attempted",
    Outcome.TIMEOUT: "Took too long",
    Outcome.OUT_OF_MEMORY: "Ran out of memory",
    Outcome.CRASHED: "Crashed",
    Outcome.REFUSED: "Refused",
    Outcome.VERSION_MISMATCH: "Held for the instructor: unknown version of the quest",
    Outcome.TAMPERED: "Held for the instructor: the cell was changed",
    Outcome.ERROR_IN_QUEST: "Held for the instructor: error in the quest",
}
_LONGEST_ANSWER = 20_000


def points_in_gradebook(verdict: Verdict, max_points: float) -> float:
    """Return a verdict's points on the scale of the gradebook's cell, as a builtin float.

    The two scales differ when a quest's worth was changed after its lesson had been registered.
    """
    if verdict.max_points in (0, max_points):
        return float(verdict.points)
    share = Fraction(str(verdict.points)) / Fraction(str(verdict.max_points))
    return min(float(share * Fraction(str(max_points))), max_points)


def outputs_of(verdict: Verdict, answer: Answer, max_points: float) -> list[Any]:
    """Return the outputs of a grade cell: the judged answer with every finding, then the points.

    A held verdict has no points yet, so it has no result either.
    """
    points = points_in_gradebook(verdict, max_points)
    metadata = {VERDICT_KEY: json.loads(json.dumps(replace(verdict, steps=()).to_json()))}
    data = {
        "text/plain": _text(verdict, answer, points, max_points),
        "text/html": _html(verdict, answer, points, max_points),
    }
    shown = [new_output("display_data", data, metadata=metadata)]
    if not verdict.outcome.held:
        shown.append(new_output("execute_result", {"text/plain": repr(points)}, execution_count=None))
    return shown


def _headline(verdict: Verdict, points: float, max_points: float) -> str:
    title = _TITLES[verdict.outcome]
    return title if verdict.outcome.held else f"{title}: {points:g} of {max_points:g} points"


def _shown(verdict: Verdict) -> list[CheckResult]:
    """Return the checks a student may see: public ones, and the hidden ones that cost points."""
    return [check for check in verdict.checks if not check.hidden or not check.passed]


def _line(check: CheckResult) -> str:
    mark = "✓" if check.passed else "✗"
    cap = f" (at most {check.cap:.0%} of the points)" if check.hidden and check.cap is not None else ""
    return f"{mark} {check.message}{cap}"


def _judged(answer: Answer) -> str:
    text = answer.shown
    return text if len(text) <= _LONGEST_ANSWER else text[:_LONGEST_ANSWER] + "\n… (cut)"


def _text(verdict: Verdict, answer: Answer, points: float, max_points: float) -> str:
    parts = [f"The answer to {verdict.quest} that was judged:", _judged(answer)] if not answer.empty else []
    parts.append(_headline(verdict, points, max_points))
    parts += [verdict.message] if verdict.message else []
    parts += [_line(check) for check in _shown(verdict)]
    return "\n".join(parts)


def _html(verdict: Verdict, answer: Answer, points: float, max_points: float) -> str:
    parts = ['<div class="gitquest-verdict">']
    if not answer.empty:
        parts.append(f"<p>The answer to <b>{escape(verdict.quest)}</b> that was judged:</p>")
        parts.append(f"<pre>{escape(_judged(answer))}</pre>")
    parts.append(f"<p><b>{escape(_headline(verdict, points, max_points))}</b></p>")
    if verdict.message:
        parts.append(f"<pre>{escape(verdict.message)}</pre>")
    if checks := _shown(verdict):
        parts.append("<ul>" + "".join(f"<li>{escape(_line(check))}</li>" for check in checks) + "</ul>")
    parts.append("</div>")
    return "\n".join(parts)
