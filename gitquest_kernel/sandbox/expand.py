"""Expand words: variables and globs."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from gitquest_kernel.sandbox.grammar import Word

__all__ = ["expand", "substitute"]

_VARIABLE = re.compile(r"\$(?:(\?)|\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")


def substitute(text: str, variables: Mapping[str, str]) -> str:
    """Replace ``$?``, ``$NAME`` and ``${NAME}``; an unknown name becomes nothing."""
    return _VARIABLE.sub(lambda match: variables.get(match[1] or match[2] or match[3], ""), text)


def expand(words: Iterable[Word], variables: Mapping[str, str], cwd: Path) -> list[str]:
    """Return the arguments that words stand for.

    A glob that matches nothing stays as written; matches are sorted, and hidden files need their dot.
    """
    arguments: list[str] = []
    for word in words:
        text = "".join(substitute(part, variables) if expands else part for part, expands, _ in word.parts)
        pattern = "".join(
            glob.escape(substitute(part, variables) if expands else part)
            if quoted
            else (substitute(part, variables) if expands else part)
            for part, expands, quoted in word.parts
        )
        found = sorted(glob.glob(pattern, root_dir=cwd)) if glob.has_magic(pattern) else []
        quoted_word = any(quoted for _, _, quoted in word.parts)
        if found:
            arguments.extend(found)
        elif text or quoted_word:
            arguments.append(text)
    return arguments
