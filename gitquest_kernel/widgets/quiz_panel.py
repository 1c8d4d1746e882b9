"""The panel of a quiz: one question below the other, each saved as soon as it is answered."""

from __future__ import annotations

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
        ask = html_box(inline(question.ask))
        self.inputs: dict[str, Any]
        if question.choices:
            self.inputs = {
                letter: widgets.Checkbox(
                    value=letter in given,
                    description=f"{letter}) {text}",
                    indent=False,
                    layout={"width": "auto"},
                    style={"description_width": "initial"},
                )
                for letter, text in question.choices.items()
            }
        else:
            label = f"Answer to question {question.id}"
            self.inputs = {"": widgets.Text(value=", ".join(given), placeholder="Your answer", tooltip=label)}
        self.box = widgets.VBox([ask, *self.inputs.values()], layout={"margin": "0 0 10px"})

    @property
    def value(self) -> str:
        """The answer as it is written in the answer's text; empty when there is none."""
        if self.question.choices:
            return ", ".join(letter for letter, box in self.inputs.items() if box.value)
        return " ".join(str(self.inputs[""].value).split())

    def on_change(self, call: Any) -> None:
        """Call ``call()`` whenever the answer changes."""
        for field in self.inputs.values():
            field.observe(lambda _: call(), "value")
