"""An ordinary assignment of somebody else's: our gradebook equals stock nbgrader's, entry by entry."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException

from autograders.config import course_config
from autograders.grade import Grading
from tests.autograders.quickstart import ANSWERS, everything, make_quickstart, stock_config, stock_course

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")]


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of every sort, graded by stock nbgrader; beside it the same class, ungraded, in ``../fresh``."""
    root = make_quickstart(tmp_path_factory.mktemp("quickstart"), {sort: sort for sort in ANSWERS})
    (root / "submitted" / "wrong" / "ps1" / "problem2.ipynb").unlink()
    (root / "submitted" / "right" / "ps1" / "timestamp.txt").write_text("2030-01-01 10:00:00 UTC")
    (root / "submitted" / "right" / "ps1" / "data.csv").write_text("a\n1\n")
    shutil.copytree(root, root.parent / "fresh")
    with pytest.raises(NbGraderException):  # nbgrader loses a submission that kills its kernel
        Autograde(coursedir=stock_course(root), config=stock_config(root)).start()
    return root


@pytest.mark.parametrize("converter", [False, True], ids=["engine", "converter"])
def test_our_gradebook_equals_stock_nbgraders_entry_by_entry(stock: Path, tmp_path: Path, converter: bool) -> None:
    ours = shutil.copytree(stock.parent / "fresh", tmp_path / "ours")
    results = {r.submission.student: r for r in Grading(course_config(ours), stock=converter)}

    expected = everything(stock)
    assert everything(ours) == expected
    assert {student for student, *_ in expected} == set(ANSWERS)
    assert len({value[0] for (*_, kind), value in expected.items() if kind == "grade"}) > 2
    failed = {student: result.error for student, result in results.items() if result.status == "failed"}
    assert set(failed) == {"dying"}
    assert "problem1.ipynb" in str(failed["dying"])
    assert not any(result.needed_kernel for result in results.values())


def test_the_autograded_folders_equal_stock_nbgraders(stock: Path, tmp_path: Path) -> None:
    ours = shutil.copytree(stock.parent / "fresh", tmp_path / "ours")
    list(Grading(course_config(ours)))
    assert _folders(ours) == _folders(stock)
    for name in _folders(stock):
        if name.endswith(".ipynb"):
            mine, theirs = (nbformat.read(root / "autograded" / name, 4) for root in (ours, stock))
            for cell in theirs.cells:
                # Clock times of a kernel's messages; ours sends none.
                cell.metadata.pop("execution", None)
            assert [(c.source, c.cell_type, c.metadata) for c in mine.cells] == [
                (c.source, c.cell_type, c.metadata) for c in theirs.cells
            ]
            assert mine.metadata == theirs.metadata
            kinds = [[(o.output_type, o.get("evalue")) for o in c.get("outputs", [])] for c in mine.cells]
            assert kinds == [[(o.output_type, o.get("evalue")) for o in c.get("outputs", [])] for c in theirs.cells]


def _folders(root: Path) -> dict[str, int]:
    """Return the files of autograded/ with their permissions; our own stamp is not nbgrader's business."""
    place = root / "autograded"
    return {
        path.relative_to(place).as_posix(): path.stat().st_mode
        for path in sorted(place.rglob("*"))
        if path.is_file() and path.name != ".gitquest-graded"
    }
