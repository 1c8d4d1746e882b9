"""Expand words: variables, the home folder, the quest's folder by its shown name, and globs."""

from __future__ import annotations

import glob
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from gitquest_kernel.sandbox.script import Word

__all__ = ["expand", "substitute"]

_VARIABLE = re.compile(r"\$(?:(\?)|\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_SPECIAL = re.compile(r"[$~*?\[]")


def substitute(text: str, variables: Mapping[str, str]) -> str:
    """Replace ``$?``, ``$NAME`` and ``${NAME}``; an unknown name becomes nothing, any other ``$`` stays."""
    return _VARIABLE.sub(lambda match: variables.get(match[1] or match[2] or match[3], ""), text)


def expand(
    words: Iterable[Word], variables: Mapping[str, str], cwd: Path, within: Callable[[str], bool] = lambda name: True
) -> list[str]:
    """Return the arguments that words stand for.

    A glob that matches nothing stays as written; matches are sorted, and hidden files need their dot. ``~`` at the
    beginning of a word is ``$HOME``. A glob sees only the names that ``within`` admits.
    """
    arguments: list[str] = []
    for word in words:
        if len(word.parts) == 1 and (not word.parts[0][1] or not _SPECIAL.search(word.parts[0][0])):
            arguments.append(word.parts[0][0])
        else:
            arguments.extend(_expanded(word, variables, cwd, within))
    return arguments


def _expanded(word: Word, variables: Mapping[str, str], cwd: Path, within: Callable[[str], bool]) -> list[str]:
    text, pattern = "", ""
    for number, (part, expands, quoted) in enumerate(word.parts):
        if number == 0 and not quoted and (part == "~" or part.startswith("~/")):
            text = variables["HOME"]
            pattern, part = glob.escape(text), part[1:]
        piece = substitute(part, variables) if expands else part
        text += piece
        pattern += glob.escape(piece) if quoted else piece
    found = sorted(filter(within, glob.glob(pattern, root_dir=cwd))) if glob.has_magic(pattern) else []
    if found:
        return found
    return [text] if text or any(quoted for _, _, quoted in word.parts) else []
