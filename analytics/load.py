"""Bring the warehouse up to date: new rows into Parquet, a fresh build, a swap."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from analytics.build import DATABASE, build_warehouse
from analytics.raw import append
from analytics.sources import read_sources
from analytics.tables import TABLES
from gitquest_kernel.errors import ReportError

__all__ = ["Garbage", "LoadSummary", "load_warehouse"]


@dataclass(frozen=True)
class Garbage:
    """An event log with lines that are not events; ``first`` is the first one's number."""

    file: str
    lines: int
    first: int


@dataclass(frozen=True)
class LoadSummary:
    """What a load did.

    Parameters
    ----------
    new
        Rows added by raw table.
    garbage
        Event logs with lines that were left out.
    shared_events
        Event ids that more than one student handed in: a copied log, or work done together.
    """

    warehouse: str
    new: dict[str, int]
    garbage: tuple[Garbage, ...]
    shared_events: int
    models: int
    tests: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return the summary as plain data."""
        return asdict(self)


def load_warehouse(
    root: Path, *, records: str | None = None, project: Path | None = None, progress: Callable[[str], object] = print
) -> LoadSummary:
    """Load everything that is new and build ``<root>/warehouse/quest.duckdb`` from all there is.

    A second load of the same input adds no row. Only one load runs at a time; reports may be read meanwhile.

    Parameters
    ----------
    root
        The course root.
    records
        The records' database, as an SQLAlchemy address; by default ``<root>/records.db``.
    project
        Another dbt project than the one that ships.
    progress
        Is told each step.

    Raises
    ------
    ReportError
        There is nothing to load, another load is running, or the build failed.
    """
    began = monotonic()
    sources = read_sources(root, records, progress)
    warehouse = root.resolve() / "warehouse"
    with _one_at_a_time(warehouse / ".lock") as lock:
        new = {table.name: append(warehouse / "raw", table, sources.rows[table.name]) for table in TABLES}
        added = ", ".join(f"{count} {name}" for name, count in new.items() if count) or "nothing new"
        progress(f"stored {added}; building the warehouse …")
        built = build_warehouse(warehouse, project=project, lock=lock)
    progress(f"built {built.models} models, {built.tests} tests passed")
    return LoadSummary(
        warehouse=str(warehouse / DATABASE),
        new=new,
        garbage=tuple(
            Garbage(str(log.path.relative_to(root)), len(log.garbage), log.garbage[0]) for log in sources.garbage
        ),
        shared_events=sources.shared,
        models=built.models,
        tests=built.tests,
        seconds=round(monotonic() - began, 1),
    )


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ReportError(
                "another load is running", where=str(path), remedy="Wait until it has ended, then try again."
            ) from error
        yield descriptor
    finally:
        os.close(descriptor)
