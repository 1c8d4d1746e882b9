"""An answer is data, and exactly one counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitquest_kernel.answers import Answer, find_answer, from_cell, has_commands, load_answer, quest_cell, save_answer
from gitquest_kernel.errors import AnswerError
from gitquest_kernel.quest import parse_quest

BASE = {"title": "T", "type": "practice", "difficulty": "beginner", "points": 1, "xp": 1, "task": "T"}
GIT = parse_quest({**BASE, "id": "g", "kind": "git", "checks": [{"clean": True, "say": "x"}]}, "test")
DBT = parse_quest(
    {
        **BASE,
        "id": "d",
        "kind": "dbt",
        "project": {"models/a.sql": "select 1\n", "dbt_project.yml": "name: d\n"},
        "editable": ["models/a.sql", "models/b.sql"],
        "validate": [{"query": "select 1", "expect": [[1]], "say": "x"}],
    },
    "test",
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("%%quest g\ngit init", ("g", "git init")),
        ("%%quest g", ("g", "")),
        ("%%quest g\r\ngit init\r\ngit add .", ("g", "git init\ngit add .")),
        ("%%quest  g \n", ("g", "")),
        ("x\n%%quest g", None),
        ("%%quest", None),
        ("%%quest g h\n", None),
    ],
)
def test_a_quest_cell_begins_with_its_magic(source: str, expected: tuple[str, str] | None) -> None:
    assert quest_cell(source) == expected


def test_comments_and_blank_lines_are_no_answer() -> None:
    assert not has_commands("# only this\n\n   \n  # and this")
    assert from_cell(GIT, "# nothing").empty


def test_the_cell_wins_over_the_saved_answer(tmp_path: Path) -> None:
    save_answer(Answer("g", "git status\n", digest="sha256:1"), tmp_path)
    assert find_answer(GIT, "git init", tmp_path).text == "git init"
    saved = find_answer(GIT, "# empty", tmp_path)
    assert (saved.text, saved.source, saved.digest) == ("git status\n", "saved", "sha256:1")
    assert find_answer(GIT, None, tmp_path / "elsewhere").empty


def test_a_saved_answer_reads_back_as_it_was(tmp_path: Path) -> None:
    text = "# gitquest\ngit commit -m 'ü ✓'\ncat <<E\n# x\nE\n"
    save_answer(Answer("g", text, digest="sha256:1"), tmp_path)
    assert load_answer(GIT, tmp_path).text == text
    assert [path.name for path in (tmp_path / "answers").iterdir()] == ["g.txt"]


def test_dbt_files_come_from_here_documents_or_the_folder(tmp_path: Path) -> None:
    body = "cat > models/a.sql <<'SQL'\nselect 2\nSQL\n# and\ncat > models/b.sql <<SQL\nselect 3\nSQL"
    answer = from_cell(DBT, body)
    assert answer.files == {"models/a.sql": "select 2\n", "models/b.sql": "select 3\n"}
    save_answer(answer, tmp_path)
    assert load_answer(DBT, tmp_path).files == answer.files


def test_an_unchanged_project_is_no_answer(tmp_path: Path) -> None:
    save_answer(Answer("d", files={"models/a.sql": "select 1\n"}), tmp_path)
    assert load_answer(DBT, tmp_path).empty


@pytest.mark.parametrize("body", ["rm -rf /", "cat > a <<E\nno end"])
def test_a_dbt_cell_that_holds_something_else_says_what_to_write(body: str) -> None:
    with pytest.raises(AnswerError, match="line 1"):
        from_cell(DBT, body)


def test_links_and_giants_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("git init")
    answers = tmp_path / "work" / "answers"
    answers.mkdir(parents=True)
    (answers / "g.txt").symlink_to(secret)
    assert load_answer(GIT, tmp_path / "work").empty
    (answers / "g.txt").unlink()
    (answers / "g.txt").write_text("x" * 1_000_001)
    with pytest.raises(AnswerError, match="larger"):
        load_answer(GIT, tmp_path / "work")
