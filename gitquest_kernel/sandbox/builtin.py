"""The commands that the sandbox does itself, because they are about the workspace and not about a program."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

__all__ = ["date", "echo"]

_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "\\": "\\",
    "a": "\a",
    "b": "\b",
    "r": "\r",
    "f": "\f",
    "v": "\v",
    "0": "\0",
}


def echo(arguments: Sequence[str]) -> str:
    """Return what ``echo`` prints; it knows ``-n`` and ``-e``."""
    words = list(arguments)
    newline, escapes = True, False
    while words and re.fullmatch(r"-[neE]+", words[0]):
        option = words.pop(0)
        newline = newline and "n" not in option
        escapes = "e" in option or (escapes and "E" not in option)
    text = " ".join(words)
    if escapes:
        text = re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), text)
    return text + ("\n" if newline else "")


def date(arguments: Sequence[str], now: int) -> str:
    """Return what ``date`` prints at the sandbox's time (Unix seconds); it knows ``+FORMAT``."""
    chosen = next((word[1:] for word in arguments if word.startswith("+")), "%a %b %e %H:%M:%S UTC %Y")
    return time.strftime(chosen.replace("%s", str(now)), time.gmtime(now)) + "\n"
