"""dbt inside this process: for processes that do nothing else."""

from __future__ import annotations

import multiprocessing.context
import multiprocessing.pool
import threading
from contextlib import chdir
from pathlib import Path
from typing import Any

__all__ = ["SAMPLE", "build", "load", "parse"]

SAMPLE = {
    "seeds/sample_seed.csv": "id\n1\n",
    "models/sample_model.sql": "{{ config(materialized='view') }} select id from {{ ref('sample_seed') }}\n",
    "models/sample_model.yml": (
        "models:\n  - name: sample_model\n    description: A sample.\n    columns:\n"
        "      - name: id\n        data_tests: [unique, not_null]\n"
    ),
}
"""A project with one of everything: to parse it makes dbt compile the code that it generates at run time."""
_FLAGS = (
    *("--profiles-dir", ".", "--profile", "gitquest", "--log-level-file", "none"),
    *("--no-version-check", "--no-send-anonymous-usage-stats", "--no-use-colors", "--no-write-json", "--quiet"),
)


class _Threads(multiprocessing.context.ForkContext):
    """Locks of threads instead of processes: dbt only starts threads, and a confined process has no /dev/shm."""

    Lock = staticmethod(threading.Lock)  # type: ignore[assignment]
    RLock = staticmethod(threading.RLock)  # type: ignore[assignment]

    def get_context(self, method: str | None = None) -> Any:
        return self


def load() -> None:
    """Import dbt and keep its locks inside this process; nothing may have imported dbt before."""
    import dbt.mp_context

    threads = _Threads()
    dbt.mp_context._MP_CONTEXT = threads
    multiprocessing.pool.get_context = threads.get_context  # type: ignore[attr-defined]
    # Only now: dbt's classes take hold of the locks as they are imported.
    import dbt.adapters.duckdb
    import dbt.cli.main


def parse(folder: Path) -> None:
    """Parse the project in ``folder``."""
    _invoke(folder, "parse")


def build(folder: Path) -> dict[str, Any]:
    """Run ``dbt build`` on the project in ``folder`` and say how it went, as plain JSON."""
    result = _invoke(folder, "build")
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    # The warehouse's file is complete only once its connection is closed.
    DuckDBConnectionManager.close_all_connections()
    nodes = [
        {
            "type": str(one.node.resource_type),
            "name": str(one.node.name),
            "path": str(one.node.original_file_path),
            "status": str(one.status),
            "message": str(one.message or ""),
        }
        for one in getattr(result.result, "results", None) or []
    ]
    return {"success": bool(result.success), "error": str(result.exception or "").strip(), "results": nodes}


def _invoke(folder: Path, command: str) -> Any:
    from dbt.cli.main import dbtRunner

    with chdir(folder):
        return dbtRunner().invoke([command, *_FLAGS])
