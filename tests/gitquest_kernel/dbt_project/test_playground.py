"""Cells of a lesson run real dbt commands in the lesson's own project."""

from __future__ import annotations

import pytest

from gitquest_kernel.dbt_project import DbtPlayground
from gitquest_kernel.errors import AnswerSyntaxError, Refused

PROJECT = "name: cafe\nversion: '1.0'\nprofile: gitquest\nmodels:\n  cafe:\n    +materialized: table\n"


@pytest.fixture
def playground() -> DbtPlayground:
    return DbtPlayground({"dbt_project.yml": PROJECT, "models/a.sql": "select 1 as n\n"}, {"till": "no\n7\n"})


@pytest.mark.slow
def test_files_and_tables_stay_from_cell_to_cell(playground: DbtPlayground) -> None:
    first = dict(playground.run("cat > models/b.sql <<'SQL'\nselect no from {{ ref('till') }}\nSQL\ndbt build\n"))
    assert "PASS=3" in first["dbt build"]
    shown = dict(playground.run("dbt show --quiet --select b\n# done"))
    assert "|  7 |" in shown["dbt show --quiet --select b"]


def test_a_file_can_be_read(playground: DbtPlayground) -> None:
    assert list(playground.run("cat models/a.sql")) == [("cat models/a.sql", "select 1 as n")]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("ls", "'ls' is not a command"),
        ("dbt", "'dbt' is not a command"),
        ("cat models/b.sql", "no file 'models/b.sql'"),
        ("cat > models/b.sql <<'SQL'\nselect 1", "no line reads SQL"),
        ("dbt show 'a", "cannot be read"),
    ],
)
def test_a_line_that_means_nothing_is_said_so(playground: DbtPlayground, script: str, words: str) -> None:
    with pytest.raises(AnswerSyntaxError, match=words):
        list(playground.run(script))


@pytest.mark.parametrize("script", ["dbt deps", "dbt run-operation x", "cat ../../../etc/passwd", "cat /etc/passwd"])
def test_what_leaves_the_project_is_refused(playground: DbtPlayground, script: str) -> None:
    with pytest.raises(Refused):
        list(playground.run(script))
