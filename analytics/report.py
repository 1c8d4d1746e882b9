"""Run a report: a parameterised notebook over the warehouse, rendered to HTML."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from time import monotonic
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError, strip_color
from traitlets.config import Config

from analytics.build import DATABASE
from analytics.page import title_of, write_page
from analytics.parameters import Parameter, Value, declared, parse
from analytics.warehouse import connect
from gitquest_kernel.errors import ReportError

__all__ = ["Report", "ReportRun", "reports", "run_report"]

WAREHOUSE = "warehouse"  # the parameter that tells a notebook where the data is


@dataclass(frozen=True)
class Report:
    """A report that can be run."""

    name: str
    title: str
    path: Path
    parameters: dict[str, Parameter]

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        parameters = [parameter.to_json() for parameter in self.parameters.values()]
        return {"name": self.name, "title": self.title, "parameters": parameters}


@dataclass(frozen=True)
class ReportRun:
    """A report that was run, and the files it made."""

    report: str
    html: str
    notebook: str
    parameters: dict[str, Value]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return the run as plain data."""
        return asdict(self)


def reports() -> dict[str, Report]:
    """Return the reports that ship with Git Quest, by name."""
    return {path.stem: _report(path) for path in sorted(_folder().glob("*.ipynb"))}


def run_report(
    name: str, root: Path, given: Iterable[tuple[str, str]] = (), *, output: Path | None = None
) -> ReportRun:
    """Run a report over the warehouse of a course root.

    Writes ``<root>/reports/<name>.html`` and, beside it, the executed notebook with its code. The HTML of an
    earlier run stays as it is until the new one is whole.

    Parameters
    ----------
    given
        Names and values of parameters, as text.
    output
        Where the HTML goes instead.

    Raises
    ------
    ReportError
        There is no such report, parameter, course or warehouse, or a cell of the notebook failed: the error
        holds the cell and the end of its traceback.
    """
    began = monotonic()
    path = _folder() / f"{name}.ipynb"
    if path not in _folder().glob("*.ipynb"):
        there = ", ".join(sorted(file.stem for file in _folder().glob("*.ipynb")))
        raise ReportError(f"there is no report '{name}'", remedy=f"There are: {there}.")
    report = _report(path)
    values = parse(report.parameters, given, name)
    database = root.resolve() / "warehouse" / DATABASE
    _check_course(database, values)
    page = (output or root / "reports" / f"{name}.html").resolve()
    page.parent.mkdir(parents=True, exist_ok=True)
    executed = page.with_suffix(".ipynb")
    notebook = _execute(report, values | {WAREHOUSE: str(database)}, executed)
    with connect(database) as warehouse:
        loaded = f"{warehouse.loaded_at:%Y-%m-%d %H:%M} UTC"
    shown = {name: parameter.default for name, parameter in report.parameters.items()} | values
    told = {name: value if value != "" else "all" for name, value in shown.items()}
    write_page(notebook, page, {"Data as of": loaded} | told)
    return ReportRun(name, str(page), str(executed), values, round(monotonic() - began, 1))


def _folder() -> Path:
    return Path(str(files("analytics") / "notebooks"))


def _report(path: Path) -> Report:
    parameters = declared(path)
    parameters.pop(WAREHOUSE, None)
    return Report(path.stem, title_of(nbformat.read(path, as_version=4)), path, parameters)


def _check_course(database: Path, values: dict[str, Value]) -> None:
    with connect(database) as warehouse:
        courses = warehouse.courses
    course = values.get("course")
    if course and course not in courses:
        raise ReportError(
            f"the warehouse has no course '{course}'",
            where="parameter 'course'",
            remedy=f"There are: {', '.join(courses) or 'none'}. Load new ones with: gitquest load",
        )


def _execute(report: Report, values: dict[str, Value], executed: Path) -> nbformat.NotebookNode:
    for logger in ("papermill", "traitlets"):
        logging.getLogger(logger).setLevel(logging.ERROR)
    # An empty folder of its own: a kernel imports from where it runs, and nobody else reads its sockets.
    with tempfile.TemporaryDirectory(prefix="gitquest-report-") as place:
        result = Path(place) / "executed.ipynb"
        sockets = Config({"KernelManager": {"transport": "ipc", "ip": f"{place}/kernel"}})
        try:
            notebook = papermill.execute_notebook(
                str(report.path), str(result), parameters=values, cwd=place, progress_bar=False, config=sockets
            )
        except PapermillExecutionError as error:
            raise _failure(report, error, executed) from error
        finally:
            if result.is_file():
                partial = executed.with_name(f".{executed.name}.tmp")
                partial.write_bytes(result.read_bytes())
                partial.replace(executed)
    return notebook


def _failure(report: Report, error: PapermillExecutionError, executed: Path) -> ReportError:
    trace = [line for line in strip_color("\n".join(error.traceback)).splitlines() if line.strip()]
    excerpt = "\n    ".join(trace[-8:])
    return ReportError(
        f"the report failed: {error.ename}: {error.evalue}\n    {excerpt}",
        where=f"{report.name}.ipynb, cell {error.cell_index}",
        remedy=f"Open the notebook with the error in it: {executed}",
    )
