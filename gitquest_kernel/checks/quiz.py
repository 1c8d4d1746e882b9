"""Quiz quests: read the choices and compare them with the key.

A complete quest has the key. A student's copy has hashes (``reveal: at_once``), or nothing: then answers are
only saved.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gitquest_kernel.answers import Answer
from gitquest_kernel.checks.verdict import CheckResult, Outcome, RunReport
from gitquest_kernel.errors import AnswerError
from gitquest_kernel.quest.keys import answer_key
from gitquest_kernel.quest.quiz import Question, QuizQuest, key_hash, normal
from gitquest_kernel.quest.seal import unseal

__all__ = ["check", "choices_of", "commands", "read", "run"]


def run(quest: QuizQuest, answer: Answer, place: Path) -> RunReport:
    """Say whether the answer can be read; nothing of it runs."""
    try:
        choices_of(quest, answer.text)
    except AnswerError as error:
        return RunReport(Outcome.FAILED, str(error))
    return RunReport()


def read(quest: QuizQuest, place: Path) -> dict[str, Any]:
    """Return nothing: a quiz leaves no state."""
    return {}


def check(quest: QuizQuest, answer: Answer, state: dict[str, Any]) -> list[CheckResult]:
    """Judge each question by the key, or by its hash; without either, say that the answer is saved."""
    given = choices_of(quest, answer.text)
    complete = any(question.answer or question.compute for question in quest.questions)
    key = answer_key(quest) if complete else {}
    return [_judged(quest, question, given.get(question.id, ()), key.get(question.id)) for question in quest.questions]


def commands(answer: Answer) -> int | None:
    """Return None: a quiz has no commands."""
    return None


def choices_of(quest: QuizQuest, text: str) -> dict[str, tuple[str, ...]]:
    """Read an answer's lines, ``question: b`` or ``question: a, c`` or ``question: some text``.

    Returns
    -------
    dict
        The letters (as the quest writes them) or the typed text of each answered question.

    Raises
    ------
    AnswerError
        A line is not in that form, or names a question or a choice that the quiz does not have, or one twice.
    """
    questions = {question.id: question for question in quest.questions}
    given: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, colon, value = (part.strip() for part in line.partition(":"))
        where = f"line {number}"
        if not colon:
            raise AnswerError(f"'{line.strip()[:60]}' answers no question", where=where, remedy=_form(questions))
        if name not in questions:
            raise AnswerError(f"this quiz has no question '{name[:60]}'", where=where, remedy=_form(questions))
        if name in seen:
            raise AnswerError(
                f"the question '{name}' is answered twice",
                where=where,
                remedy=f"Keep one of its lines; several choices stand in one line, as in {name}: a, c",
            )
        seen.add(name)
        if value:
            given[name] = _letters(questions[name], value, where) if questions[name].choices else (value,)
    return given


def _letters(question: Question, value: str, where: str) -> tuple[str, ...]:
    letters = {letter.casefold(): letter for letter in question.choices}
    named = [part.strip(".)").casefold() for part in value.replace(",", " ").split()]
    unknown = [part for part in named if part not in letters]
    if unknown:
        raise AnswerError(
            f"the question '{question.id}' has no choice '{unknown[0][:60]}'",
            where=where,
            remedy=f"Its choices are {', '.join(question.choices)}.",
        )
    return tuple(sorted({letters[part] for part in named}))


def _judged(quest: QuizQuest, question: Question, given: tuple[str, ...], right: tuple[str, ...] | None) -> CheckResult:
    def result(passed: bool, message: str) -> CheckResult:
        return CheckResult(question.id, passed, message, weight=question.weight)

    if not given:
        return result(False, "There is no answer yet.")
    if right is None and question.key is None:
        return result(False, "Your answer is saved; it is judged when your work is graded.")
    if right is not None:
        passed = {normal(part) for part in given} == {normal(part) for part in right}
    else:
        passed = key_hash(quest.id, question.id, given) == question.key
    explain = question.explain
    if passed and question.sealed:
        explain = unseal(question.sealed, quest.digest or "", question.id, given) or ""
    return result(passed, f"{'Right.' if passed else 'Not right.'} {explain}".strip())


def _form(questions: dict[str, Question]) -> str:
    names = ", ".join(questions)
    return f"Write one line a question, such as {next(iter(questions))}: a. The questions are: {names}."
