"""Build a project by real dbt, over one set of data after the other."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from gitquest_kernel.dbt_project import in_process, server
from gitquest_kernel.dbt_project.layout import WAREHOUSE, write_seeds
from gitquest_kernel.errors import LimitReached, SandboxError

__all__ = ["Build", "Built", "NodeResult", "run_builds", "run_plan"]

_PLAN = "plan.json"


@dataclass(frozen=True)
class Build:
    """One build of the project: over which data, and with which files besides.

    Parameters
    ----------
    key
        What its warehouse, ``<key>.duckdb``, and its report, ``<key>.json``, are called.
    seeds
        CSV text by name; seeds that are not named stay as the build before left them.
    files
        Files that are added to the project, by path.
    """

    key: str
    seeds: Mapping[str, str]
    files: Mapping[str, str]


@dataclass(frozen=True)
class NodeResult:
    """What became of one seed, model or test.

    Parameters
    ----------
    type
        ``seed``, ``model``, ``test``, ``unit_test`` …
    status
        ``success``, ``pass``, ``fail``, ``error``, ``skipped`` …
    """

    type: str
    name: str
    path: str
    status: str
    message: str


@dataclass(frozen=True)
class Built:
    """How a build went.

    Parameters
    ----------
    error
        dbt's own text when it could not even begin: a file that it cannot read, a reference to no model.
    """

    success: bool
    error: str
    results: tuple[NodeResult, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what was written of a build."""
        return cls(data["success"], data["error"], tuple(NodeResult(**node) for node in data["results"]))


def run_builds(place: Path, builds: Iterable[Build]) -> dict[str, Built]:
    """Build the project in ``place/project`` several times, one after the other.

    Each leaves its warehouse in ``place`` under its key. The others are left out when dbt cannot begin the first. A
    forked child of a process that is warm builds by itself; any other leaves it to a process beside it.

    Returns
    -------
    dict
        The builds that came to an end, by key: the first one always.

    Raises
    ------
    LimitReached
        The first build took too long.
    SandboxError
        dbt cannot be started on this machine, or was killed.
    """
    plan = [asdict(build) for build in builds]
    (place / _PLAN).write_text(json.dumps(plan), encoding="utf-8")
    stopped: LimitReached | SandboxError | None = None
    if in_process.warm_parent():
        run_plan(place)
    else:
        try:
            server.ask({"project": str(place / "project"), "place": str(place), "log": str(place / "dbt.log")})
        except (LimitReached, SandboxError) as error:
            stopped = error
    reports = ((build["key"], place / f"{build['key']}.json") for build in plan)
    built = {key: Built.from_json(json.loads(path.read_text())) for key, path in reports if path.is_file()}
    if plan[0]["key"] not in built:
        raise stopped or SandboxError("dbt left no report", remedy="Try again.")
    return built


def run_plan(place: Path, seconds: int = 0) -> None:
    """Do the builds of ``place/plan.json`` in this process, and write a report of each.

    Parameters
    ----------
    seconds
        SIGALRM ends this process when one build takes longer; 0 sets no limit.
    """
    for number, build in enumerate(json.loads((place / _PLAN).read_text(encoding="utf-8"))):
        signal.alarm(seconds)
        report = _build(place, Build(**build))
        signal.alarm(0)
        (place / f"{build['key']}.json").write_text(json.dumps(report), encoding="utf-8")
        if number == 0 and report["error"] and not report["results"]:
            return


def _build(place: Path, build: Build) -> dict[str, Any]:
    project = place / "project"
    write_seeds(project, build.seeds)
    for path, text in build.files.items():
        (project / path).write_text(text, encoding="utf-8")
    in_process.reuse_parse(project)
    report = in_process.build(project)
    for path in build.files:
        (project / path).unlink()
    if (project / WAREHOUSE).is_file():
        shutil.move(project / WAREHOUSE, place / f"{build.key}.duckdb")
    return report
