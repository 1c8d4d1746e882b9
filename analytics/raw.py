"""The raw store: Parquet files that are only ever added, each in one rename."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from analytics.tables import RawTable

__all__ = ["append"]

Row = Mapping[str, Any]


def append(raw: Path, table: RawTable, rows: Sequence[Row]) -> int:
    """Write the rows that the store does not hold yet, and return their number.

    Rows go to ``<raw>/<table>/course=<course>/<hash>.parquet``, one file a course and call. The name is a hash of
    the content, and the file appears in one rename: a load that dies half-way leaves nothing half-written, and
    the next one adds the rest. A table that never had a row gets one file without rows, so that it can be read.

    Parameters
    ----------
    raw
        The folder ``warehouse/raw``.
    rows
        Values by column; columns that are missing are null.
    """
    folder = raw / table.name
    incoming = pa.Table.from_pylist([dict(row) for row in rows], schema=table.schema)
    stored = _stored(folder, table)
    if not stored.files:
        _write(folder, incoming.schema.empty_table(), name="empty")
    return _append_snapshots(folder, incoming, stored) if table.is_snapshot else _append_new(folder, table, incoming)


def _append_new(folder: Path, table: RawTable, incoming: pa.Table) -> int:
    keys = ", ".join(f'"{column}"' for column in table.key)
    known = _stored(folder, table).to_table(columns=list(table.key))
    new = _query(
        f"select distinct on ({keys}) * from incoming anti join known using ({keys}) order by {keys}",
        incoming=incoming,
        known=known,
    )
    for course, part in _by_course(new):
        _write(folder / f"course={quote(course, safe='')}", part)
    return int(new.num_rows)


def _append_snapshots(folder: Path, incoming: pa.Table, stored: ds.FileSystemDataset) -> int:
    """Write a course's rows under the next snapshot number, if they differ from its last snapshot."""
    written = 0
    past = stored.to_table()
    latest = _query("select * from past qualify snapshot = max(snapshot) over (partition by course)", past=past)
    last_number = max((n for n in past["snapshot"].to_pylist()), default=0)
    for course, part in _by_course(incoming):
        before = latest.filter(pa.compute.equal(latest["course"], course)).drop_columns(["snapshot"])
        now = _query("select * exclude (snapshot) from part order by all", part=part)
        changes = _query(
            "(from before except all from now) union all (from now except all from before)", before=before, now=now
        )
        if changes.num_rows:
            numbered = now.append_column("snapshot", pa.array([last_number + 1] * now.num_rows, pa.int64()))
            _write(folder / f"course={quote(course, safe='')}", numbered)
            written += int(now.num_rows)
    return written


def _stored(folder: Path, table: RawTable) -> ds.FileSystemDataset:
    files = sorted(str(path) for path in folder.glob("**/*.parquet"))
    return ds.dataset(files, schema=table.schema, format="parquet")


def _by_course(rows: pa.Table) -> list[tuple[str, pa.Table]]:
    courses = sorted(set(rows["course"].to_pylist()))
    return [(course, rows.filter(pa.compute.equal(rows["course"], course))) for course in courses]


def _query(sql: str, **tables: pa.Table) -> pa.Table:
    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        return connection.sql(sql).to_arrow_table()


def _write(folder: Path, rows: pa.Table, name: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / "writing.tmp"
    with partial.open("wb") as file:
        pq.write_table(rows, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())
    name = name or hashlib.sha256(partial.read_bytes()).hexdigest()[:20]
    partial.replace(folder / f"{name}.parquet")
