"""Running the ordinary cells of a notebook: by a fork server, in a confined child."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograders.engine.messages import Run, replace_outputs
from autograders.engine.server import GRACE
from autograders.served import ServedProcess
from gitquest_kernel.errors import SandboxError

__all__ = ["CellServer"]

_IMPORT = re.compile(r"^\s*(?:import|from)\s+([A-Za-z_]\w*)", re.MULTILINE)
_WORTH_WARMING = {
    "altair": ("altair",),
    "duckdb": ("duckdb",),
    "ipywidgets": ("ipywidgets",),
    "matplotlib": ("matplotlib.pyplot", "matplotlib_inline.backend_inline"),
    "numpy": ("numpy",),
    "pandas": ("pandas",),
    "plotly": ("plotly.graph_objects", "plotly.express"),
    "polars": ("polars",),
    "scipy": ("scipy",),
    "seaborn": ("matplotlib.pyplot", "matplotlib_inline.backend_inline", "seaborn"),
    "sklearn": ("sklearn",),
    "sqlalchemy": ("sqlalchemy",),
    "statsmodels": ("statsmodels.api",),
    "sympy": ("sympy",),
}
"""Well-known packages that are slow to import; only these are imported with the server's rights."""


class CellServer(ServedProcess):
    """A fork server for notebooks, started when first needed."""

    def __init__(self) -> None:
        super().__init__("autograders.engine.server", "runs notebooks")
        self._language: dict[str, Any] = {}

    def run(
        self,
        cells: list[Any],
        chosen: Sequence[int],
        *,
        place: Path,
        timeout: float,
        on_timeout: dict[str, Any],
        extension: bool = False,
        confined: bool = True,
    ) -> Run:
        """Run the chosen code cells in a child and give them their outputs.

        Parameters
        ----------
        cells
            All cells of a notebook, changed in place.
        place
            The folder to run in, the only one that may be written.
        timeout
            Seconds of wall-clock time for each cell.
        extension
            Whether the notebook's kernel has Git Quest's extension loaded.

        Raises
        ------
        SandboxError
            The child could not be confined, or the server itself ended.
        """
        if not chosen and self._language:
            return Run(complete=True, why="exited", language_info=self._language)
        work = [(index, str(cells[index].source), _is_locked(cells[index])) for index in chosen]
        data = json.dumps(work).encode()
        modules = _modules(source for _, source, _ in work)
        request = {
            "count": len(work),
            "bytes": len(data),
            "place": str(place),
            "timeout": timeout,
            "confined": confined,
            "extension": extension,
            "modules": ["gitquest_kernel.extension", *modules] if extension else modules,
        }
        reply, said = self.ask(request, (len(work) + 1) * (timeout + GRACE) + 60.0, data)
        if "fault" in reply:
            raise SandboxError(f"the notebook could not be run ({_last(reply['fault'])})")
        run = replace_outputs(cells, said, on_timeout)
        if run.fault:
            raise SandboxError(f"the notebook could not be run ({_last(run.fault)})")
        self._language = reply["language_info"]
        return replace(run, why=reply["why"], times=reply["times"], language_info=reply["language_info"])


def _is_locked(cell: Any) -> bool:
    facts = cell.metadata.get("nbgrader", {})
    return bool(facts.get("locked") or facts.get("grade")) and not facts.get("solution")


def _modules(sources: Any) -> list[str]:
    names = sorted({name for source in sources for name in _IMPORT.findall(source)} & set(_WORTH_WARMING))
    return list(dict.fromkeys(module for name in names for module in _WORTH_WARMING[name]))


def _last(fault: str) -> str:
    return fault.strip().splitlines()[-1]
