"""The workspace's folders have real names, which differ each time, and shown ones, which a student reads and types."""

from __future__ import annotations

from gitquest_kernel.sandbox.place import SHOWN_HOME, SHOWN_ROOT, Place

__all__ = ["Names"]


class Names:
    """Translate between the real names of a workspace's folders and the shown ones."""

    def __init__(self, place: Place) -> None:
        self._root, self._home, self._folder = str(place.work), str(place.home), str(place.folder)
        self._shown = (
            (self._root, SHOWN_ROOT),
            (self._home, SHOWN_HOME),
            (f"{self._folder}/bin/editor", "editor"),
            (self._folder, ""),
        )

    def real(self, arguments: list[str]) -> list[str]:
        """Give paths that are written as they are shown their real names; what is only text stays."""
        if arguments[0] in {"echo", "printf"}:
            return arguments
        placed = [arguments[0]]
        submodule, config = arguments[:2] == ["git", "submodule"], arguments[:2] == ["git", "config"]
        pull = arguments[0] == "git" and "pull" in arguments
        for word in arguments[1:]:
            if pull and word == "--no-edit":
                # It is what happens anyway, and the stand-in for the editor has work to do.
                continue
            shown = word == SHOWN_ROOT or word.startswith(f"{SHOWN_ROOT}/")
            if config:
                # A setting is kept: it must not differ from machine to machine.
                word = word.replace(self._home, "~") if word.startswith(self._home) else word
            elif shown and submodule:
                # As is its URL, which is even committed.
                word = f"file://{word}"
            elif shown:
                word = self._root + word[len(SHOWN_ROOT) :]
            elif word.startswith(f"{SHOWN_HOME}/"):
                word = self._home + word[len(SHOWN_HOME) :]
            placed.append(word)
        return placed

    def shown(self, data: bytes) -> str:
        """Decode output, with the shown names in it: ``/quest`` and ``/home/ada``."""
        text = data.decode("utf-8", "replace")
        if self._folder in text:
            for real, shown in self._shown:
                text = text.replace(real, shown)
        return text
