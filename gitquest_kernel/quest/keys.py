"""The right answers of a quiz, some of them computed in a real repository."""

from __future__ import annotations

from functools import lru_cache

from gitquest_kernel.errors import CourseError
from gitquest_kernel.quest.quiz import Question, QuizQuest, normal
from gitquest_kernel.sandbox import CommandResult, Workspace

__all__ = ["answer_key"]


def answer_key(quest: QuizQuest) -> dict[str, tuple[str, ...]]:
    """Return the right letters, or the right text, of every question by its id.

    A computed question with choices has the letters of those choices that equal what the script prints.

    Raises
    ------
    CourseError
        The quest's ``setup`` or a ``compute`` script fails or prints nothing, or no choice equals its output.
    """
    return {question.id: _right(quest, question) for question in quest.questions}


def _right(quest: QuizQuest, question: Question) -> tuple[str, ...]:
    where = f"the quest '{quest.id}', question '{question.id}'"
    if question.compute is None:
        if not question.answer:
            raise CourseError(f"{where} has no answer", remedy="Add 'answer:' or 'compute:'.")
        return question.answer
    output = _output(quest.setup, question.compute, where)
    if not question.choices:
        return (output,)
    letters = tuple(letter for letter, text in question.choices.items() if normal(text) == normal(output))
    if not letters:
        raise CourseError(
            f"{where}: no choice equals the computed answer '{output}'",
            remedy="Make one choice read exactly so.",
        )
    return letters


@lru_cache(maxsize=256)
def _output(setup: str, script: str, where: str) -> str:
    with Workspace() as workspace:
        for result in workspace.run_script(setup):
            _must_have_run(result, where, "setup")
        results = workspace.run_script(script)
        for result in results:
            _must_have_run(result, where, "compute")
    output = results[-1].stdout.strip() if results else ""
    if not output:
        raise CourseError(f"{where}: 'compute' prints nothing", remedy="End it with a command that prints the answer.")
    return output


def _must_have_run(result: CommandResult, where: str, key: str) -> None:
    if result.outcome != "ran" or result.returncode:
        raise CourseError(
            f"{where}: '{key}' fails at: {result.command.splitlines()[0]}",
            remedy=result.stderr.strip() or "Run it by hand to see why.",
        )
