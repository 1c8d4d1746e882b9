"""Saving the answer of a panel made of forms, each time that something in it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from gitquest_kernel.answers import Answer, save_answer
from gitquest_kernel.errors import AnswerError
from gitquest_kernel.quest import Quest

__all__ = ["Keeper"]


class Keeper:
    """Write an answer to ``answers/`` when it differs from what was written last.

    Parameters
    ----------
    read
        Returns the text, or the files, that stand in the panel now.
    """

    def __init__(self, quest: Quest, folder: Path, read: Callable[[], str | Mapping[str, str]]) -> None:
        self._quest, self._folder, self._read = quest, folder, read
        self._last = read()

    def save(self) -> bool:
        """Save the answer if it has changed; return whether it had.

        Raises
        ------
        AnswerError
            The folder cannot be written.
        """
        now = self._read()
        if now == self._last:
            return False
        text, files = (now, {}) if isinstance(now, str) else ("", dict(now))
        answer = Answer(self._quest.id, text, files, digest=self._quest.digest, source="saved")
        try:
            save_answer(answer, self._folder)
        except OSError as error:
            raise AnswerError(
                f"your answer could not be saved: {error.strerror or error}",
                where=str(self._folder / "answers"),
                remedy="Make the folder writable, or copy your answer into the answer cell.",
            ) from error
        self._last = now
        return True
