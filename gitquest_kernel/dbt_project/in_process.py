"""dbt inside this process: for processes that do nothing else."""

from __future__ import annotations

import multiprocessing.context
import multiprocessing.pool
import os
import tempfile
import threading
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path
from typing import Any

from gitquest_kernel.dbt_project.layout import write_project

__all__ = ["build", "invoke", "load", "reuse_parse", "warm", "warm_parent"]

_SAMPLE = {
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
    *("--no-version-check", "--no-send-anonymous-usage-stats", "--no-use-colors", "--no-write-json"),
    "--no-static-parser",  # its threads do not survive a fork: a child waits for them for ever
)
_PARSED = Path("target") / "partial_parse.msgpack"
_parsed: dict[str, bytes] = {}
_warmed_in: list[int] = []


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


def warm(project: str) -> None:
    """Parse an empty project, so that forked children of this process parse no more than their own models.

    Parameters
    ----------
    project
        The text of the ``dbt_project.yml`` that many builds share; one that dbt cannot read is left alone.
    """
    if project in _parsed:
        return
    load()
    with tempfile.TemporaryDirectory(prefix="gitquest-dbt-") as place:
        folder = Path(place)
        write_project(folder, {"dbt_project.yml": project, **_SAMPLE})
        invoke(folder, ["parse", "--quiet"])
        for path in _SAMPLE:
            (folder / path).unlink()
        invoke(folder, ["parse", "--quiet"])
        if (folder / _PARSED).is_file():
            _parsed[project] = (folder / _PARSED).read_bytes()
    _warmed_in[:] = [os.getpid()]


def warm_parent() -> bool:
    """Whether this process was forked from one that is warm: it may build, and needs no other process for it."""
    return bool(_warmed_in) and os.getpid() not in _warmed_in


def reuse_parse(folder: Path) -> None:
    """Give a project that was never parsed what `warm` has parsed of it."""
    parsed = _parsed.get((folder / "dbt_project.yml").read_text(encoding="utf-8"))
    if parsed is not None and not (folder / _PARSED).exists():
        (folder / "target").mkdir(exist_ok=True)
        (folder / _PARSED).write_bytes(parsed)


def build(folder: Path) -> dict[str, Any]:
    """Run ``dbt build`` on the project in ``folder`` and say how it went, as plain JSON."""
    result = invoke(folder, ["build"])
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


def invoke(folder: Path, arguments: Sequence[str]) -> Any:
    """Run one dbt command on the project in ``folder`` and return dbt's own result."""
    from dbt.cli.main import dbtRunner

    with chdir(folder):
        return dbtRunner().invoke([*arguments, *_FLAGS])
