"""What must not reach students does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from courses.build import build
from gitquest_kernel.quest import load_course
from tests.courses.leaks import encodings, leaks

NAME = "tiny-01-start"
SQL = """\
id: tents
title: Tents
kind: sql
type: practice
difficulty: beginner
points: 1
xp: 10
task: List the tents.
setup:
  sql: create table things as select 'tent' as name, 3 as price
reference: select name, price from things where name = 'tent' order by price
datasets:
  - sql: insert into things values ('marquee-with-bells', 900)
    say: a marquee is not a tent, says the hidden witness
    name: marquee
solutions: ["select name, price from things where name like 'tent' -- secret route"]
wrong:
  - answer: select name, price from things where price < 9999
    why: lists everything that is cheap enough
    caught_by: marquee
"""
DBT = """\
id: first-model
title: A first model
kind: dbt
type: practice
difficulty: beginner
points: 1
xp: 10
task: Write the model.
project:
  dbt_project.yml: "name: tiny"
seeds: {cups: cups.csv}
editable: [models/cups_sold.sql]
validate:
  - query: select count(*) from cups_sold
    expect: [[2]]
    say: both cups are there
    name: both
hidden_seeds:
  - seeds: {cups: "id,drink\\n77,elderflower-cordial\\n"}
    query: select count(*) from cups_sold
    expect: [[1]]
    say: it counts another café's cups too
    name: other
unit_tests:
  - properties: "unit_tests: [{name: nobody_may_see_this_test}]"
    say: the unit test of the office passes
    name: unit
solutions:
  - |
    cat > models/cups_sold.sql <<'SQL'
    select id, drink from {{ ref('cups') }} -- the office's way
    SQL
"""
REPOSITORY = Path(__file__).parents[2]


def secret(root: Path, what: str) -> str:
    quests = load_course(root / "courses" / "tiny").quests
    return {
        "a hidden check of save": quests["save"].hidden[0].say,
        "solution 1 of save": quests["save"].solutions[0].strip(),
        "wrong answer 2 of save": quests["save"].wrong[1].answer.strip(),
        "an explanation of what-is-head": quests["what-is-head"].questions[0].explain,
    }[what]


def test_a_built_course_leaks_nothing(root: Path) -> None:
    build(root)
    assert leaks(root) == []


def test_the_released_notebooks_of_this_repository_leak_nothing() -> None:
    assert list((REPOSITORY / "release").glob("*/*.ipynb"))
    assert leaks(REPOSITORY) == []


@pytest.fixture
def wide_root(root: Path, lesson_folder: Path) -> Path:
    """Add a quest of each other kind to the lesson."""
    (lesson_folder.parents[1] / "seeds").mkdir()
    (lesson_folder.parents[1] / "seeds" / "cups.csv").write_text("id,drink\n1,tea\n2,coffee\n")
    (lesson_folder / "tents.yaml").write_text(SQL)
    (lesson_folder / "first-model.yaml").write_text(DBT)
    lesson = lesson_folder / "lesson.md"
    lesson.write_text(lesson.read_text() + "\n```{quest} tents\n```\n\n```{quest} first-model\n```\n")
    return root


def test_no_kind_of_quest_leaks(wide_root: Path) -> None:
    build(wide_root)
    assert sorted(path.stem for path in (wide_root / "release" / NAME / "quests").iterdir()) == [
        "first-model",
        "save",
        "tents",
        "what-is-head",
    ]
    assert leaks(wide_root) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("select name, price from things where name = 'tent' order by price", "the reference of tents"),
        ("insert into things values ('marquee-with-bells', 900)", "witness data of tents"),
        ("a marquee is not a tent, says the hidden witness", "a hidden check of tents"),
        ("77,elderflower-cordial", "a row of witness data of first-model"),
        ("it counts another café's cups too", "a hidden check of first-model"),
        ("unit_tests: [{name: nobody_may_see_this_test}]", "a unit test of first-model"),
    ],
)
def test_the_search_knows_the_secrets_of_every_kind(wide_root: Path, text: str, what: str) -> None:
    build(wide_root)
    (wide_root / "release" / NAME / "planted.json").write_text(json.dumps([text]))
    assert leaks(wide_root) == [f"release/{NAME}/planted.json holds {what} as text"]


@pytest.mark.parametrize(
    "what",
    [
        "a hidden check of save",
        "solution 1 of save",
        "wrong answer 2 of save",
        "an explanation of what-is-head",
    ],
)
def test_the_search_finds_a_secret_in_every_encoding(root: Path, what: str) -> None:
    build(root)
    planted = root / "release" / NAME / "planted.txt"
    for encoding, written in encodings(secret(root, what)):
        planted.write_text(f"before{written}after")
        found = leaks(root)
        assert len(found) == 1, encoding
        assert found[0].startswith(f"release/{NAME}/planted.txt holds {what}")


def test_the_search_finds_a_solution_split_into_a_notebooks_lines(root: Path) -> None:
    build(root)
    lines = secret(root, "solution 1 of save").splitlines(keepends=True)
    (root / "release" / NAME / "planted.ipynb").write_text(json.dumps({"cells": [{"source": lines}]}))
    assert leaks(root) == [f"release/{NAME}/planted.ipynb holds solution 1 of save as text"]


def test_the_instructors_notebook_would_be_found(root: Path) -> None:
    build(root)
    source = root / "source" / NAME / f"{NAME}.ipynb"
    (root / "release" / NAME / f"{NAME}.ipynb").write_bytes(source.read_bytes())
    assert any("solution 1 of save" in line for line in leaks(root))
