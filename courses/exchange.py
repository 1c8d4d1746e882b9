"""nbgrader's exchange: hand out, fetch, submit and collect, in this process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from traitlets.config import Config

from courses.nbgrader_step import run_step

__all__ = ["collect", "hand_in", "hand_out"]

_WARNING = re.compile(r"^\[WARNING\]\s*(.*\S)", re.MULTILINE)


def hand_out(config: Config, root: Path, assignment: str) -> None:
    """Put ``root/release/<assignment>`` into the exchange, in place of an earlier release.

    Raises
    ------
    BuildError
        nbgrader refused; the error carries what it said.
    """
    _run(config, "ReleaseAssignment", assignment, {"root": str(root)}, {"force": True})


def hand_in(config: Config, student: str, assignment: str, home: Path, work: Any) -> None:
    """Fetch an assignment as a student, do ``work`` in the fetched folder, and submit it.

    Parameters
    ----------
    home
        The student's folder; the assignment is fetched into it, and nbgrader's cache kept there.
    work
        Called with the folder of the fetched assignment.
    """
    own = {"assignment_dir": str(home), "cache": str(home / ".nbgrader_cache")}
    who = {"student_id": student, "root": str(home)}
    _run(config, "FetchAssignment", assignment, who, own)
    work(home / assignment)
    _run(config, "Submit", assignment, who, own)


def collect(config: Config, assignment: str) -> list[str]:
    """Take every student's newest submission out of the exchange into ``submitted/``; return nbgrader's warnings."""
    return _WARNING.findall(_run(config, "Collect", assignment, {}, {"update": True}))


def _run(config: Config, action: str, assignment: str, folder: Mapping[str, str], traits: Mapping[str, Any]) -> str:
    course = CourseDirectory(config=config, assignment_id=assignment, **folder)
    make = getattr(ExchangeFactory(config=config), action)
    app = make(coursedir=course, authenticator=Authenticator(config=config), config=config)
    for name, value in traits.items():
        setattr(app, name, value)
    return run_step(
        app,
        f"nbgrader's exchange refused '{assignment}'",
        where=str(app.root),
        remedy="Check that the exchange is a folder that you own, and that the course id is set.",
    )
