"""A student solves a quest by hand, in a copy of a released lesson."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SOLUTION = ("git init", "git add log.txt", 'git commit -m "Log 3 November"')


def type_in(cell, *lines: str) -> None:
    """Type commands into a panel's terminal, each when the one before is done."""
    line = cell.get_by_label("Command for the quest's repository")
    for text in lines:
        done = cell.locator(".gq-entry").count()
        line.fill(text)
        line.press("Enter")
        cell.locator(".gq-entry").nth(done).wait_for()


def test_a_quest_is_solved_in_the_terminal_and_graded(lab_page, desk: Path) -> None:
    lab_page.run("%load_ext")
    cell = lab_page.run("%%quest first-commit")
    type_in(cell, *SOLUTION[:2])
    assert cell.locator(".gq-checks .gq-passed").count() == 1
    type_in(cell, SOLUTION[2])
    cell.locator("svg").get_by_text("Log 3 November", exact=True).first.wait_for()
    cell.get_by_role("button", name="Check").click()
    cell.get_by_text("Passed: 3 of 3 points").wait_for()
    lab_page.picture("quest-solved")
    graded = lab_page.run('grade("first-commit")')
    graded.locator(".jp-OutputArea-executeResult", has_text="3.0").wait_for()
    lab_page.picture("quest-graded")
    saved = (desk / "git-01-first-repository" / "answers" / "first-commit.txt").read_text()
    assert saved.splitlines()[1:] == list(SOLUTION)
    assert lab_page.errors == []


def test_commands_move_from_the_cell_to_the_terminal(lab_page, desk: Path) -> None:
    source = "%%quest one-idea-each\ngit add tides.txt"
    cell = lab_page.run("%%quest one-idea-each", source)
    cell.get_by_text("Partly there", exact=False).or_(cell.get_by_text("Not yet", exact=False)).first.wait_for()
    cell.get_by_role("button", name="Move to the terminal").click()
    type_in(cell, 'git commit -m "Add the tide table"')
    cell.locator(".gq-output", has_text="1 file changed").last.wait_for()
    assert "git add tides.txt" not in cell.locator(".jp-InputArea").inner_text()
    saved = (desk / "git-01-first-repository" / "answers" / "one-idea-each.txt").read_text()
    assert saved.splitlines()[1:] == ["git add tides.txt", 'git commit -m "Add the tide table"']


def test_the_panel_comes_back_after_a_restart_of_the_kernel(lab_page) -> None:
    cell = lab_page.run("%%quest wrong-folder")
    type_in(cell, "git status")
    lab_page.restart()
    cell.get_by_text("The kernel was restarted: run the quest's cell again.").wait_for()
    line = cell.get_by_label("Command for the quest's repository")
    line.fill("git log")
    line.press("Enter")
    assert cell.locator(".gq-lost").count() == 1
    cell = lab_page.run("%%quest wrong-folder")
    cell.get_by_text("Welcome back: your answer was saved").wait_for()
    cell.locator(".gq-typed", has_text="git status").wait_for()


def test_what_students_write_never_becomes_markup(lab_page) -> None:
    cell = lab_page.run("%%quest sign-the-log")
    type_in(cell, "echo '<img src=x onerror=\"document.title=1\">' > '<b>x'", "cat '<b>x'", "git add . && git status")
    assert cell.locator(".gq-panel img, .gq-panel b").count() == 0
    assert lab_page.page.title() != "1"


def test_here_documents_and_pasted_lines_work_in_the_terminal(lab_page) -> None:
    cell = lab_page.run("%%quest copies-to-history")
    line = cell.get_by_label("Command for the quest's repository")
    for text in ("cat > new.txt <<'END'", "two words"):
        line.fill(text)
        line.press("Enter")
        cell.locator(".gq-prompt", has_text=">").wait_for()
    cell.locator(".gq-begun .gq-typed", has_text="two words").wait_for()
    assert cell.locator(".gq-begun .gq-typed").inner_text() == "cat > new.txt <<'END'\ntwo words"
    cell.get_by_text("press Ctrl+C to give the command up").wait_for()
    type_in(cell, "END")
    cell.locator(".gq-begun").wait_for(state="detached")
    type_in(cell, "cat new.txt")
    cell.locator(".gq-output", has_text="two words").wait_for()
    line.press("ArrowUp")
    assert line.input_value() == "cat new.txt"
    line.fill("")
    line.evaluate(
        """(node, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            node.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        "echo one\necho two\necho left",
    )
    cell.locator(".gq-typed", has_text="echo two").wait_for()
    assert cell.locator(".gq-typed").all_inner_texts()[-2:] == ["echo one", "echo two"]
    assert line.input_value() == "echo left"
