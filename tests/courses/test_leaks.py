"""What must not reach students does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from courses.build import build
from gitquest_kernel.quest import load_course
from tests.courses.leaks import encodings, leaks

NAME = "tiny-01-start"
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
