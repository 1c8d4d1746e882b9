"""Look into a warehouse that an answer has built, without letting it do anything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from gitquest_kernel.duck import Json, query
from gitquest_kernel.errors import AnswerError
from gitquest_kernel.quest.sql import Table
from gitquest_kernel.quest.sql_result import table

__all__ = ["expected_table", "plain", "query_warehouse"]

_LOCK = ("set temp_directory = ''", "set enable_external_access = false", "set lock_configuration = true")


def query_warehouse(path: Path, text: str) -> dict[str, Any]:
    """Return a query's result as plain JSON, or ``{"error": …}``.

    The file is opened read-only and shut in: a view in it may be anything that the student wrote.
    """
    if path.is_symlink() or not path.is_file():
        return {"error": "there is no warehouse: dbt build made none"}
    try:
        con = duckdb.connect(str(path), read_only=True, config={"threads": 1, "memory_limit": "512MB"})
    except duckdb.Error as error:
        return {"error": f"the warehouse cannot be opened: {error}"}
    try:
        for setting in _LOCK:
            con.execute(setting)
        return table(query(con, text)).model_dump(mode="json")
    except AnswerError as error:
        return {"error": _reason(error)}
    finally:
        con.close()


def expected_table(rows: Sequence[Sequence[Any]], found: Table) -> Table:
    """Return the rows that a quest asks for, under the names of the columns that were found."""
    width = len(rows[0]) if rows else len(found.columns)
    names = found.columns if len(found.columns) == width else tuple(f"column {n}" for n in range(1, width + 1))
    return Table(columns=names, types=("",) * width, rows=tuple(tuple(row) for row in rows))


def plain(rows: tuple[tuple[Json, ...], ...]) -> tuple[tuple[Json, ...], ...]:
    """Return rows in the types that an author writes in YAML: dates and timestamps as text."""
    return tuple(tuple(_plain(value) for value in row) for row in rows)


def _plain(value: Json) -> Json:
    match value:
        case {"decimal": _} | {"double": _} | {"struct": _}:
            return value
        case dict():
            return next(iter(value.values()), None)
        case list():
            return [_plain(item) for item in value]
        case _:
            return value


def _reason(error: AnswerError) -> str:
    lines = error.remedy.splitlines()
    if error.problem.startswith("DuckDB") and lines:
        return lines[0].strip()
    return error.problem
