"""Build projects by real dbt, in a process that has dbt already.

dbt takes seconds to import, and its state belongs in no process that does anything else. So a grading process imports
it once (`warm`) and each of its forked children builds in itself. Any other process, such as a student's kernel, starts
``python -m gitquest_kernel.dbt_project.build``.
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
from typing import Any, Self

from gitquest_kernel.dbt_project import in_process
from gitquest_kernel.dbt_project.layout import WAREHOUSE, write_project, write_seeds
from gitquest_kernel.errors import LimitReached, SandboxError

__all__ = ["TIME_LIMIT", "Build", "Built", "NodeResult", "run_builds", "warm"]

TIME_LIMIT = 30
"""Seconds that one build may take, unless the process as a whole has a limit of its own."""
_PLAN = "plan.json"
_PARSED = Path("target") / "partial_parse.msgpack"
_parsed: dict[str, bytes] = {}
_warmed_in: list[int] = []


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


def warm(project: str) -> None:
    """Make the forked children of this process ones that build at once: import dbt and parse an empty project.

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
    _warmed_in[:] = [os.getpid()]


def run_builds(place: Path, builds: Iterable[Build]) -> dict[str, Built]:
    """Build the project in ``place/project`` several times, one after the other.

    Each leaves its warehouse in ``place`` under its key. The others are left out when dbt cannot begin the first.

    Returns
    -------
    dict
        The builds that came to an end, by key: the first one always.

    Raises
    ------
    LimitReached
        The first build took more than `TIME_LIMIT`.
    SandboxError
        dbt cannot be started on this machine, or was killed.
    """
    plan = [asdict(build) for build in builds]
    (place / _PLAN).write_text(json.dumps(plan), encoding="utf-8")
    if not _parsed:
        status, errors = _in_subprocess(place)
    elif _warmed_in == [os.getpid()]:
        status, errors = _in_fork(place), ""
    else:
        _run_plan(place)
        status, errors = 0, ""
    reports = ((build["key"], place / f"{build['key']}.json") for build in plan)
    built = {key: Built.from_json(json.loads(path.read_text())) for key, path in reports if path.is_file()}
    if plan[0]["key"] in built:
        return built
    if status == -signal.SIGALRM:
        raise LimitReached(f"dbt build was stopped after {TIME_LIMIT} seconds", limit="time")
    raise SandboxError("dbt could not be run", remedy=errors or f"Its process ended with status {status}; try again.")


def _in_subprocess(place: Path) -> tuple[int, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    # -P: a folder on the path must not shadow a module.
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "gitquest_kernel.dbt_project.build", str(place)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**environment, "DO_NOT_TRACK": "1"},
        start_new_session=True,
    )
    try:
        _, errors = process.communicate()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    return process.returncode, errors.decode(errors="replace").strip()[-2000:]


def _in_fork(place: Path) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            nothing = os.open(os.devnull, os.O_RDWR)
            for descriptor in range(3):
                os.dup2(nothing, descriptor)
            _run_plan(place, TIME_LIMIT)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _run_plan(place: Path, seconds: int = 0) -> None:
    """Do the builds of the plan; SIGALRM ends this process when one takes more than ``seconds``, if given."""
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
    _reuse_parse(project)
    report = in_process.build(project)
    for path in build.files:
        (project / path).unlink()
    if (project / WAREHOUSE).is_file():
        shutil.move(project / WAREHOUSE, place / f"{build.key}.duckdb")
    return report


def _reuse_parse(project: Path) -> None:
    parsed = _parsed.get((project / "dbt_project.yml").read_text(encoding="utf-8"))
    if parsed is not None and not (project / _PARSED).exists():
        (project / "target").mkdir(exist_ok=True)
        (project / _PARSED).write_bytes(parsed)


if __name__ == "__main__":
    in_process.load()
    _run_plan(Path(sys.argv[1]), TIME_LIMIT)
