"""Build a fresh warehouse with dbt and put it in the place of the old one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import duckdb

from gitquest_kernel.errors import ReportError

__all__ = ["DATABASE", "BuildSummary", "build_warehouse"]

DATABASE = "quest.duckdb"


@dataclass(frozen=True)
class BuildSummary:
    """What a build made."""

    models: int
    tests: int


def build_warehouse(warehouse: Path, *, project: Path | None = None, lock: int | None = None) -> BuildSummary:
    """Run ``dbt build`` on the raw tables and, if every model and test succeeds, swap the result in.

    dbt runs in a child process (it may run only once in a process) and writes ``<warehouse>/build/quest.duckdb``,
    which has the name of the real one because DuckDB's views store it. Readers of the old file keep it until they
    close it; a build that fails leaves it as it is.

    Parameters
    ----------
    warehouse
        The folder ``<root>/warehouse``, which holds ``raw/``.
    project
        The dbt project; by default the one in this package. It is not written to.
    lock
        A locked file that the child keeps open, so that the lock outlives a parent that is killed.

    Raises
    ------
    ReportError
        A model or test failed; names the first one and the log.
    """
    build = warehouse / "build"
    shutil.rmtree(build, ignore_errors=True)
    build.mkdir(parents=True)
    fresh = build / DATABASE
    with as_file(files("analytics") / "dbt") as ours:
        outcome = _run_dbt(project or ours, warehouse, lock)
    if not outcome["success"]:
        raise _failure(outcome, warehouse / "logs" / "dbt.log")
    with duckdb.connect(str(fresh)) as connection:
        connection.execute("checkpoint")  # nothing may stay behind in the write-ahead log
    live = warehouse / DATABASE
    fresh.replace(live)
    live.with_name(f"{DATABASE}.wal").unlink(missing_ok=True)
    return BuildSummary(outcome["models"], outcome["tests"])


def _run_dbt(project: Path, warehouse: Path, lock: int | None) -> dict[str, Any]:
    report = warehouse / "build" / "outcome.json"
    # -P: the folder that the command was given in may hold anybody's Python.
    command = [sys.executable, "-P", "-m", "analytics.dbt_child", str(project), str(warehouse), str(report)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    done = subprocess.run(
        command,
        cwd=warehouse,  # the models read raw/ by a relative path, so that a course root can be moved
        env=environment | {"GITQUEST_DUCKDB": str(warehouse / "build" / DATABASE)},
        pass_fds=() if lock is None else (lock,),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if not report.is_file():
        said = (done.stderr or done.stdout).strip().splitlines()
        reason = said[-1] if said else f"dbt ended with status {done.returncode}"
        return {"success": False, "failed": [], "message": reason}
    outcome: dict[str, Any] = json.loads(report.read_text())
    return outcome


def _failure(outcome: dict[str, Any], log: Path) -> ReportError:
    remedy = f"The warehouse from before is untouched. All of dbt's log: {log}"
    if not outcome["failed"]:
        return ReportError(f"dbt could not run: {outcome['message']}", where="analytics/dbt", remedy=remedy)
    first, *rest = outcome["failed"]
    more = f" (and {len(rest)} more)" if rest else ""
    message = " ".join(first["message"].split())
    return ReportError(
        f"the {first['type']} {first['name']} failed{more}: {message}", where=first["path"], remedy=remedy
    )
