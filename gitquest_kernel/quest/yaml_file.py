"""YAML with line numbers, so that every error can say where it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from gitquest_kernel.errors import CourseError

__all__ = ["Lines", "parse_yaml", "read_text", "validated"]

T = TypeVar("T")
Lines = Mapping[tuple[str | int, ...], int]


class _UniqueKeyLoader(yaml.SafeLoader):
    """A safe loader that refuses a key given twice, and leaves dates as text."""


_UniqueKeyLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(loader: _UniqueKeyLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    seen: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int | float | bool) or key in seen:
            raise yaml.MarkedYAMLError(problem=f"the key '{key}' stands twice", problem_mark=key_node.start_mark)
        seen[key] = loader.construct_object(value_node, deep=True)
    return seen


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def parse_yaml(text: str, where: str, first_line: int = 1) -> tuple[dict[str, Any], Lines]:
    """Parse a mapping and the line of each of its keys and items.

    Parameters
    ----------
    where
        The file's name, for errors.
    first_line
        The file's line on which ``text`` begins.

    Raises
    ------
    CourseError
        It is not YAML, not a mapping, or a key stands twice.
    """
    try:
        data = yaml.load(text, _UniqueKeyLoader)
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        raise CourseError(
            f"this is not YAML: {error.problem or error.context}",
            where=f"{where}:{line}",
            remedy="Check the indentation, and quote values that hold ': ' or begin with a special character.",
        ) from None
    except yaml.YAMLError as error:
        raise CourseError(f"this is not YAML: {error}", where=where, remedy="Save the file as UTF-8 text.") from None
    if not isinstance(data, dict):
        raise CourseError(
            "this file holds no keys",
            where=f"{where}:{first_line}",
            remedy="Begin it with 'id:' and 'title:'.",
        )
    lines: dict[tuple[str | int, ...], int] = {}
    if node is not None:
        _collect(node, (), lines, first_line)
    return data, lines


def _collect(node: yaml.Node, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], first: int) -> None:
    lines.setdefault(path, node.start_mark.line + first)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, key.value)
            lines[inner] = key.start_mark.line + first
            _collect(value, inner, lines, first)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            _collect(item, (*path, number), lines, first)


def validated(model: TypeAdapter[T], data: Mapping[str, Any], where: str, lines: Lines | None = None) -> T:
    """Validate parsed data, naming file, line and key of the first mistake, and how many there are.

    Raises
    ------
    CourseError
        The data does not fit the model.
    """
    try:
        return model.validate_python(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise _course_error(details, where, lines or {}) from None


def _course_error(details: list[ErrorDetails], where: str, lines: Lines) -> CourseError:
    # A misspelt key is both unknown and missing: the former is the one to show.
    first = min(details, key=lambda detail: detail["type"] != "extra_forbidden")
    path: tuple[str | int, ...] = first["loc"]
    if first["type"] == "union_tag_invalid":
        path = ("kind",)
    elif path and path[0] in {"git", "sql", "dbt", "quiz"}:
        path = path[1:]
    known = path
    while known and known not in lines:
        known = known[:-1]
    place = f"{where}:{lines[known]}" if known in lines else where
    key = ".".join(str(part) for part in path) or "the file"
    problem, remedy = _explain(first, key)
    more = f" (and {len(details) - 1} more mistakes in this file)" if len(details) > 1 else ""
    return CourseError(problem + more, where=place, remedy=remedy)


def _explain(error: ErrorDetails, key: str) -> tuple[str, str]:
    match error["type"]:
        case "extra_forbidden":
            return (
                f"'{key}' is not a key that is known here",
                "Check its spelling: gitquest schema lists the keys.",
            )
        case "missing":
            return f"'{key}' is missing", f"Add '{key.rsplit('.', 1)[-1]}:'."
        case "union_tag_not_found":
            return "'kind' is missing", "Add 'kind: git', 'sql', 'dbt' or 'quiz'."
        case "union_tag_invalid":
            return f"'kind' is {error['ctx']['tag']!r}", "Write 'kind: git', 'sql', 'dbt' or 'quiz'."
        case "value_error":
            return f"'{key}': {error['ctx']['error']}", "Run gitquest schema to see what belongs here."
        case _:
            given = repr(error["input"])
            shown = given if len(given) <= 60 else given[:57] + "…"
            return f"'{key}' is {shown}: {error['msg'][0].lower()}{error['msg'][1:]}", "Change the value."


def read_text(path: Path) -> str:
    """Read a course file as UTF-8, or say that it is not.

    Raises
    ------
    CourseError
        The file is missing or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CourseError("this file does not exist", where=str(path), remedy="Create it, or mend its name.") from None
    except UnicodeDecodeError as error:
        raise CourseError(
            f"byte {error.start} is not UTF-8", where=str(path), remedy="Save the file as UTF-8 text."
        ) from None
