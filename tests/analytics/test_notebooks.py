"""The notebooks and models that ship."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import get_args

import nbformat
import pytest
import yaml

from analytics.report import reports
from gitquest_kernel.quest import DbtQuest, GitQuest, QuizQuest, SqlQuest

KINDS = (GitQuest, SqlQuest, DbtQuest, QuizQuest)
ANALYTICS = Path(str(files("analytics")))
NOTEBOOKS = sorted((ANALYTICS / "notebooks").glob("*.ipynb"))
MODELS = sorted((ANALYTICS / "dbt").glob("**/*.sql"))
MARTS = sorted((ANALYTICS / "dbt" / "models" / "marts").glob("*.sql"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_valid_and_holds_no_output(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not [cell.id for cell in code if cell.outputs or cell.execution_count]
    assert all(re.fullmatch(r"[a-z-]+", cell.id) for cell in notebook.cells)


def test_every_report_has_a_title_and_explains_its_parameters() -> None:
    for report in reports().values():
        assert report.title != "Report"
        assert report.parameters
        assert all(parameter.help for parameter in report.parameters.values())


def test_numbers_and_kinds_of_the_reports_are_limited_to_what_makes_sense() -> None:
    hard, funnel = (reports()[name].parameters for name in ("quest-difficulty", "lesson-funnel"))
    assert set(hard["kind"].choices) == {get_args(kind.model_fields["kind"].annotation)[0] for kind in KINDS}
    assert (hard["top"].allowed, hard["min_students"].allowed) == ("from 1 to 100", "1 or more")
    assert funnel["min_students"].allowed == "1 or more"


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_is_in_lower_case_and_marts_name_their_columns(path: Path) -> None:
    code = re.sub(r"--.*|\{#.*?#\}|'[^']*'", "", path.read_text(), flags=re.DOTALL if "generic" in str(path) else 0)
    assert code == code.lower()
    assert path not in MARTS or "select *" not in code


def test_every_model_states_its_grain() -> None:
    described = {
        model["name"]: model["description"]
        for path in (ANALYTICS / "dbt" / "models").glob("*/*.yml")
        for model in yaml.safe_load(path.read_text()).get("models", [])
    }
    models = {path.stem for path in MODELS if "models" in path.parts}
    assert described.keys() == models
    assert not [name for name, text in described.items() if "Grain: one " not in text]
