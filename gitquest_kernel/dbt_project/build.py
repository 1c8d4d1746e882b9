"""Build projects by real dbt, each build in a forked process that has dbt already.

dbt takes seconds to import and cannot be run twice in one process. So a process that has imported it (`warm`: the
grading runner) forks for each build; any other, such as a student's kernel, starts
``python -m gitquest_kernel.dbt_project.build`` once, which then does the same.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Self

from gitquest_kernel.dbt_project import in_process
from gitquest_kernel.dbt_project.layout import WAREHOUSE, write_project, write_seeds
from gitquest_kernel.errors import SandboxError

__all__ = ["TIME_LIMIT", "Build", "Built", "NodeResult", "run_builds", "warm"]

TIME_LIMIT = 30
"""Seconds that one build may take."""
_STARTUP = 60
_PLAN = "plan.json"
_PARSED = Path("target") / "partial_parse.msgpack"
_parsed: dict[str, bytes] = {}


@dataclass(frozen=True)
class Build:
    """One build of the project: over which data, and with which files besides.

    Parameters
    ----------
    key
        What its warehouse, ``<key>.duckdb``, and its report are called.
    seeds
        CSV text of the seeds that differ from the first build's.
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
    ended
        ``ran`` when dbt ran to its end, well or not.
    error
        dbt's own text when it could not even begin: a file that it cannot read, a reference to no model.
    """

    ended: Literal["ran", "timeout", "crashed"]
    success: bool = False
    error: str = ""
    results: tuple[NodeResult, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what was written of a build."""
        return cls(data["ended"], data["success"], data["error"], tuple(NodeResult(**node) for node in data["results"]))


def warm(project: str) -> None:
    """Make this process one that builds by forking: import dbt and parse an empty project.

    Parameters
    ----------
    project
        The text of the ``dbt_project.yml`` that many builds share; their own parse is then only that of their models.
    """
    if project in _parsed:
        return
    in_process.load()
    with tempfile.TemporaryDirectory(prefix="gitquest-dbt-") as place:
        folder = Path(place)
        write_project(folder, {"dbt_project.yml": project, **in_process.SAMPLE})
        in_process.parse(folder)
        for path in in_process.SAMPLE:
            (folder / path).unlink()
        in_process.parse(folder)
        _parsed[project] = (folder / _PARSED).read_bytes()


def run_builds(place: Path, builds: Iterable[Build]) -> dict[str, Built]:
    """Build the project in ``place/project`` several times, one after the other.

    Each leaves its warehouse in ``place`` under its key. The first build decides: unless dbt ran to its end there, the
    others are left out.

    Raises
    ------
    SandboxError
        dbt cannot be started on this machine.
    """
    plan = [asdict(build) for build in builds]
    if _parsed:
        _run_plan(place, plan)
    else:
        (place / _PLAN).write_text(json.dumps(plan), encoding="utf-8")
        _run_elsewhere(place, _STARTUP + TIME_LIMIT * len(plan))
    reports = ((build["key"], place / f"{build['key']}.json") for build in plan)
    return {key: Built.from_json(json.loads(path.read_text())) for key, path in reports if path.is_file()}


def _run_elsewhere(place: Path, seconds: float) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "gitquest_kernel.dbt_project.build", str(place)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**environment, "DO_NOT_TRACK": "1"},
        start_new_session=True,
    )
    try:
        _, errors = process.communicate(timeout=seconds)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if process.returncode:
        raise SandboxError(
            "dbt could not be started",
            remedy=errors.decode(errors="replace").strip()[-2000:] or "Install gitquest anew.",
        )


def _run_plan(place: Path, plan: list[dict[str, Any]]) -> None:
    for number, build in enumerate(plan):
        built = _fork_build(place, Build(**build))
        (place / f"{build['key']}.json").write_text(json.dumps(asdict(built)), encoding="utf-8")
        if number == 0 and (built.ended != "ran" or built.error):
            return


def _fork_build(place: Path, build: Build) -> Built:
    project = place / "project"
    warehouse, report = project / WAREHOUSE, place / "report.json"
    for leftover in (warehouse, project / f"{WAREHOUSE}.wal", report):
        leftover.unlink(missing_ok=True)
    write_seeds(project, build.seeds)
    for path, text in build.files.items():
        (project / path).write_text(text, encoding="utf-8")
    _reuse_parse(project)
    pid = os.fork()
    if pid == 0:
        in_process.build_and_exit(project, report, TIME_LIMIT)
    _, status = os.waitpid(pid, 0)
    for path in build.files:
        (project / path).unlink()
    if warehouse.is_file():
        shutil.move(warehouse, place / f"{build.key}.duckdb")
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        return Built("timeout")
    if not report.is_file():
        return Built("crashed")
    return Built.from_json({"ended": "ran", **json.loads(report.read_text(encoding="utf-8"))})


def _reuse_parse(project: Path) -> None:
    parsed = _parsed.get((project / "dbt_project.yml").read_text(encoding="utf-8"))
    if parsed is not None and not (project / _PARSED).exists():
        (project / "target").mkdir(exist_ok=True)
        (project / _PARSED).write_bytes(parsed)


def main(place: Path) -> None:
    """Do the builds of ``place/plan.json``."""
    in_process.load()
    _run_plan(place, json.loads((place / _PLAN).read_text(encoding="utf-8")))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
