"""Read git's configuration files, following nothing that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["Settings", "parse_settings"]

_SECTION = re.compile(r'\[\s*([A-Za-z0-9.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\]')
_NAME = re.compile(r"([A-Za-z][A-Za-z0-9-]*)[ \t]*")
_ESCAPES = {"n": "\n", "t": "\t", "b": "\b", '"': '"', "\\": "\\"}

Settings = tuple[tuple[str, str], ...]
"""Keys and values in the file's order; a key without a value has ``""``."""


def parse_settings(text: str) -> Settings:
    """Return every key, section and name in lower case, with its value.

    ``include.path`` and ``includeIf`` are keys like any other: what they name is not read.

    Raises
    ------
    ValueError
        A line is not of the form that git reads.

    Examples
    --------
    >>> parse_settings('[remote "origin"]\\n\\tURL = hub.git ; ours')
    (('remote.origin.url', 'hub.git'),)
    """
    return tuple(_pairs(text.removeprefix("\ufeff").replace("\r\n", "\n")))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    prefix, position, size = "", 0, len(text)
    while position < size:
        char = text[position]
        if char.isspace():
            position += 1
        elif char in "#;":
            end = text.find("\n", position)
            position = size if end < 0 else end
        elif char == "[":
            match = _SECTION.match(text, position)
            if not match:
                raise ValueError("a section of the configuration is not closed")
            prefix, position = f"{_section(match)}.", match.end()
        else:
            match = _NAME.match(text, position)
            if not match:
                raise ValueError("a line of the configuration is no setting")
            position = match.end()
            value = ""
            if text[position : position + 1] == "=":
                value, position = _value(text, position + 1)
            elif text[position : position + 1] not in {"", "\n"}:
                raise ValueError("a line of the configuration is no setting")
            yield prefix + match[1].lower(), value


def _section(match: re.Match[str]) -> str:
    name, inner = match[1], match[2]
    if inner is not None:
        return f"{name.lower()}." + re.sub(r"\\(.)", r"\1", inner)
    return name.lower()


def _value(text: str, position: int) -> tuple[str, int]:
    """Return the value that begins after ``=``, and where its line ends."""
    kept: list[str] = []
    solid, quoted, size = 0, False, len(text)
    while position < size:
        char = text[position]
        position += 1
        if char == "\\":
            following = text[position : position + 1]
            position += 1
            if following == "\n":
                continue
            if following not in _ESCAPES:
                raise ValueError("a value of the configuration has an escape that git does not know")
            kept.append(_ESCAPES[following])
            solid = len(kept)
        elif char == '"':
            quoted = not quoted
            solid = len(kept)
        elif char == "\n":
            break
        elif char in "#;" and not quoted:
            end = text.find("\n", position)
            position = size if end < 0 else end
        elif kept or not char.isspace() or quoted:
            kept.append(char)
            solid = len(kept) if quoted or not char.isspace() else solid
    if quoted:
        raise ValueError("a quotation mark of the configuration is not closed")
    return "".join(kept[:solid]), position
