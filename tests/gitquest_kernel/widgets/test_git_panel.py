"""The panel of a git quest, driven as its views drive it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gitquest_kernel.quest import GitQuest
from gitquest_kernel.room import Room
from gitquest_kernel.widgets.git_panel import GitPanel
from gitquest_kernel.widgets.opening import MoveBox, open_panel


@pytest.fixture
def panel(room: Room) -> Iterator[GitPanel]:
    opened = open_panel(room, room.quest("first-commit"))
    assert isinstance(opened, GitPanel)
    opened.settle()
    yield opened
    opened.shut()


def type_lines(panel: GitPanel, *lines: str) -> None:
    for line in lines:
        panel.terminal._handle_custom_msg({"type": "run", "line": line}, [])
    panel.settle()


def press(panel: GitPanel, button: Any) -> None:
    button.click()
    panel.settle()


def html_of(widget: Any) -> str:
    own = str(getattr(widget, "value", ""))
    return own + "".join(html_of(child) for child in getattr(widget, "children", ()))


def test_it_shows_goal_story_checks_and_an_empty_place(panel: GitPanel) -> None:
    html = html_of(panel)
    assert "commit <code>a.txt</code>" in html
    assert "Story" in html
    assert html.count('class="gq-open"') == 2
    assert "No repository here yet" in html


def test_checks_and_graph_follow_each_command(panel: GitPanel) -> None:
    type_lines(panel, "git init")
    assert html_of(panel).count('class="gq-passed"') == 1
    type_lines(panel, "git add a.txt", "git commit -m first")
    html = html_of(panel)
    assert html.count('class="gq-passed"') == 2
    assert "<svg" in html
    assert panel.terminal.prompt == "(main) $"
    assert [entry.command for entry in panel.terminal.entries] == ["git init", "git add a.txt", "git commit -m first"]


def test_check_judges_the_saved_answer_and_logs_it(panel: GitPanel, lesson: Path) -> None:
    type_lines(panel, "git init", "git add a.txt", "git commit -m second")
    press(panel, panel.check)
    html = html_of(panel)
    assert "Partly there: 1 of 4 points" in html
    assert "second" in html
    kinds = [json.loads(line)["type"] for line in (lesson / "events.jsonl").read_text().splitlines()]
    assert kinds.count("command_executed") == 3
    assert kinds.count("check_run") == 1
    type_lines(panel, "git status")
    assert "of 4 points" not in html_of(panel).split("gq-header", 1)[1].split("</div></div>", 1)[1]


def test_hints_come_one_at_a_time_and_each_is_logged(panel: GitPanel, lesson: Path) -> None:
    assert "git init" not in html_of(panel)
    press(panel, panel.hint)
    assert "Begin with <code>git init</code>" in html_of(panel)
    assert "git add" not in html_of(panel)
    press(panel, panel.hint)
    assert panel.hint.disabled
    events = [json.loads(line) for line in (lesson / "events.jsonl").read_text().splitlines()]
    assert [e["data"]["number"] for e in events if e["type"] == "hint_shown"] == [1, 2]


def test_undo_takes_one_step_back_and_start_again_all(panel: GitPanel) -> None:
    type_lines(panel, "git init", "git add a.txt")
    press(panel, panel.undo)
    assert panel.session.commands == ["git init"]
    assert [entry.command for entry in panel.terminal.entries] == ["git init"]
    press(panel, panel.reset)
    assert panel.session.commands == []
    assert panel.terminal.entries == []
    assert "No repository here yet" in html_of(panel)
    press(panel, panel.undo)
    assert [entry.command for entry in panel.terminal.entries] == ["git init"]


def test_an_open_here_document_is_asked_on(panel: GitPanel) -> None:
    type_lines(panel, "cat > b.txt <<END")
    assert panel.terminal.prompt == ">"
    panel.terminal._handle_custom_msg({"type": "abandon"}, [])
    panel.settle()
    assert panel.terminal.prompt == "$"


def test_opening_again_brings_the_answer_back_and_closes_the_old_panel(panel: GitPanel, room: Room) -> None:
    type_lines(panel, "git init", "git add a.txt")
    again = open_panel(room, room.quest("first-commit"))
    assert isinstance(again, GitPanel)
    again.settle()
    assert again.session.commands == ["git init", "git add a.txt"]
    assert "Welcome back" in html_of(again)
    assert panel.check.disabled
    assert panel.terminal.disabled


def test_commands_of_the_cell_move_to_the_terminal(room: Room) -> None:
    quest = room.quest("first-commit")
    assert isinstance(quest, GitQuest)
    body = "# mine\ngit init\ngit add a.txt\n"
    room.bodies[quest.id] = body
    box = MoveBox(room, quest, body)
    box.button.click()
    panel = room.panels[quest.id]
    assert isinstance(panel, GitPanel)
    panel.settle()
    assert panel.session.commands == ["git init", "git add a.txt"]
    assert room.answer(quest).source == "saved"
    panel.shut()


def test_what_a_repository_holds_is_shown_as_text(panel: GitPanel) -> None:
    evil = "<img src=x onerror=alert(1)>"
    type_lines(
        panel,
        "git init",
        f"cp a.txt '{evil.replace('/', '')}'",
        f"git add . && git commit -m '{evil}'",
        "git branch '<b>bold'",
        f"cp a.txt 'new {evil}'",
    )
    press(panel, panel.check)
    html = html_of(panel)
    assert "onerror" in html
    assert "<img" not in html
    assert "<b>" not in html


def test_an_answer_that_cannot_be_saved_is_said_in_the_panel(panel: GitPanel, lesson: Path) -> None:
    (lesson / "answers").write_text("in the way")
    type_lines(panel, "git init")
    assert "could not be saved" in html_of(panel)
    assert "could not be saved" in panel.terminal.entries[-1].output


def sent_by(panel: GitPanel, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the terminal sends to its views from now on."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(panel.terminal, "send", lambda message, *_: sent.append(message))
    return sent


def test_the_cell_is_emptied_whether_a_view_comes_before_or_after(
    panel: GitPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = sent_by(panel, monkeypatch)
    panel.terminal.empty_cell("first-commit")
    assert sent == []
    panel.terminal._handle_custom_msg({"type": "hello"}, [])
    assert sent[-1] == {"type": "empty_cell", "quest": "first-commit"}
    sent.clear()
    panel.terminal.empty_cell("first-commit")
    assert sent == [{"type": "empty_cell", "quest": "first-commit"}]


def test_what_was_typed_of_an_open_quote_stays_in_sight_with_a_way_out(
    panel: GitPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = sent_by(panel, monkeypatch)
    type_lines(panel, 'echo "unclosed')
    assert (sent[-1]["prompt"], sent[-1]["pending"]) == (">", 'echo "unclosed\n')
    assert "A quote is not closed" in html_of(panel)
    assert "Ctrl+C" in html_of(panel)
    panel.terminal._handle_custom_msg({"type": "hello"}, [])
    assert sent[-1]["pending"] == 'echo "unclosed\n'
    panel.terminal._handle_custom_msg({"type": "abandon"}, [])
    panel.settle()
    assert (sent[-1]["prompt"], sent[-1]["pending"]) == ("$", "")
    assert "Ctrl+C" not in html_of(panel)


def test_moving_leaves_a_refused_line_out_says_so_and_can_be_undone(room: Room, lesson: Path) -> None:
    quest = room.quest("first-commit")
    saved = lesson / "answers" / "first-commit.txt"
    saved.parent.mkdir()
    saved.write_text("# gitquest first-commit -\necho mine\n")
    panel = open_panel(room, quest, "git init\ncat /etc/passwd\ngit add .")
    assert isinstance(panel, GitPanel)
    panel.settle()
    assert saved.read_text().splitlines()[1:] == ["git init", "# refused: cat /etc/passwd", "git add ."]
    assert "1 line could not be run and is kept as a comment" in html_of(panel)
    assert [entry.command for entry in panel.terminal.entries] == ["git init", "cat /etc/passwd", "git add ."]
    for _ in range(3):
        press(panel, panel.undo)
    assert "Your earlier answer is back" in html_of(panel)
    assert saved.read_text().splitlines()[1:] == ["echo mine"]
    panel.shut()
