"""What nbgrader makes of a test cell's output, fair or not, our engine makes of it too."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader import utils

from autograders.engine.cells import CellServer
from autograders.engine.released import NamedCell, ReleasedNotebook
from autograders.engine.scores import scores_of

POINTS = 3.0
TRAPS: dict[str, tuple[str, float | type[Exception]]] = {
    "no output": ("x = 1", POINTS),
    "printed": ("print(0)", POINTS),
    "half": ("1.5", 1.5),
    "whole number": ("2", 2.0),
    "zero": ("0.0", 0.0),
    "negative": ("-1", POINTS),
    "None": ("None", POINTS),
    "False": ("False", POINTS),
    "True": ("True", POINTS),
    "text": ("'0'", POINTS),
    "numpy float": ("import numpy as np\nnp.float64(0.0)", POINTS),
    "not a number": ("float('nan')", POINTS),
    "infinity below": ("float('-inf')", POINTS),
    "above the maximum": ("4", ValueError),
    "infinity": ("float('inf')", ValueError),
    "error": ("1 / 0", 0.0),
    "syntax error": ("1 +", 0.0),
    "stderr before a result": ("import sys\nprint('x', file=sys.stderr)\n2", 0.0),
    "warning": ("import warnings\nwarnings.warn('x')", 0.0),
    "stdout before a result": ("print(3)\n2", 2.0),
    "result before an error": ("from IPython.display import display\ndisplay(1)\n1 / 0", 0.0),
    "displayed number": ("from IPython.display import display\ndisplay(0)", POINTS),
    "silenced": ("0;", POINTS),
    "exit": ("raise SystemExit", 0.0),
    "interrupted": ("raise KeyboardInterrupt", 0.0),
}


def _graded(source: str, make: Any = new_code_cell, **facts: Any) -> Any:
    facts = {"grade": True, "solution": False, "locked": True, "points": POINTS, "grade_id": "test"} | facts
    return make(source, metadata={"nbgrader": {"schema_version": 3, "task": False, "checksum": ""} | facts})


def _scores(cell: Any) -> float | None:
    named = (NamedCell("1", "test", POINTS, "code"),)
    notebook = ReleasedNotebook("1", "nb", None, (), named, named, ())
    return scores_of(_Cells([cell]), notebook, logging.getLogger("test")).points["test"]


class _Cells:
    def __init__(self, cells: list[Any]) -> None:
        self.cells = cells


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    cells = [_graded(source) for source, _ in TRAPS.values()]
    with CellServer() as server:
        place = tmp_path_factory.mktemp("place")
        assert server.run(cells, range(len(cells)), place=Path(place), timeout=20, on_timeout={}).complete
    return dict(zip(TRAPS, cells, strict=True))


@pytest.mark.parametrize("name", TRAPS)
def test_a_traps_score_is_nbgraders(name: str, outputs: dict[str, Any]) -> None:
    expected = TRAPS[name][1]
    if isinstance(expected, type):
        with pytest.raises(expected):
            utils.determine_grade(outputs[name])
        with pytest.raises(expected):
            _scores(outputs[name])
    else:
        assert utils.determine_grade(outputs[name])[0] == expected
        assert _scores(outputs[name]) == expected


def test_an_unchanged_manual_answer_scores_zero_and_a_changed_one_waits() -> None:
    cell = _graded("my answer", new_markdown_cell, solution=True, locked=False)
    assert _scores(cell) is None
    cell.metadata.nbgrader["checksum"] = utils.compute_checksum(cell)
    assert _scores(cell) == 0
