"""Open the warehouse for reading."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb

from gitquest_kernel.errors import ReportError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Warehouse", "connect"]


def connect(path: str | Path = "warehouse/quest.duckdb") -> Warehouse:
    """Open a warehouse read-only; any number of readers may, also while a load is running.

    Raises
    ------
    ReportError
        There is no warehouse, or the file is not one.

    Examples
    --------
    >>> with connect("warehouse/quest.duckdb") as warehouse:  # doctest: +SKIP
    ...     warehouse.frame("select quest, pass_rate from mart_quest_difficulty where course = $course", course="git")
    """
    path = Path(path)
    if not path.is_file():
        raise ReportError("there is no warehouse yet", where=str(path), remedy="Make it with: gitquest load")
    try:
        connection = duckdb.connect(str(path), read_only=True)
        # Staging views read raw/ beside the database; a path with a comma cannot be told to DuckDB.
        if "," not in (folder := str(path.resolve().parent)):
            connection.execute(f"set file_search_path = '{folder.replace(chr(39), chr(39) * 2)}'")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise ReportError(
            f"the warehouse cannot be opened: {reason}", where=str(path), remedy="Make it anew with: gitquest load"
        ) from error
    return Warehouse(path, connection)


class Warehouse:
    """A warehouse that is open for reading; a context manager."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.path, self.connection = path, connection

    def frame(self, query: str, **values: object) -> pd.DataFrame:
        """Return a query's result as a data frame; ``$name`` in the query stands for the value of that name."""
        return self.connection.execute(query, values or None).df()

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """Return a query's result as tuples; otherwise like `frame`."""
        return self.connection.execute(query, values or None).fetchall()

    @property
    def courses(self) -> dict[str, str]:
        """Titles of the courses by id."""
        return dict(self.rows("select distinct course, course_title from dim_quest order by course"))

    @property
    def loaded_at(self) -> datetime:
        """When the warehouse was built, in UTC."""
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
