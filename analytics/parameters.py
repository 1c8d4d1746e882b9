"""The parameters of a report: those its notebook declares, and values given in text."""

from __future__ import annotations

import ast
import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import papermill

from gitquest_kernel.errors import ReportError

__all__ = ["Parameter", "Value", "declared", "parse"]

Value = str | int | float | bool


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook's ``parameters`` cell.

    Parameters
    ----------
    type
        ``str``, ``int``, ``float``, ``bool`` or ``date``; a date is handed over as text, empty for none.
    default
        The value it has when none is given.
    help
        The comment beside it.
    """

    name: str
    type: str
    default: Value
    help: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the parameter as plain data."""
        return asdict(self)

    def read(self, text: str) -> Value:
        """Turn a text into a value of the parameter's type.

        Raises
        ------
        ReportError
            The text is not such a value.
        """
        read, example = _TYPES[self.type]
        try:
            return read(text)
        except ValueError as error:
            article = "an" if self.type == "int" else "a"
            raise ReportError(
                f"'{text}' is not {article} {self.type}", where=f"parameter '{self.name}'", remedy=f"Write {example}."
            ) from error


def declared(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters that a notebook declares, by name.

    Types are those of the annotations in the cell (``since: "date" = ""``); without one, the default's own.
    """
    logging.getLogger("papermill").setLevel(logging.WARNING)
    found = papermill.inspect_notebook(str(notebook))
    return {name: _parameter(name, facts) for name, facts in found.items()}


def parse(known: dict[str, Parameter], given: Iterable[tuple[str, str]], report: str) -> dict[str, Value]:
    """Turn ``-p name value`` pairs into values.

    Raises
    ------
    ReportError
        The report has no such parameter (the error lists those it has), or a value is not of its type.
    """
    values: dict[str, Value] = {}
    for name, text in given:
        if name not in known:
            there = ", ".join(f"{p.name} ({p.type})" for p in known.values()) or "none"
            raise ReportError(
                f"the report '{report}' has no parameter '{name}'", remedy=f"Its parameters are: {there}."
            )
        values[name] = known[name].read(text)
    return values


def _parameter(name: str, facts: dict[str, str]) -> Parameter:
    default = ast.literal_eval(facts["default"])
    kind = facts["inferred_type_name"]
    return Parameter(name, kind if kind in _TYPES else type(default).__name__, default, facts["help"])


def _date(text: str) -> str:
    return date.fromisoformat(text).isoformat() if text else ""


def _bool(text: str) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if text.casefold() not in words:
        raise ValueError(text)
    return words[text.casefold()]


_TYPES: dict[str, tuple[Callable[[str], Value], str]] = {
    "str": (str, "any text"),
    "int": (int, "a whole number, like 5"),
    "float": (float, "a number, like 0.7"),
    "bool": (_bool, "true or false"),
    "date": (_date, "a day as YYYY-MM-DD, like 2025-09-01"),
}
