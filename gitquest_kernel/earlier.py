"""Answers that were replaced as a whole, kept beside the one that counts: the way back from “Start again”."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

from gitquest_kernel.answers import Answer, load_answer, save_answer
from gitquest_kernel.quest import Quest

__all__ = ["Earlier"]


class Earlier:
    """A quest's earlier answers, the latest on top, in ``answers/<quest>.before-<number>``.

    Parameters
    ----------
    folder
        The notebook's folder.
    """

    def __init__(self, quest: Quest, folder: Path) -> None:
        self._quest, self._folder = quest, folder

    def push(self) -> None:
        """Keep a copy of the saved answer, unless it is empty or the last one that was kept.

        Raises
        ------
        OSError
            The folder cannot be written.
        """
        saved = load_answer(self._quest, self._folder)
        number = self._last
        if not saved.empty and saved.shown != self._load(number).shown:
            save_answer(replace(saved, quest=self._name(number + 1)), self._folder)

    def pop(self) -> Answer | None:
        """Return the answer that was kept last and forget it, or None."""
        number = self._last
        if not number:
            return None
        answer = self._load(number)
        path = self._folder / "answers" / self._name(number)
        shutil.rmtree(path, ignore_errors=True)
        path.with_name(f"{path.name}.txt").unlink(missing_ok=True)
        return replace(answer, quest=self._quest.id)

    @property
    def _last(self) -> int:
        pattern = re.compile(rf"{re.escape(self._quest.id)}\.before-(\d+)(?:\.txt)?")
        names = (path.name for path in (self._folder / "answers").glob(f"{self._quest.id}.before-*"))
        return max((int(match[1]) for name in names if (match := pattern.fullmatch(name))), default=0)

    def _load(self, number: int) -> Answer:
        return load_answer(self._quest.model_copy(update={"id": self._name(number)}), self._folder)

    def _name(self, number: int) -> str:
        return f"{self._quest.id}.before-{number}"
