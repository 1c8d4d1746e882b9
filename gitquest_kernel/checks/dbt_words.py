"""What dbt said about a build, in a student's words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gitquest_kernel.dbt_project import Built, NodeResult

__all__ = ["broken", "failing"]

_BAD = {"error", "fail", "runtime error", "partial success"}
_NOUNS = {"unit_test": "unit test"}
_LINE = re.compile(r"LINE \d+:(?=( .*))")


def broken(built: Built) -> str:
    """Say why dbt could not begin to build, with dbt's own text below."""
    return f"dbt cannot build the project. It says:\n{_indented(built.error)}"


def failing(built: Built, files: Mapping[str, str]) -> str:
    """Name each model and test that failed, with dbt's own text below; empty when the build succeeded.

    Parameters
    ----------
    files
        The project's files by path, so that a line can be given its number in the file.
    """
    if built.success:
        return ""
    bad = [node for node in built.results if node.status in _BAD]
    skipped = [node.name for node in built.results if node.status == "skipped" and node.type == "model"]
    parts = [_told(node, files.get(node.path, "")) for node in bad]
    if skipped:
        parts.append(f"Not built because of that: {', '.join(skipped)}.")
    return "\n".join(parts) or broken(built)


def _told(node: NodeResult, source: str) -> str:
    noun = _NOUNS.get(node.type, node.type)
    if node.type in {"test", "unit_test"} and node.status == "fail":
        return f"The {noun} {node.name} fails ({node.path}): {_flat(node.message)}."
    says = _indented(_own_lines(node.message, source))
    return f"The {noun} {node.name} cannot be built ({node.path}). dbt says:\n{says}"


def _own_lines(message: str, source: str) -> str:
    """Number lines as in the model's file: DuckDB counts those of the statement that dbt made around it."""
    lines = [line.strip() for line in source.splitlines()]

    def renumbered(match: re.Match[str]) -> str:
        quoted = match.group(1).strip()
        if lines.count(quoted) != 1:
            return match.group()
        return f"LINE {lines.index(quoted) + 1}:".ljust(len(match.group()))

    return _LINE.sub(renumbered, message)


def _flat(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.strip().splitlines())
