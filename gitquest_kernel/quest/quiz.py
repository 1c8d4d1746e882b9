"""A quiz quest: choose, order or compute."""

from __future__ import annotations

import hashlib
from typing import Literal, Self

from pydantic import Field, model_validator

from gitquest_kernel.quest.base import Identifier, Model, QuestBase, Text

__all__ = ["Question", "QuizQuest", "key_hash", "normal"]


class Question(Model):
    """One question, answered by choices or by a short text.

    Parameters
    ----------
    id
        What the answer names: ``head: b``.
    ask
        The question (Markdown).
    choices
        Texts by letter; empty when the answer is typed.
    answer
        All the right letters, or the one right text. The student's copy holds ``key`` (a hash) or nothing.
    several
        Set in the student's copy only: whether more than one choice is right.
    compute
        A script in the answer grammar: its last command's output, stripped, is the right text. The quest's
        ``setup`` runs first, so that the key can never disagree with git.
    explain
        Shown once the question has been answered rightly (``reveal: at_once``), and after grading.
    sealed
        Set in the student's copy only: the explanation, which the right answer opens.
    """

    id: Identifier
    ask: Text
    choices: dict[str, Text] = {}
    answer: tuple[str, ...] = ()
    several: bool = False
    compute: str | None = None
    key: str | None = None
    explain: str = ""
    sealed: str | None = None
    weight: int = Field(default=1, ge=1, le=100)

    @model_validator(mode="after")
    def _answer_is_a_choice(self) -> Self:
        unknown = sorted(set(self.answer) - set(self.choices)) if self.choices and not self.compute else []
        if unknown:
            raise ValueError(f"'answer' names {', '.join(unknown)}, which 'choices' does not have")
        if not self.choices and len(self.answer) > 1:
            raise ValueError("a typed question has one 'answer'; give 'choices' when several are right")
        return self


class QuizQuest(QuestBase):
    """Answer questions, some of them about a seeded repository.

    Parameters
    ----------
    setup
        A script in the answer grammar that makes the repository the questions are about; may be empty.
    reveal
        ``at_once``: the key is shipped hashed and each answer is checked in the room (practice only).
        ``after_grading``: no key is shipped.
    """

    kind: Literal["quiz"]
    setup: str = ""
    reveal: Literal["at_once", "after_grading"] = "at_once"
    questions: tuple[Question, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [question.id for question in self.questions]
        if twice := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"two questions have the id {', '.join(twice)}")
        return self


def key_hash(quest: str, question: str, answer: tuple[str, ...]) -> str:
    """Hash a right answer for a student's copy, salted with the question.

    The hash keeps a key from being read by accident; with few choices it can be guessed, so it is for
    practice only.
    """
    text = "\0".join((quest, question, *sorted({normal(part) for part in answer})))
    return hashlib.sha256(text.encode()).hexdigest()


def normal(text: str) -> str:
    """Return an answer as it is compared: without case, backquotes and extra space.

    Examples
    --------
    >>> normal("  `Refs/heads/main` ")
    'refs/heads/main'
    """
    return " ".join(text.replace("`", "").split()).casefold()
