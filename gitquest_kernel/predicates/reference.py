"""The reference of all predicates, written from their models: ``python -m gitquest_kernel.predicates.reference``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, RootModel
from pydantic.fields import FieldInfo

from gitquest_kernel.predicates.described import documented
from gitquest_kernel.predicates.predicate import Predicate

__all__ = ["reference"]

_INTRODUCTION = """\
# What a git quest's check can ask

A check of a git quest holds exactly one of the keys below, and `say`. Every key but `commands`, `repository` and
`same_as` takes `repo`, a repository's folder relative to the workspace; without it, the repository is meant that the
student is in. Revisions are written as for git: `HEAD~2`, `main^2`, `v1.0`, `origin/main`, `main@{1}`,
`main@{upstream}`.

This page is written by `python -m gitquest_kernel.predicates.reference`.
"""
_COMBINED = {
    "all": "A list of checks, all of which hold; the first that does not is told.",
    "any": "A list of checks, at least one of which holds.",
    "not": "A check that does not hold.",
}


def reference() -> str:
    """Return the page as Markdown, one section a key, in the order of the alphabet."""
    sections = []
    for name, field in Predicate.model_fields.items():
        key = field.alias or name
        if key in _COMBINED:
            sections.append((key, [_COMBINED[key]]))
        else:
            kind = next(argument for argument in get_args(field.annotation) if argument is not NoneType)
            sections.append((key, list(_of_model(kind))))
    parts = [f"## `{key}`\n\n" + "\n\n".join(text) + "\n" for key, text in sorted(sections)]
    return "\n".join([_INTRODUCTION, *parts])


def _of_model(kind: type[BaseModel]) -> Iterator[str]:
    summary, described = documented(kind)
    yield summary
    if issubclass(kind, RootModel):
        forms = get_args(kind.model_fields["root"].annotation)
        yield "Written as " + ", or as ".join(_form(form) for form in forms) + "."
        for form in forms:
            if inspect.isclass(form) and issubclass(form, BaseModel):
                yield _table(form, documented(form)[1])
    else:
        yield _table(kind, described)


def _table(kind: type[BaseModel], described: dict[str, str]) -> str:
    rows = ["| key | value | |", "|---|---|---|"]
    for name, field in kind.model_fields.items():
        if name == "repo" or (kind.__name__ == "SameAs" and name == "goal"):
            continue
        about = [described.get(name, "").replace("|", "\\|")]
        about += ["Has to be given."] if field.is_required() else []
        about += (
            [f"By default {_value(field.default)}."]
            if field.default not in (None, (), ...) and not field.is_required()
            else []
        )
        rows.append(f"| `{field.alias or name}` | {_type(field)} | {' '.join(filter(None, about))} |")
    return "\n".join(rows)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{', '.join(value) if isinstance(value, tuple) else value}`"


def _type(field: FieldInfo) -> str:
    return _words(field.annotation)


def _words(kind: Any) -> str:
    arguments = [argument for argument in get_args(kind) if argument is not NoneType]
    if get_origin(kind) is Annotated:
        return "a regular expression"
    if kind is bool:
        return "`true` or `false`"
    if kind is int:
        return "a number"
    if kind is str:
        return "text"
    if get_origin(kind) is tuple:
        return "a list"
    if arguments and all(isinstance(argument, str) for argument in arguments):
        return ", ".join(f"`{argument}`" for argument in arguments)
    return " or ".join(dict.fromkeys(_words(argument) for argument in arguments))


def _form(kind: Any) -> str:
    if inspect.isclass(kind) and issubclass(kind, BaseModel):
        return "a mapping"
    return _words(kind)


if __name__ == "__main__":
    print(reference(), end="")
