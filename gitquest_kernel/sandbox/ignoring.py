"""Which paths git ignores, and which attributes it gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gitquest_kernel.sandbox.patterns import Pattern, parse_pattern

__all__ = ["AttributeRules", "IgnoreRules"]

_NAME = re.compile(r"[A-Za-z0-9_.][-A-Za-z0-9_.]*")
_MACROS: dict[str, dict[str, str]] = {"binary": {"diff": "unset", "merge": "unset", "text": "unset"}}


@dataclass(frozen=True)
class IgnoreRules:
    """The patterns in force, from the weakest to the strongest.

    Parameters
    ----------
    everywhere
        Lines of the user's excludes file and of ``info/exclude``, in this order.
    files
        Lines of each ``.gitignore`` by its folder, ``""`` for the top.
    """

    everywhere: tuple[str, ...]
    files: Mapping[str, tuple[str, ...]]

    def ignored(self, path: str, *, folder: bool = False) -> bool:
        """Tell whether an untracked path is ignored, for itself or because a folder above it is."""
        segments = path.split("/")
        for count in range(1, len(segments)):
            if self._decided("/".join(segments[:count]), folder=True):
                return True
        return self._decided(path, folder=folder)

    def _decided(self, path: str, *, folder: bool) -> bool:
        parts = path.split("/")[:-1]
        for depth in range(len(parts), -1, -1):
            above = "/".join(parts[:depth])
            lines = self.files.get(above)
            if lines and (found := _last(_patterns(lines), path[len(above) + 1 if above else 0 :], folder)):
                return not found.negated
        found = _last(_patterns(self.everywhere), path, folder)
        return found is not None and not found.negated


@dataclass(frozen=True)
class AttributeRules:
    """The lines in force, from the weakest to the strongest.

    Parameters
    ----------
    files
        Lines of each ``.gitattributes`` by its folder, ``""`` for the top.
    info
        Lines of ``info/attributes``, which win.
    """

    files: Mapping[str, tuple[str, ...]]
    info: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files or self.info)

    def of(self, path: str) -> dict[str, str]:
        """Return ``set``, ``unset`` or the value by attribute, without what is unspecified."""
        macros = _MACROS | _macros(self.files.get("", ())) | _macros(self.info)
        found: dict[str, str] = {}
        _apply(self.info, path, found, macros)
        parts = path.split("/")[:-1]
        for depth in range(len(parts), -1, -1):
            above = "/".join(parts[:depth])
            inner = path[len(above) + 1 if above else 0 :]
            _apply(self.files.get(above, ()), inner, found, macros)
        return {name: value for name, value in sorted(found.items()) if value != "unspecified"}


def _last(patterns: Sequence[Pattern], path: str, folder: bool) -> Pattern | None:
    return next((pattern for pattern in reversed(patterns) if pattern.matches(path, folder=folder)), None)


@lru_cache(maxsize=256)
def _patterns(lines: tuple[str, ...]) -> tuple[Pattern, ...]:
    return tuple(pattern for line in lines if (pattern := parse_pattern(line)))


@lru_cache(maxsize=256)
def _attribute_lines(lines: tuple[str, ...]) -> tuple[tuple[Pattern, tuple[str, ...]], ...]:
    found = []
    for line in lines:
        text = line.strip()
        if text.startswith('"') and '"' in text[1:]:
            name, _, rest = text[1:].partition('"')
        else:
            name, _, rest = text.replace("\t", " ").partition(" ")
        if name.startswith(("!", "[attr]")):
            continue
        words = tuple(rest.split())
        valid = all(_NAME.fullmatch(_assignment(word)[0]) for word in words)
        if valid and (pattern := parse_pattern(name)) and not pattern.folders_only:
            found.append((pattern, words))
    return tuple(found)


def _macros(lines: Iterable[str]) -> dict[str, dict[str, str]]:
    found = {}
    for line in lines:
        if line.startswith("[attr]"):
            name, *words = line[6:].split() or [""]
            found[name] = dict(_assignment(word) for word in words)
    return found


def _apply(lines: tuple[str, ...], path: str, found: dict[str, str], macros: Mapping[str, Mapping[str, str]]) -> None:
    """Add what the lines say of a path, the last word first: what is known already stands."""
    for pattern, words in reversed(_attribute_lines(lines)):
        if pattern.matches(path, folder=False):
            for word in reversed(words):
                _assign(*_assignment(word), found, macros)


def _assign(name: str, value: str, found: dict[str, str], macros: Mapping[str, Mapping[str, str]]) -> None:
    if name in found:
        return
    found[name] = value
    if value == "set" and name in macros:
        for inner, given in reversed(tuple(macros[name].items())):
            _assign(inner, given, found, macros)


def _assignment(word: str) -> tuple[str, str]:
    if word.startswith("-"):
        return word[1:], "unset"
    if word.startswith("!"):
        return word[1:], "unspecified"
    name, equals, value = word.partition("=")
    return name, value if equals else "set"
