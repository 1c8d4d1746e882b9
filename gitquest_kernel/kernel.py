"""The ``gitquest`` kernel: ipykernel with the extension already loaded."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from traitlets import List

from gitquest_kernel import load_ipython_extension

__all__ = ["GitQuestKernel"]


class GitQuestKernel(IPythonKernel):  # type: ignore[misc]
    """A Python kernel whose cells also understand git, quests and grades.

    Every feature is in the extension, so the same notebook runs on the stock Python kernel.
    """

    implementation = "gitquest"
    implementation_version = version("gitquest")
    banner = "Git Quest: git, SQL and dbt for real. Type git commands in any cell, or open a quest with %%quest."
    help_links = List(
        [
            {"text": "git manual", "url": "https://git-scm.com/docs"},
            {"text": "DuckDB manual", "url": "https://duckdb.org/docs/"},
            {"text": "dbt manual", "url": "https://docs.getdbt.com/"},
            *IPythonKernel.help_links.default(),
        ]
    )

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        # Called directly: %load_ext would later answer "already loaded" into the student's notebook.
        load_ipython_extension(self.shell)
