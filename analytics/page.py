"""Turn an executed notebook into one HTML file that needs no network."""

from __future__ import annotations

import html
from collections.abc import Mapping
from copy import copy
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from nbconvert import HTMLExporter
from nbformat import NotebookNode
from plotly.offline import get_plotlyjs

__all__ = ["title_of", "write_page"]


def write_page(notebook: NotebookNode, path: Path, facts: Mapping[str, Any]) -> None:
    """Write the notebook's prose and outputs, without its code, to an HTML file, in one rename.

    plotly's library is put in once; the figures hold only their data.

    Parameters
    ----------
    facts
        What the foot of the page tells: where the data came from, and the parameters.
    """
    exporter = HTMLExporter(
        template_name="basic",
        exclude_input=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        embed_images=True,
    )
    body, _ = exporter.from_notebook_node(_until_end(notebook))
    told = "".join(f"<dt>{html.escape(str(k))}</dt><dd>{html.escape(str(v))}</dd>" for k, v in facts.items())
    template = Template((files("analytics") / "page.html").read_text(encoding="utf-8"))
    text = template.substitute(
        title=html.escape(title_of(notebook)), body=body, facts=told, plotly=get_plotlyjs() if "Plotly." in body else ""
    )
    partial = path.with_name(f".{path.name}.tmp")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _until_end(notebook: NotebookNode) -> NotebookNode:
    """Leave out the cells behind one that ended the page (`analytics.figures.end`)."""
    ends = (
        number
        for number, cell in enumerate(notebook.cells, 1)
        if any("gitquest" in output.get("metadata", {}) for output in cell.get("outputs", ()))
    )
    shown = copy(notebook)
    shown.cells = notebook.cells[: next(ends, None)]
    return shown


def title_of(notebook: NotebookNode) -> str:
    """Return the first heading of a notebook."""
    for cell in notebook.cells:
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            if line.startswith("# "):
                return str(line[2:].strip())
    return "Report"
