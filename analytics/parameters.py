"""The parameters of a report: those its notebook declares, and values given in text."""

from __future__ import annotations

import ast
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
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
    choices
        The values it can have, besides an empty one for all of them; none where any will do.
    least, most
        The range of a number.
    """

    name: str
    type: str
    default: Value
    help: str = ""
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def allowed(self) -> str:
        """Which values of its type it can have, in words; empty where any will do."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        if self.least is not None and self.most is not None:
            return f"from {self.least} to {self.most}"
        if self.least is not None:
            return f"{self.least} or more"
        return f"{self.most} or less" if self.most is not None else ""

    def to_json(self) -> dict[str, Any]:
        """Return the parameter as plain data."""
        return asdict(self)

    def read(self, text: str) -> Value:
        """Turn a text into a value of the parameter's type.

        Raises
        ------
        ReportError
            The text is not such a value, or not one that is allowed.
        """
        read, example = _TYPES[self.type]
        where = f"parameter '{self.name}'"
        try:
            value = read(text)
        except ValueError as error:
            article = "an" if self.type == "int" else "a"
            raise ReportError(
                f"'{text}' is not {article} {self.type}", where=where, remedy=f"Write {example}."
            ) from error
        if not self._allows(value):
            empty = "; leave it out for all of them" if self.choices else ""
            raise ReportError(f"'{text}' is not {self.allowed}", where=where, remedy=f"Write {self.allowed}{empty}.")
        return value

    def _allows(self, value: Value) -> bool:
        if self.choices:
            return value in ("", *self.choices)
        if isinstance(value, (int, float)):
            return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)
        return True


def declared(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters that a notebook declares, by name.

    Types are those of the annotations in the cell (``since: "date" = ""``); without one, the default's own. Which
    values are allowed stands in the cell's metadata: ``{"gitquest": {"top": {"least": 1, "most": 100}}}``.
    """
    logging.getLogger("papermill").setLevel(logging.WARNING)
    found = papermill.inspect_notebook(str(notebook))
    cells = nbformat.read(notebook, as_version=4).cells
    limits: Mapping[str, Any] = next(
        (c.metadata.get("gitquest", {}) for c in cells if "parameters" in c.metadata.get("tags", ())), {}
    )
    return {name: _parameter(name, facts, limits.get(name, {})) for name, facts in found.items()}


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


def _parameter(name: str, facts: dict[str, str], limits: Mapping[str, Any]) -> Parameter:
    default = ast.literal_eval(facts["default"])
    kind = facts["inferred_type_name"]
    known = kind if kind in _TYPES else type(default).__name__
    choices = tuple(limits.get("choices", ()))
    return Parameter(name, known, default, facts["help"], choices, limits.get("least"), limits.get("most"))


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
