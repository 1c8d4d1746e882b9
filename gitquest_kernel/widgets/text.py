"""A quest's panel as plain text, for where no widgets run."""

from __future__ import annotations

from gitquest_kernel.quest import Quest
from gitquest_kernel.quest.dbt import DbtQuest
from gitquest_kernel.quest.quiz import QuizQuest
from gitquest_kernel.quest.sql import SqlQuest
from gitquest_kernel.widgets.verdict import asked, points_of

__all__ = ["panel_text"]


def panel_text(quest: Quest) -> str:
    """Return the task, the checks, and how to answer in the cell itself."""
    facts = f"{quest.type.replace('_', ' ')}, {points_of(quest.points)} points, {quest.xp} XP"
    lines = [f"Quest: {quest.title} ({facts})", "", quest.task.strip()]
    if checks := asked(quest):
        lines += ["", "Checks:", *(f"  [ ] {say}" for say in checks.values())]
    if isinstance(quest, QuizQuest):
        for question in quest.questions:
            lines += ["", f"{question.id}: {question.ask.strip()}"]
            lines += [f"  {letter}) {choice}" for letter, choice in question.choices.items()]
    lines += ["", _how(quest), f'Then run: grade("{quest.id}")']
    return "\n".join(lines)


def _how(quest: Quest) -> str:
    place = f"below '%%quest {quest.id}' in the answer cell"
    if isinstance(quest, QuizQuest):
        return f"To answer here, write one line a question {place}, such as '{quest.questions[0].id}: …', and run it."
    if isinstance(quest, SqlQuest):
        return f"To answer here, write one query {place} and run it."
    if isinstance(quest, DbtQuest):
        return f"To answer here, write each file {place} as: cat > {quest.editable[0]} <<'END' … END, and run it."
    return f"To answer here, write commands {place}, one on a line, and run it."
