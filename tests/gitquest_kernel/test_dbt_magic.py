"""``%%dbt`` runs dbt in the lesson's own project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.mark.slow
def test_cells_share_a_project_that_begins_as_the_first_quests(notebook: Any) -> None:
    built = notebook.run("%%dbt\ndbt build --select +cheap")
    assert built.error is None
    assert "PASS=2" in built.stdout
    shown = notebook.run("%%dbt\ndbt show --quiet --inline \"select * from {{ ref('cheap') }} where name = 'Tea'\"")
    assert "| Tea  |" in shown.stdout
    assert shown.stderr == ""


def test_each_command_is_shown_before_its_output(notebook: Any) -> None:
    ran = notebook.run("%%dbt\ncat > models/x.sql <<'SQL'\nselect 1\nSQL\ncat models/x.sql\n")
    assert ran.stdout == "$ cat > models/x.sql\n$ cat models/x.sql\nselect 1\n"


def test_a_lesson_without_a_dbt_quest_says_so(notebook: Any, lesson: Path) -> None:
    (lesson / "quests" / "hello-dbt.json").unlink()
    ran = notebook.run("%%dbt\ndbt build")
    assert "this lesson has no dbt project" in ran.stderr + ran.stdout + str(ran.error)
