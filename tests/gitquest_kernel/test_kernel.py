"""Notebooks run by real kernels: ours, and the stock Python kernel with the extension loaded."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from papermill import execute_notebook

from gitquest_kernel import leftovers

pytestmark = pytest.mark.slow

CELLS = (
    "%load_ext gitquest_kernel",
    "git init\ngit status",
    "%%quest first-commit",
    'grade("first-commit")',
    "%%quest first-commit\ngit init\ngit add a.txt\ngit commit -m first",
    'grade("first-commit")',
    "%%quest first-comit",
)


@pytest.fixture
def environment(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(lesson.parent / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(lesson.parent / "runtime"))


@pytest.fixture
def manager() -> Iterator[Callable[[str], KernelManager]]:
    """Make managers of kernels that talk over IPC: over TCP, parallel tests now and then meet on a port.

    A socket's path is short on every system, so it does not lie in pytest's folder.
    """
    with tempfile.TemporaryDirectory(prefix="gq") as folder:
        yield lambda kernel: KernelManager(kernel_name=kernel, transport="ipc", ip=f"{folder}/k")


def notebook_of(cells: tuple[str, ...], kernel: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}},
    )


@pytest.mark.parametrize("kernel", ["gitquest", "python3"])
def test_a_lesson_runs_on_either_kernel(
    lesson: Path, environment: None, manager: Callable[[str], KernelManager], kernel: str
) -> None:
    notebook = notebook_of(CELLS, kernel)
    client = NotebookClient(
        notebook, km=manager(kernel), allow_errors=True, timeout=60, resources={"metadata": {"path": str(lesson)}}
    )
    client.execute()
    loaded, status, opened, nothing, replay, points, unknown = (cell.outputs for cell in notebook.cells)
    assert loaded == []
    assert status[0].name == "stdout"
    assert "$ git status" in status[0].text
    assert "Make a repository" in opened[0].data["text/plain"]
    assert nothing[-1].data["text/plain"] == "0.0"
    assert "Passed: 4 of 4 points" in replay[0].data["text/plain"]
    assert points[-1].output_type == "execute_result"
    assert points[-1].data["text/plain"] == "4.0"
    assert len(unknown[0].traceback) == 1
    assert "Did you mean 'first-commit'?" in unknown[0].traceback[0]
    streams = [output.name for cell in notebook.cells for output in cell.outputs if output.output_type == "stream"]
    assert "stderr" not in streams


def test_our_kernel_needs_no_load_ext(lesson: Path, environment: None, manager: Callable[[str], KernelManager]) -> None:
    notebook = notebook_of(('grade("first-commit")',), "gitquest")
    NotebookClient(
        notebook, km=manager("gitquest"), timeout=60, resources={"metadata": {"path": str(lesson)}}
    ).execute()
    assert notebook.cells[0].outputs[-1].data["text/plain"] == "0.0"


def test_a_students_module_cannot_replace_pythons_own(
    lesson: Path, environment: None, manager: Callable[[str], KernelManager]
) -> None:
    (lesson / "random.py").write_text("raise SystemExit('taken over')")
    notebook = notebook_of(("1 + 1",), "gitquest")
    NotebookClient(
        notebook, km=manager("gitquest"), timeout=60, resources={"metadata": {"path": str(lesson)}}
    ).execute()
    assert notebook.cells[0].outputs[0].data["text/plain"] == "2"


@pytest.mark.parametrize("how", ["shutdown", "restart", "kill"])
def test_a_kernel_that_ends_leaves_no_workspace_behind(
    lesson: Path,
    environment: None,
    manager: Callable[[str], KernelManager],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    how: str,
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    km = manager("gitquest")
    km.start_kernel(cwd=str(lesson), env={**os.environ, "TMPDIR": str(temporary)})
    client = km.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        for cell in ("git init", "%%quest first-commit"):
            client.execute_interactive(cell, timeout=60, output_hook=lambda _: None)
        until(lambda: len(list(temporary.glob("gitquest-*/work"))) == 2)
        if how == "restart":
            km.restart_kernel()
            client.wait_for_ready(timeout=60)
        else:
            km.shutdown_kernel(now=how == "kill")
        if how == "kill":
            monkeypatch.setattr(tempfile, "tempdir", str(temporary))
            monkeypatch.setattr(leftovers, "_YOUNG", 0.0)
            until(lambda: leftovers.sweep() or not list(temporary.glob("gitquest-*")))
        assert list(temporary.glob("gitquest-*")) == []
    finally:
        client.stop_channels()
        if km.has_kernel:
            km.shutdown_kernel(now=True)


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_papermill_runs_a_lesson(lesson: Path, environment: None) -> None:
    source = lesson / "lesson.ipynb"
    nbformat.write(notebook_of(CELLS[:-1], "gitquest"), source)
    done = execute_notebook(source, lesson / "done.ipynb", cwd=lesson, progress_bar=False)
    assert done.cells[5].outputs[-1].data["text/plain"] == "4.0"
