"""A verdict as the student sees it: which checks hold, what is missing, how many points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gitquest_kernel.checks import CheckResult, Outcome, Verdict
from gitquest_kernel.quest import Quest
from gitquest_kernel.quest.base import Scored
from gitquest_kernel.quest.dbt import DbtQuest
from gitquest_kernel.quest.git import GitQuest
from gitquest_kernel.quest.quiz import QuizQuest
from gitquest_kernel.widgets.markup import inline, plain
from gitquest_kernel.widgets.style import STYLE

__all__ = ["VerdictView", "asked", "check_list", "points_of"]

_WORDS = {
    Outcome.PASSED: "Passed",
    Outcome.PARTIAL: "Partly there",
    Outcome.FAILED: "Not yet",
    Outcome.NOT_ATTEMPTED: "No answer yet",
    Outcome.TIMEOUT: "Took too long",
    Outcome.OUT_OF_MEMORY: "Ran out of memory",
    Outcome.CRASHED: "Crashed",
    Outcome.REFUSED: "Not allowed here",
    Outcome.VERSION_MISMATCH: "Another version of the quest",
    Outcome.TAMPERED: "The grade cell was changed",
    Outcome.ERROR_IN_QUEST: "This quest has a mistake (not yours)",
}
_HIDDEN = "Hidden checks are judged when grading."


def points_of(value: float) -> str:
    """Write points as short as they are: ``4``, ``2.5``."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def asked(quest: Quest) -> dict[str, str]:
    """Return what each public check of a quest asks for, by the name that results carry."""
    if isinstance(quest, QuizQuest):
        return {question.id: question.ask for question in quest.questions}
    scored: Sequence[Scored]
    match quest:
        case GitQuest():
            scored = quest.checks
        case DbtQuest():
            scored = (*quest.validations, *quest.must_catch)
        case _:
            scored = ()
    return {check.label: check.say for check in scored}


def keyless(quest: Quest) -> bool:
    """Whether this copy of a quiz cannot be judged, because its key is kept until grading."""
    return isinstance(quest, QuizQuest) and not any(q.key or q.answer or q.compute for q in quest.questions)


def check_list(quest: Quest, results: Iterable[CheckResult] | None, *, explain: bool) -> str:
    """Return the checks as an HTML list.

    Parameters
    ----------
    results
        None before anything was judged: the checks are then listed as open.
    explain
        Whether a failed check says what is wrong, or only stays open.
    """
    says = asked(quest)
    if results is None:
        return _items(("open", say, "", "") for say in says.values())
    public = [result for result in results if not result.hidden]
    return _items(
        (
            "passed" if result.passed else "failed" if explain and not keyless(quest) else "open",
            says.get(result.name, result.message),
            _told(quest, finding(says, result)) if explain else "",
            result.hint if explain and not result.passed else "",
        )
        for result in public
    )


def _told(quest: Quest, message: str) -> str:
    """Return a finding as HTML: a quiz's is its author's Markdown, any other may quote what the student wrote."""
    return inline(message) if isinstance(quest, QuizQuest) else plain(message)


def finding(says: Mapping[str, str], result: CheckResult) -> str:
    """Return what is wrong, without repeating what the check asks for."""
    say = says.get(result.name, result.message)
    return "" if result.message == say else result.message.removeprefix(f"{say}: ")


def _items(checks: Iterable[tuple[str, str, str, str]]) -> str:
    signs = {"passed": ("✓", "done: "), "failed": ("✗", "missing: "), "open": ("○", "open: ")}
    items = []
    for state, say, message, hint in checks:
        sign, spoken = signs[state]
        detail = f'<div class="gq-message">{message}</div>' if message else ""
        help_ = f'<div class="gq-hint">{inline(hint)}</div>' if hint else ""
        items.append(
            f'<li class="gq-{state}"><span class="gq-mark" aria-hidden="true">{sign}</span>'
            f'<span class="gq-unseen">{spoken}</span><div>{inline(say)}{detail}{help_}</div></li>'
        )
    return f'<ul class="gq-checks">{"".join(items)}</ul>' if items else ""


@dataclass(frozen=True)
class VerdictView:
    """Show a verdict in a notebook: HTML where it can be shown, plain text everywhere else."""

    quest: Quest
    verdict: Verdict
    note: str = ""

    @property
    def headline(self) -> str:
        """The outcome and the points in one line."""
        if keyless(self.quest) and self.verdict.checks:
            return "Saved: judged when your work is graded"
        points = f"{points_of(self.verdict.points)} of {points_of(self.verdict.max_points)} points"
        return f"{_WORDS[self.verdict.outcome]}: {points}"

    @property
    def html(self) -> str:
        """The verdict without its style sheet."""
        checks = check_list(self.quest, self.verdict.checks, explain=True) if self.verdict.checks else ""
        message = f'<pre class="gq-said">{plain(self.verdict.message)}</pre>' if self.verdict.message else ""
        note = f'<p class="gq-note">{plain(self.note)}</p>' if self.note else ""
        hidden = f'<p class="gq-aside">{_HIDDEN}</p>' if self._has_hidden else ""
        return (
            f'<div class="gq gq-verdict gq-is-{self.verdict.outcome.value}">'
            f'<div class="gq-headline">{plain(self.headline)}</div>{message}{checks}{note}{hidden}</div>'
        )

    @property
    def _has_hidden(self) -> bool:
        return bool(self.verdict.checks) and not isinstance(self.quest, QuizQuest)

    def _repr_html_(self) -> str:
        return STYLE + self.html

    def __repr__(self) -> str:
        says = asked(self.quest)
        lines = [f"{self.quest.title}: {self.headline}"]
        lines += self.verdict.message.splitlines()
        for check in self.verdict.checks:
            if check.hidden:
                continue
            say = says.get(check.name, check.message)
            lines.append(f"  [{'x' if check.passed else ' '}] {say}")
            if not check.passed or isinstance(self.quest, QuizQuest):
                lines += [f"      {line}" for line in (finding(says, check), check.hint) if line and line != say]
        lines += [self.note] if self.note else []
        lines += [f"({_HIDDEN})"] if self._has_hidden else []
        return "\n".join(lines)
