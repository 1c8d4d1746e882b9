"""Parameters are strict: about their names and about their values."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from analytics.parameters import Parameter, Value, declared, parse
from gitquest_kernel.errors import ReportError

CELL = """\
course: str = ""  # only this course
since: "date" = ""
min_students: int = 1
share = 0.5  # a part
names: bool = True
"""


@pytest.fixture
def known(tmp_path: Path) -> dict[str, Parameter]:
    notebook = new_notebook(
        cells=[new_code_cell(CELL, metadata={"tags": ["parameters"]})],
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, tmp_path / "report.ipynb")
    return declared(tmp_path / "report.ipynb")


def test_types_are_those_of_the_annotations_or_the_defaults(known: dict[str, Parameter]) -> None:
    assert {p.name: (p.type, p.default) for p in known.values()} == {
        "course": ("str", ""),
        "since": ("date", ""),
        "min_students": ("int", 1),
        "share": ("float", 0.5),
        "names": ("bool", True),
    }
    assert known["course"].help == "only this course"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("course", "git", "git"),
        ("course", "7", "7"),
        ("since", "2025-09-01", "2025-09-01"),
        ("since", "", ""),
        ("min_students", "3", 3),
        ("share", "1", 1.0),
        ("names", "No", False),
    ],
)
def test_a_value_becomes_its_parameters_type(known: dict[str, Parameter], name: str, text: str, value: Value) -> None:
    assert parse(known, [(name, text)], "funnel") == {name: value}


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("since", "yesterday", "'yesterday' is not a date"),
        ("since", "2025-02-30", "not a date"),
        ("min_students", "many", "parameter 'min_students': 'many' is not an int"),
        ("min_students", "1.5", "not an int"),
        ("share", "half", "not a float"),
        ("names", "perhaps", "not a bool"),
    ],
)
def test_a_value_of_the_wrong_type_is_an_error_with_an_example(
    known: dict[str, Parameter], name: str, text: str, complaint: str
) -> None:
    with pytest.raises(ReportError, match=complaint) as caught:
        parse(known, [(name, text)], "funnel")
    assert caught.value.remedy.startswith("Write ")


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("kind", "python", "'python' is not one of git, sql"),
        ("top", "-3", "'-3' is not from 1 to 100"),
        ("top", "101", "'101' is not from 1 to 100"),
        ("min_students", "0", "'0' is not 1 or more"),
    ],
)
def test_a_value_that_is_not_allowed_is_an_error_that_says_which_are(name: str, text: str, complaint: str) -> None:
    known = {
        "kind": Parameter("kind", "str", "", choices=("git", "sql")),
        "top": Parameter("top", "int", 12, least=1, most=100),
        "min_students": Parameter("min_students", "int", 1, least=1),
    }
    with pytest.raises(ReportError, match=complaint) as caught:
        parse(known, [(name, text)], "funnel")
    assert known[name].allowed in caught.value.remedy
    assert parse(known, [("kind", ""), ("kind", "sql"), ("top", "100")], "funnel") == {"kind": "sql", "top": 100}


def test_an_unknown_parameter_is_an_error_that_lists_those_there_are(known: dict[str, Parameter]) -> None:
    with pytest.raises(ReportError, match="'funnel' has no parameter 'cours'") as caught:
        parse(known, [("cours", "git")], "funnel")
    assert "course (str), since (date), min_students (int)" in caught.value.remedy
