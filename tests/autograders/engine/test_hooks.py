"""Tricks that bend a test cell: each is put right before a locked cell, and found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell
from nbgrader import utils

from autograders.engine.cells import CellServer
from autograders.engine.messages import Run

TRICKS = {
    "an AST transformer drops assertions": (
        "import ast\nclass Drop(ast.NodeTransformer):\n    def visit_Assert(self, node):\n        return ast.Pass()\n"
        "get_ipython().ast_transformers.append(Drop())",
        "ast transformers changed",
    ),
    "an input transformer replaces code": (
        "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])",
        "input transformers post changed",
    ),
    "a cleanup transformer replaces code": (
        "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])",
        "cleanup transforms changed",
    ),
    "a hook publishes a result": (
        "def fake(info):\n    ip = get_ipython()\n    ip.displayhook.session.send(None, 'execute_result', "
        "{'data': {'text/plain': '1.0'}, 'metadata': {}, 'execution_count': 1})\n"
        "get_ipython().events.register('pre_run_cell', fake)",
        "a pre_run_cell hook was registered",
    ),
    "run_cell is replaced": (
        "ip = get_ipython()\nreal = ip.run_cell\n"
        "ip.run_cell = lambda source, *a, **k: real('pass' if 'assert' in source else source, *a, **k)",
        "ZMQInteractiveShell.run_cell was replaced",
    ),
    "run_code is replaced in the class": (
        "async def nothing(self, *a, **k):\n    return False\ntype(get_ipython()).run_code = nothing",
        "ZMQInteractiveShell.run_code was replaced",
    ),
    "errors are swallowed": (
        "get_ipython()._showtraceback = lambda *a: None",
        "ZMQInteractiveShell._showtraceback was replaced",
    ),
    "a builtin is replaced": (
        "import builtins\nbuiltins.AssertionError = Exception\nbuiltins.sum = lambda x: 6",
        "the builtin sum was replaced",
    ),
    "an object equals everything": (
        "class Same:\n    def __eq__(self, other):\n        return True\ndef total(x):\n    return Same()",
        "objects of Same equal everything",
    ),
    "a trace function is set": (
        "import sys\nsys.setprofile(lambda *a: None)",
        "a trace function was set",
    ),
}
WRONG = "def total(x):\n    return 0"
TEST = "assert total([1, 2, 3]) == 6"


@pytest.fixture(scope="module")
def server() -> Iterator[CellServer]:
    with CellServer() as running:
        yield running


def _run(server: CellServer, place: Path, *sources: str, test: str = TEST) -> tuple[Run, Any]:
    cells = [new_code_cell(source) for source in (*sources, test)]
    cells[-1].metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": "test",
        "grade": True,
        "solution": False,
        "locked": True,
        "points": 1,
    }
    run = server.run(cells, range(len(cells)), place=place, timeout=20, on_timeout={})
    assert run.complete
    return run, cells[-1]


@pytest.mark.parametrize("name", TRICKS)
def test_a_trick_is_found_and_gains_nothing(name: str, server: CellServer, tmp_path: Path) -> None:
    trick, finding = TRICKS[name]
    run, cell = _run(server, tmp_path, WRONG, trick)
    assert finding in [found for findings in run.tampered.values() for found in findings]
    if "equals" not in name:  # the object is the answer: only an instructor can judge it
        assert utils.determine_grade(cell)[0] == 0


@pytest.mark.parametrize(
    "honest",
    [
        "import pandas as pd, numpy as np",
        "print = print",
        "class Point:\n    def __init__(self, x):\n        self.x = x\n"
        "    def __eq__(self, other):\n        return self.x == other.x\np = Point(1)",
        "import dataclasses\n@dataclasses.dataclass\nclass D:\n    x: int = 0\nd = D()",
        "%load_ext autoreload\n%autoreload 2",
        "%xmode Plain",
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()):\n    print(1)",
        "1 / 0",
        "import logging\nlogging.basicConfig()",
        "from IPython.display import display\ndisplay(1)",
        "%%capture\nprint(1)",
        "%precision 3",
        "import sys\nsys.setrecursionlimit(5000)",
    ],
)
def test_honest_work_is_not_suspected(honest: str, server: CellServer, tmp_path: Path) -> None:
    run, cell = _run(server, tmp_path, "def total(x):\n    return sum(x)", honest)
    assert run.tampered == {}
    assert utils.determine_grade(cell)[0] == 1
