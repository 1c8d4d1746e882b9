"""Open a locked in-memory database and run one query on it, within limits."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from gitquest_kernel.duck.values import Json, encode
from gitquest_kernel.errors import AnswerError, AnswerSyntaxError, CourseError, LimitReached, Refused

__all__ = ["MAX_ROWS", "TIME_LIMIT", "Result", "open_database", "query"]

MAX_ROWS = 10_000
"""More rows than any quest asks for; a result is cut there."""
MAX_CHARACTERS = 4_000_000
TIME_LIMIT = 10.0
"""Seconds that one query may run."""
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,  # one thread: the same query gives the same order of rows on every machine
    "memory_limit": "512MB",
    "temp_directory": "",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
# Everything but the types is fixed: left to itself, DuckDB may take a line that is too long for a new beginning.
_CSV = "header = true, delim = ',', quote = '\"', escape = '\"', comment = '', skip = 0, sample_size = -1"
# MULTI is what the parser makes of a PIVOT whose columns come from the data.
_QUERIES = {duckdb.StatementType.SELECT, duckdb.StatementType.MULTI}


@dataclass(frozen=True)
class Result:
    """What a query returned.

    Parameters
    ----------
    columns
        Column names, in order.
    types
        DuckDB's type names, one a column.
    rows
        Values as `encode` gives them.
    more
        Whether there were more than `MAX_ROWS` rows, of which the rest is not here.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Json, ...], ...]
    more: bool = False


def open_database(
    seeds: Mapping[str, str], *scripts: str, place: Path | None = None, locked: bool = True
) -> duckdb.DuckDBPyConnection:
    """Open a fresh in-memory database that holds the seeds and what the scripts made of them.

    Parameters
    ----------
    seeds
        CSV text with a header line, by table name; DuckDB finds the types.
    scripts
        SQL that runs after the seeds are loaded, in order.
    place
        A folder for the seeds' files, which are gone on return; by default the system's temporary one.
    locked
        Whether the database can no longer reach files or the network, nor be told to.

    Raises
    ------
    CourseError
        A seed or a script cannot be used.
    """
    con = duckdb.connect(":memory:", config=_CONFIG)
    try:
        con.execute("set TimeZone = 'UTC'")
        with tempfile.TemporaryDirectory(prefix="seeds-", dir=place) as folder:
            for table, text in seeds.items():
                _load_seed(con, table, text, Path(folder) / "seed.csv")
        if locked:
            con.execute("set enable_external_access = false")
        for script in scripts:
            _run_script(con, script)
        if locked:
            con.execute("set lock_configuration = true")
    except BaseException:
        con.close()
        raise
    return con


def query(con: duckdb.DuckDBPyConnection, text: str, *, seconds: float = TIME_LIMIT) -> Result:
    """Run exactly one query and return its result, cut after `MAX_ROWS` rows.

    Raises
    ------
    AnswerSyntaxError
        DuckDB cannot parse it.
    Refused
        It is another statement than a query, or more than one.
    LimitReached
        It ran for longer than ``seconds`` or needed too much memory.
    AnswerError
        DuckDB reports an error, or the result is far too large.
    """
    statement = _one_query(con, text)
    try:
        with _deadline(con, seconds):
            con.execute(statement)
            return _fetch(con)
    except duckdb.InterruptException:
        raise LimitReached(
            f"your query was stopped after {seconds:g} seconds",
            limit="time",
            remedy="A query on tables this small takes milliseconds: look for a join without its condition.",
        ) from None
    except duckdb.OutOfMemoryException:
        raise LimitReached(
            f"your query needed more than {_CONFIG['memory_limit']} of memory",
            limit="memory",
            remedy="Look for a join without its condition, or a list or text that grows without end.",
        ) from None
    except duckdb.Error as error:
        raise AnswerError("DuckDB could not run your query", remedy=_indented(error)) from None
    except (OverflowError, ValueError) as error:
        raise AnswerError(f"your query returns a value that cannot be kept: {error}") from None


def _load_seed(con: duckdb.DuckDBPyConnection, table: str, text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")
    name = table.replace('"', '""')
    try:
        con.execute(f'create table "{name}" as select * from read_csv(?, {_CSV})', [str(path)])
    except duckdb.Error as error:
        raise CourseError(
            f"the seed of table '{table}' cannot be loaded",
            remedy=f"It needs a header and as many values in each line. DuckDB says:\n  {_indented(error)}",
        ) from None


def _run_script(con: duckdb.DuckDBPyConnection, script: str) -> None:
    try:
        con.execute(script)
    except duckdb.Error as error:
        raise CourseError("the quest's own SQL cannot be run", remedy=f"DuckDB says:\n  {_indented(error)}") from None


def _one_query(con: duckdb.DuckDBPyConnection, text: str) -> duckdb.Statement:
    if not _is_text(text):
        raise AnswerSyntaxError("your query holds half a character", remedy="Type the query anew.")
    try:
        statements = con.extract_statements(text)
    except duckdb.Error as error:
        raise AnswerSyntaxError("DuckDB cannot read your query", remedy=_indented(error)) from None
    if not statements:
        raise AnswerError("there is no query here", remedy="Write one query, such as: select 42")
    if len(statements) > 1:
        raise Refused(
            f"these are {len(statements)} statements, and this quest takes one query",
            remedy="Keep the last one, or join them into one query with 'with'.",
        )
    if statements[0].type not in _QUERIES:
        raise Refused(
            f"this is a statement of type {statements[0].type.name}, and this quest takes a query",
            remedy="Begin with select, with, from or values.",
        )
    return statements[0]


def _fetch(con: duckdb.DuckDBPyConnection) -> Result:
    columns = tuple(str(column[0]) for column in con.description or ())
    types = tuple(str(column[1]) for column in con.description or ())
    rows: list[tuple[Json, ...]] = []
    characters = 0
    while len(rows) <= MAX_ROWS and (chunk := con.fetchmany(256)):
        fresh = [tuple(encode(value) for value in row) for row in chunk]
        characters += sum(len(str(row)) for row in fresh)
        if characters > MAX_CHARACTERS:
            raise AnswerError(
                f"your query's result is larger than {MAX_CHARACTERS:,} characters",
                remedy="Ask for fewer rows or shorter values.",
            )
        rows += fresh
    return Result(columns, types, tuple(rows[:MAX_ROWS]), len(rows) > MAX_ROWS)


@contextmanager
def _deadline(con: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, con.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _is_text(text: str) -> bool:
    """Whether a text can be written as UTF-8: one read from JSON may hold one half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _indented(error: Exception) -> str:
    return "\n".join(f"  {line}".rstrip() for line in str(error).strip().splitlines()).strip()
