"""The right answers to a quiz: those that its author chose, and those that git itself gives."""

from __future__ import annotations

from functools import lru_cache

from gitquest_kernel.errors import CourseError
from gitquest_kernel.quest.quiz import Question, QuizQuest
from gitquest_kernel.sandbox import Workspace

__all__ = ["answer_key"]


def answer_key(quest: QuizQuest) -> dict[str, tuple[str, ...]]:
    """Return the right letters or the right text of each question, by question id.

    A question with ``compute`` is answered by running it after the quest's setup. When it has choices as well, the
    right one is the letter whose text is the output.

    Raises
    ------
    CourseError
        A script fails, or no choice is what it prints.
    """
    return dict(_answer_key(quest.model_dump_json(by_alias=True, exclude_defaults=True)))


@lru_cache(maxsize=64)
def _answer_key(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    quest = QuizQuest.model_validate_json(text)
    return tuple((question.id, _right(quest, question)) for question in quest.questions)


def _right(quest: QuizQuest, question: Question) -> tuple[str, ...]:
    where = f"{quest.id}, question {question.id}"
    if question.compute is None:
        if not question.answer:
            raise CourseError("the question has no answer", where=where, remedy="Add 'answer:' or 'compute:'.")
        return question.answer
    with Workspace() as workspace:
        results = workspace.run_script(f"{quest.setup}\n{question.compute}")
    failed = next((result for result in results if result.outcome != "ran"), None)
    if failed or not results:
        problem = failed.stderr.strip() if failed else "it holds no command"
        raise CourseError(f"'compute' stops: {problem}", where=where, remedy="Mend the script.")
    output = results[-1].stdout.strip()
    if not question.choices:
        return (output,)
    letters = tuple(letter for letter, choice in question.choices.items() if choice.strip().strip("`") == output)
    if not letters:
        raise CourseError(
            f"git says “{output}”, and no choice does",
            where=where,
            remedy="Add it as a choice, or mend 'compute'.",
        )
    return letters
