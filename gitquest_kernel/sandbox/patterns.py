"""Match paths against the patterns of ``.gitignore``, ``.gitattributes`` and sparse-checkout, in bounded time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Pattern", "matches", "parse_pattern"]

_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "lower": "a-z",
    "upper": "A-Z",
    "space": r"\s",
    "xdigit": "0-9a-fA-F",
    "punct": re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
}
_Token = str | re.Pattern[str] | None
"""A literal character, a class of characters (``?`` too), or None for ``*``."""
_ANY = re.compile(r"(?s).")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of a pattern file.

    Parameters
    ----------
    text
        The line as written.
    negated
        Whether it began with ``!``.
    folders_only
        Whether it ended in ``/``.
    anchored
        Whether it has a slash and so matches from its file's folder only.
    parts
        Its segments; ``**`` stands for any number of folders.
    """

    text: str
    negated: bool
    folders_only: bool
    anchored: bool
    parts: tuple[str, ...]

    def matches(self, path: str, *, folder: bool) -> bool:
        """Tell whether a path, relative to the pattern's folder, is meant; parents are not considered."""
        if self.folders_only and not folder:
            return False
        segments = path.split("/")
        return matches(self.parts, segments if self.anchored else segments[-1:])


def parse_pattern(line: str) -> Pattern | None:
    """Return the pattern of a line, or None for a blank one or a comment."""
    text = line.rstrip("\r\n")
    while text.endswith(" ") and not text.endswith("\\ "):
        text = text[:-1]
    if not text or text.startswith("#"):
        return None
    body = text
    negated = body.startswith("!")
    body = body[1:] if negated else body
    folders_only = body.endswith("/")
    body = body.removesuffix("/")
    anchored = "/" in body
    # As in git's wildmatch, any run of two stars or more is the one of two.
    parts = tuple("**" if len(part) > 1 and set(part) == {"*"} else part for part in _split(body.removeprefix("/")))
    if body in {"", "/"}:
        return None
    return Pattern(text, negated, folders_only, anchored, parts)


def _split(body: str) -> Iterator[str]:
    """Yield the segments; a slash in brackets parts nothing."""
    start = position = 0
    while position < len(body):
        char = body[position]
        if char == "/":
            yield body[start:position]
            start = position + 1
        elif char == "\\" and body[position + 1 : position + 2] != "/":
            position += 1
        elif char == "[":
            position = max(position, _closing(body, position + 1))
        position += 1
    yield body[start:]


def matches(parts: Sequence[str], segments: Sequence[str]) -> bool:
    """Match segments against segments: ``**`` any number of them, but at least one at the end."""
    if parts and parts[-1] == "**" and len(parts) > 1:
        return len(segments) > 0 and any(
            _match(parts[:-1], segments[:count]) for count in range(len(segments) - 1, -1, -1)
        )
    return _match(parts, segments)


def _match(parts: Sequence[str], segments: Sequence[str]) -> bool:
    part = segment = 0
    star, resume = -1, 0
    while segment < len(segments):
        if part < len(parts) and parts[part] == "**":
            star, resume = part, segment
            part += 1
        elif part < len(parts) and _segment_matches(parts[part], segments[segment]):
            part, segment = part + 1, segment + 1
        elif star >= 0:
            resume += 1
            part, segment = star + 1, resume
        else:
            return False
    return all(rest == "**" for rest in parts[part:])


def _segment_matches(pattern: str, name: str) -> bool:
    tokens = _tokens(pattern)
    if tokens is None:
        return False
    token = position = 0
    star, resume = -1, 0
    while position < len(name):
        current = tokens[token] if token < len(tokens) else ""
        if token < len(tokens) and current is None:
            star, resume = token, position
            token += 1
        elif token < len(tokens) and _is(current, name[position]):
            token, position = token + 1, position + 1
        elif star >= 0:
            resume += 1
            token, position = star + 1, resume
        else:
            return False
    return all(rest is None for rest in tokens[token:])


def _is(token: _Token, char: str) -> bool:
    return token == char if isinstance(token, str) else token is not None and bool(token.match(char))


@lru_cache(maxsize=4096)
def _tokens(pattern: str) -> tuple[_Token, ...] | None:
    """Return a segment's tokens, or None when a backslash or bracket is left open: it then matches nothing."""
    found: list[_Token] = []
    position = 0
    while position < len(pattern):
        char = pattern[position]
        position += 1
        if char == "*":
            if not found or found[-1] is not None:
                found.append(None)
        elif char == "?":
            found.append(_ANY)
        elif char == "\\":
            if position == len(pattern):
                return None
            found.append(pattern[position])
            position += 1
        elif char == "[":
            end = _closing(pattern, position)
            if end < 0:
                return None
            if (compiled := _class(pattern[position:end])) is None:
                return None
            found.append(compiled)
            position = end + 1
        else:
            found.append(char)
    return tuple(found)


def _closing(pattern: str, position: int) -> int:
    """Return where the bracket that opened before ``position`` closes, or -1."""
    start = position + (pattern[position : position + 1] in {"!", "^"})
    at = start
    while at < len(pattern):
        if pattern[at] == "]" and at > start:
            return at
        if pattern[at] == "\\":
            at += 1
        elif pattern.startswith("[:", at) and (end := pattern.find(":]", at)) > 0:
            at = end + 1
        at += 1
    return -1


def _class(body: str) -> re.Pattern[str] | None:
    negated = body[:1] in {"!", "^"}
    inner, position = "", int(negated)
    while position < len(body):
        if body.startswith("[:", position) and (end := body.find(":]", position)) > 0:
            inner += _CLASSES.get(body[position + 2 : end], "")
            position = end + 2
        elif body[position] == "-" and inner and position + 1 < len(body):
            inner += "-"
            position += 1
        else:
            position += body[position] == "\\" and position + 1 < len(body)
            inner += re.escape(body[position])
            position += 1
    try:
        return re.compile(f"(?s)[{'^' if negated else ''}{inner}]")
    except re.error:
        return None
