"""Run one step of nbgrader in this process, and turn what it logs into an error of ours."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.utils import capture_log

from gitquest_kernel.errors import BuildError

__all__ = ["run_step"]


def run_step(app: Any, problem: str, *, where: str, remedy: str) -> str:
    """Start a converter or exchange action of nbgrader.

    Parameters
    ----------
    problem, where, remedy
        What to say if it fails; nbgrader's own words are added.

    Returns
    -------
    str
        What it logged.

    Raises
    ------
    BuildError
        nbgrader refused.
    """
    with warnings.catch_warnings(), _own_scripts_on_path():
        # SQLAlchemy's deprecations in nbgrader's models are not the reader's.
        warnings.simplefilter("ignore")
        result = capture_log(app)
    if "KeyboardInterrupt" in result.get("error", ""):
        raise KeyboardInterrupt
    if not result["success"]:
        said = _said(result.get("log", "")) or result["error"].strip().splitlines()[-1:]
        raise BuildError("\n".join([f"{problem}:", *(f"    {line}" for line in said)]), where=where, remedy=remedy)
    return str(result.get("log", ""))


@contextmanager
def _own_scripts_on_path() -> Iterator[None]:
    """Let nbgrader find ``alembic``, which it calls by name for a new gradebook, also outside an active environment."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _said(log: str) -> list[str]:
    """Return the log's errors; of a traceback, the last line."""
    said: list[str] = []
    in_traceback = False
    for line in log.splitlines():
        if line.startswith("["):
            error = line.startswith(("[ERROR]", "[CRITICAL]"))
            in_traceback = error and "Traceback (most recent call last)" in line
            if error and "see the above traceback" not in line.replace("the the", "the"):
                said.append(line.partition("] ")[2])
        elif in_traceback and line.strip():
            said[-1] = line.strip()
    return said
