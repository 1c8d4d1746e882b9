"""What cells can call: quests, grades, git lines, the playground and SQL."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SOLVED = "%%quest first-commit\ngit init\ngit add a.txt\ngit commit -m first\n"


def events(lesson: Path, kind: str) -> list[dict]:
    lines = (lesson / "events.jsonl").read_text().splitlines()
    return [event for line in lines if (event := json.loads(line))["type"] == kind]


def test_a_body_with_commands_is_replayed_and_judged(notebook) -> None:
    ran = notebook.run(SOLVED)
    assert ran.error is None
    assert "$ git commit -m first" in ran.text
    assert "Passed: 4 of 4 points" in ran.text
    assert "[x] its message is: first" in ran.text
    assert "<svg" in ran.html
    assert ran.stderr == ""


def test_running_an_answer_cell_again_gives_the_same_text(notebook) -> None:
    assert notebook.run(SOLVED).text == notebook.run(SOLVED).text


def test_an_empty_body_opens_the_panel_with_a_text_for_where_no_widgets_run(notebook) -> None:
    ran = notebook.run("%%quest first-commit")
    assert "application/vnd.jupyter.widget-view+json" in ran.shown[0]
    assert "Make a repository" in ran.text
    assert "[ ] its message is: first" in ran.text
    assert 'grade("first-commit")' in ran.text


def test_grade_returns_a_builtin_float_and_shows_each_check(notebook) -> None:
    notebook.run("%%quest first-commit\ngit init\n")
    ran = notebook.run('grade("first-commit")')
    assert type(ran.result) is float
    assert ran.result == 1.0
    assert "[x] this folder is a repository" in ran.text
    assert "[ ] its message is: first" in ran.text
    assert "Hidden checks are judged when grading." in ran.text
    assert ran.stderr == ""


def test_an_unattempted_quest_is_worth_nothing_and_says_what_to_do(notebook) -> None:
    ran = notebook.run('grade("first-commit")')
    assert type(ran.result) is float
    assert ran.result == 0.0
    assert "Run the cell '%%quest first-commit'" in ran.text
    assert ran.stderr == ""


def test_a_refused_command_scores_nothing_and_is_explained(notebook) -> None:
    notebook.run("%%quest first-commit\ngit init\nrm -rf /etc\n")
    ran = notebook.run('grade("first-commit")')
    assert ran.result == 0.0
    assert "Not allowed here" in ran.text


def test_a_prompt_copied_into_a_cell_is_told_of(notebook) -> None:
    assert "leave it away" in notebook.run("%%quest first-commit\n$ git init\n").text


def test_the_saved_answer_counts_after_a_restart(notebook, lesson: Path) -> None:
    (lesson / "answers").mkdir()
    (lesson / "answers" / "first-commit.txt").write_text("# gitquest first-commit -\ngit init\n")
    assert notebook.run('grade("first-commit")').result == 1.0


def test_commands_in_the_cell_count_before_a_saved_answer_and_grade_says_so(notebook, lesson: Path) -> None:
    (lesson / "answers").mkdir()
    (lesson / "answers" / "first-commit.txt").write_text("# gitquest first-commit -\ngit init\n")
    notebook.run(SOLVED)
    ran = notebook.run('grade("first-commit")')
    assert ran.result == 4.0
    assert "not those in the panel" in ran.text


@pytest.mark.parametrize(
    ("quest", "body", "points"),
    [
        ("cheap-cups", "select name from menu where price < 3", 4.0),
        ("cheap-cups", "select name from menu", 0.0),
        ("what-head-is", "head: b\nboth: c, a\nword: Commit", 4.0),
        ("what-head-is", "head: a\nboth: a\nword: commit", pytest.approx(4 / 3)),
    ],
)
def test_every_kind_of_quest_can_be_answered_in_its_cell(notebook, quest: str, body: str, points: float) -> None:
    assert notebook.run(f"%%quest {quest}\n{body}\n").error is None
    ran = notebook.run(f'grade("{quest}")')
    assert type(ran.result) is float
    assert ran.result == points


def test_a_quiz_without_a_key_is_saved_and_never_called_wrong(notebook) -> None:
    notebook.run("%%quest later-quiz\nhead: b\n")
    ran = notebook.run('grade("later-quiz")')
    assert ran.result == 0.0
    assert "Saved: judged when your work is graded" in ran.text


def test_git_lines_print_to_stdout_alone_and_never_expand_names(notebook) -> None:
    notebook.run("git init")
    ran = notebook.run("x = 1\ngit log {x} $x")
    assert "'{x}'" in ran.stdout
    assert ran.stderr == ""
    assert ran.error is None


def test_one_command_shows_its_output_and_several_are_named(notebook) -> None:
    assert not notebook.run("git init").stdout.startswith("$")
    ran = notebook.run("git status --short\ngit branch --show-current")
    assert ran.stdout == "$ git status --short\n$ git branch --show-current\nmain\n"


def test_the_playground_goes_on_between_cells_and_begins_again_when_told(notebook) -> None:
    notebook.run(
        "%%playground\ngit init -q\ncat > a.txt <<'END'\n$HOME {x}\nEND\ngit add a.txt\ngit commit -q -m one\n"
    )
    assert notebook.run("git show HEAD:a.txt").stdout == "$HOME {x}\n"
    assert "not a git repository" in notebook.run("%%playground --fresh\ngit status\n").stdout
    assert notebook.run("%%playground --fresh").error is None


def test_an_unknown_option_of_the_playground_is_named(notebook) -> None:
    ran = notebook.run("%%playground --new\ngit init\n")
    assert "does not know '--new'" in ran.stdout


def test_sql_cells_share_the_lessons_tables(notebook) -> None:
    ran = notebook.run("rows = %sql select count(*) from menu\nrows[0][0]")
    assert ran.error is None, ran.stdout
    assert ran.result == 3
    shown = notebook.run("%%sql\nselect name from menu where price < 2")
    assert "Water" in str(shown.result)
    assert (shown.stdout.count("Running"), shown.stderr) == (0, "")


def test_a_value_in_a_sql_result_is_shown_as_text(notebook) -> None:
    rows = notebook.run("%%sql\nselect name, null as nothing from menu").result
    html = notebook.shell.display_formatter.format(rows)[0]["text/html"]
    assert "&lt;b&gt;Coffee&lt;/b&gt;" in html
    assert "<b>" not in html
    assert "NULL" in html


def test_a_long_sql_result_says_that_it_was_cut(notebook) -> None:
    rows = notebook.run("%%sql\nselect range from range(100)").result
    html = notebook.shell.display_formatter.format(rows)[0]["text/html"]
    assert html.count("<tr>") == 11
    assert "Truncated" in html


def test_a_sql_error_is_one_message_of_duckdbs_own(notebook) -> None:
    ran = notebook.run("%%sql\nselect nope from menu")
    assert "nope" in ran.stdout
    assert "Traceback" not in ran.stdout
    assert ran.stderr == ""


def test_what_the_student_did_is_logged(notebook, lesson: Path) -> None:
    notebook.run("git init")
    notebook.run(SOLVED)
    notebook.run('grade("first-commit")')
    assert events(lesson, "command_executed")[0]["data"] == {"command": "git init", "returncode": 0}
    assert [e["quest"] for e in events(lesson, "quest_started")] == ["first-commit"]
    checks = events(lesson, "check_run")
    assert checks[-1]["data"] == {
        "points": 4.0,
        "max_points": 4.0,
        "passed": ["repository", "message"],
        "failed": [],
    }
    assert len(events(lesson, "quest_passed")) == 1
