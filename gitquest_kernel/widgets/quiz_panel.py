"""The panel of a quiz: one question below the other, each saved as soon as it is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from gitquest_kernel.checks.quiz import choices_of
from gitquest_kernel.errors import AnswerError
from gitquest_kernel.quest.quiz import Question, QuizQuest
from gitquest_kernel.room import Room
from gitquest_kernel.widgets.kept import Keeper
from gitquest_kernel.widgets.markup import inline
from gitquest_kernel.widgets.panel import Panel, html_box
from gitquest_kernel.widgets.verdict import keyless

__all__ = ["QuizPanel"]


class QuizPanel(Panel):
    """Answer a quiz by ticking and typing."""

    def __init__(self, room: Room, quest: QuizQuest) -> None:
        saved = room.saved(quest)
        problem = ""
        try:
            given = choices_of(quest, saved.text)
        except AnswerError as error:
            given, problem = {}, f"The saved answers cannot be read: {error}"
        self.fields = [Field(question, given.get(question.id, ())) for question in quest.questions]
        self._keeper = Keeper(quest, room.folder, self._text)
        middle = widgets.VBox([field.box for field in self.fields], layout={"padding": "4px 14px"})
        super().__init__(room, quest, [middle])
        if keyless(quest):
            self.check.description = "Save"
        for field in self.fields:
            field.on_change(lambda: self.later(self.keep))
        if problem:
            self.say(problem, error=True)
        elif given:
            self.say("Welcome back: your answers were saved.")

    def keep(self) -> None:
        if self._keeper.save():
            self.stale()

    def show_checks(self, results: Any, *, explain: bool = False) -> None:
        """Show nothing: the questions themselves are the checks."""
        self._fold()

    def _text(self) -> str:
        return "".join(f"{field.question.id}: {field.value}\n" for field in self.fields if field.value)


class Field:
    """One question with its choices or its text box."""

    def __init__(self, question: Question, given: tuple[str, ...]) -> None:
        self.question = question
        self.inputs = _inputs(question, given)
        self.box = widgets.VBox([html_box(inline(question.ask)), *self.inputs], layout={"margin": "0 0 10px"})

    @property
    def value(self) -> str:
        """The answer as it is written in the answer's text; empty when there is none."""
        if self.question.several:
            ticked = zip(self.question.choices, self.inputs, strict=True)
            return ", ".join(letter for letter, box in ticked if box.value)
        return " ".join(str(self.inputs[0].value or "").split())

    def on_change(self, call: Callable[[], object]) -> None:
        """Call ``call()`` whenever the answer changes."""
        for field in self.inputs:
            field.observe(lambda _: call(), "value")


def _inputs(question: Question, given: tuple[str, ...]) -> list[Any]:
    labels = {letter: f"{letter}) {text}" for letter, text in question.choices.items()}
    if question.several:
        return [
            widgets.Checkbox(value=letter in given, description=label, indent=False, layout={"width": "auto"})
            for letter, label in labels.items()
        ]
    if labels:
        options = [(label, letter) for letter, label in labels.items()]
        chosen = given[0] if given else None
        return [widgets.RadioButtons(options=options, value=chosen, layout={"width": "auto"})]
    return [widgets.Text(value=" ".join(given), placeholder="Your answer", tooltip=f"Answer to {question.id}")]
