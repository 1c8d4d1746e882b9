"""dbt inside this process: for processes that do nothing else."""

from __future__ import annotations

import json
import multiprocessing.context
import multiprocessing.pool
import os
import signal
import threading
from contextlib import chdir
from pathlib import Path
from typing import Any, NoReturn

__all__ = ["SAMPLE", "build_and_exit", "load", "parse"]

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
    """Import dbt and keep its locks inside this process."""
    import dbt.adapters.duckdb
    import dbt.cli.main
    import dbt.mp_context

    threads = _Threads()
    dbt.mp_context._MP_CONTEXT = threads
    multiprocessing.pool.get_context = threads.get_context  # type: ignore[attr-defined]


def parse(folder: Path) -> None:
    """Parse the project in ``folder``."""
    _invoke(folder, "parse")


def build_and_exit(folder: Path, report: Path, seconds: int) -> NoReturn:
    """Run ``dbt build``, write how it went to ``report``, and end this process.

    Parameters
    ----------
    seconds
        After which SIGALRM ends the process, whatever it does.
    """
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(nothing, descriptor)
        result = _invoke(folder, "build")
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        # The warehouse's file is complete only once its connection is closed.
        DuckDBConnectionManager.close_all_connections()
        report.write_text(json.dumps(_report(result)), encoding="utf-8")
    finally:
        os._exit(0)


def _invoke(folder: Path, command: str) -> Any:
    from dbt.cli.main import dbtRunner

    with chdir(folder):
        return dbtRunner().invoke([command, *_FLAGS])


def _report(result: Any) -> dict[str, Any]:
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
