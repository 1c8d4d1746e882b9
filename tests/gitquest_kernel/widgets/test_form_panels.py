"""The panels made of forms: SQL, quiz and dbt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gitquest_kernel.answers import load_answer
from gitquest_kernel.room import Room
from gitquest_kernel.widgets.opening import open_panel


@pytest.fixture
def opened(room: Room):
    def open_(quest_id: str) -> Any:
        panel: Any = open_panel(room, room.quest(quest_id))
        panel.settle()
        return panel

    yield open_
    for panel in room.panels.values():
        panel.shut()


def press(panel: Any, button: Any) -> str:
    button.click()
    panel.settle()
    return html_of(panel)


def html_of(widget: Any) -> str:
    own = str(getattr(widget, "value", ""))
    return own + "".join(html_of(child) for child in getattr(widget, "children", ()))


def test_a_sql_panel_shows_tables_as_text_and_runs_and_checks_a_query(opened, room: Room, lesson: Path) -> None:
    panel = opened("cheap-cups")
    html = html_of(panel)
    assert "&lt;b&gt;Coffee&lt;/b&gt;" in html
    assert "<b>Coffee" not in html
    panel.editor.value = "select name from menu where price < 3"
    assert "2 rows" in press(panel, panel.run)
    assert "Passed: 4 of 4 points" in press(panel, panel.check)
    assert load_answer(room.quest("cheap-cups"), lesson).text == panel.editor.value


def test_a_sql_error_is_shown_in_the_panel(opened) -> None:
    panel = opened("cheap-cups")
    panel.editor.value = "select nope from menu"
    assert "nope" in press(panel, panel.run)
    assert 'role="alert"' in html_of(panel)


def test_tables_come_back_as_they_were(opened, room: Room) -> None:
    panel = opened("cheap-cups")
    room.database.cursor().execute("delete from menu")
    panel.editor.value = "select * from menu"
    assert "0 rows" in press(panel, panel.run)
    press(panel, panel.restore)
    assert "3 rows" in press(panel, panel.run)


def test_a_sql_answer_comes_back(opened) -> None:
    first = opened("cheap-cups")
    first.editor.value = "select 1"
    first.settle()
    again = opened("cheap-cups")
    assert first.editor.disabled
    assert again.editor.value == "select 1"
    assert "Welcome back" in html_of(again)


def test_a_quiz_saves_each_choice_and_reveals_at_once(opened, room: Room, lesson: Path) -> None:
    panel = opened("what-head-is")
    head, both, word = panel.fields
    head.inputs[0].value = "b"
    both.inputs[0].value = both.inputs[2].value = True
    word.inputs[0].value = "  branch "
    panel.settle()
    assert load_answer(room.quest("what-head-is"), lesson).text == "head: b\nboth: a, c\nword: branch\n"
    html = press(panel, panel.check)
    assert "Partly there" in html
    assert "records" not in html
    word.inputs[0].value = "commit"
    panel.settle()
    assert "<code>commit</code> &lt;i&gt;records&lt;/i&gt;" in press(panel, panel.check)
    again = opened("what-head-is")
    assert again.fields[0].inputs[0].value == "b"
    assert [box.value for box in again.fields[1].inputs] == [True, False, True]


def test_a_quiz_that_is_judged_later_only_says_that_it_is_saved(opened) -> None:
    panel = opened("later-quiz")
    assert panel.check.description == "Save"
    panel.fields[0].inputs[0].value = "a"
    html = press(panel, panel.check)
    assert "Saved: judged when your work is graded" in html
    assert 'class="gq-failed"' not in html


def test_saved_choices_that_cannot_be_read_are_named(opened, lesson: Path) -> None:
    (lesson / "answers").mkdir()
    (lesson / "answers" / "what-head-is.txt").write_text("# gitquest what-head-is -\nnonsense\n")
    assert "cannot be read" in html_of(opened("what-head-is"))


@pytest.mark.slow
def test_a_dbt_panel_builds_shows_the_tables_and_checks(opened, room: Room, lesson: Path) -> None:
    panel = opened("hello-dbt")
    panel.files["models/cheap.sql"].value = "select name from {{ ref('menu') }} where price < 3\n"
    html = press(panel, panel.build)
    assert "success" in html
    assert "<code>cheap</code>" in html
    assert (lesson / "answers" / "hello-dbt" / "models" / "cheap.sql").is_file()
    assert 'class="gq-open"' in html_of(panel._checks)
    assert "Passed: 4 of 4 points" in press(panel, panel.check)
    assert 'class="gq-passed"' in html_of(panel._checks)
    press(panel, panel.reset)
    assert load_answer(room.quest("hello-dbt"), lesson).empty
    assert 'class="gq-open"' in html_of(panel._checks)
    press(panel, panel.undo)
    assert "price < 3" in panel.files["models/cheap.sql"].value
    assert "price < 3" in load_answer(room.quest("hello-dbt"), lesson).files["models/cheap.sql"]
    assert "stand in its way" in press(panel, panel.undo)


@pytest.mark.slow
def test_a_dbt_model_that_does_not_compile_is_explained(opened) -> None:
    panel = opened("hello-dbt")
    panel.files["models/cheap.sql"].value = "select name from {{ ref('nothing') }}\n"
    assert "nothing" in press(panel, panel.build)
    assert "Git Quest made a mistake" not in html_of(panel)
