"""The commands that the sandbox does itself: about the workspace, or the same where a machine lacks the program."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["date", "echo", "tree"]

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


def tree(arguments: Sequence[str], cwd: Path) -> str:
    """Return what ``tree`` prints of folders; it knows ``-a``, ``-d`` and ``-L DEPTH``."""
    words, names = list(arguments), []
    hidden, only_folders, depth = False, False, 1 << 20
    while words:
        word = words.pop(0)
        if word == "-L" and words:
            depth = int(words.pop(0)) if words[0].isdecimal() else depth
        elif re.fullmatch(r"-[ad]+", word):
            hidden, only_folders = hidden or "a" in word, only_folders or "d" in word
        else:
            names.append(word)
    rows: list[str] = []
    counts = [0, 0]
    for name in names or ["."]:
        rows.append(name)
        rows.extend(_branches(cwd / name, "", depth, hidden, only_folders, counts))
    folders = "1 directory" if counts[0] == 1 else f"{counts[0]} directories"
    files = "" if only_folders else ", 1 file" if counts[1] == 1 else f", {counts[1]} files"
    return "\n".join(rows) + f"\n\n{folders}{files}\n"


def _branches(
    folder: Path, prefix: str, depth: int, hidden: bool, only_folders: bool, counts: list[int]
) -> Iterator[str]:
    with os.scandir(folder) as entries:
        shown = sorted(
            (
                entry
                for entry in entries
                if (hidden or not entry.name.startswith("."))
                and (not only_folders or entry.is_dir(follow_symlinks=False))
            ),
            key=lambda entry: entry.name,
        )
    for number, entry in enumerate(shown, 1):
        inner = entry.is_dir(follow_symlinks=False)
        counts[0 if inner else 1] += 1
        last = number == len(shown)
        goal = f" -> {os.readlink(entry.path)}" if entry.is_symlink() else ""  # noqa: PTH115 (the name as it stands)
        yield f"{prefix}{'└── ' if last else '├── '}{entry.name}{goal}"
        if inner and depth > 1:
            yield from _branches(
                Path(entry.path), prefix + ("    " if last else "│   "), depth - 1, hidden, only_folders, counts
            )
