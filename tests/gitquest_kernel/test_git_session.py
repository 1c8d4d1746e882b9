"""A git quest played command by command."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitquest_kernel.answers import load_answer
from gitquest_kernel.checks import judge
from gitquest_kernel.errors import AnswerError
from gitquest_kernel.git_session import GitSession
from gitquest_kernel.quest import GitQuest
from gitquest_kernel.room import Room

SOLUTION = ["git init", "git add a.txt", "git commit -m first"]


@pytest.fixture
def quest(room: Room) -> GitQuest:
    found = room.quest("first-commit")
    assert isinstance(found, GitQuest)
    return found


@pytest.fixture
def session(quest: GitQuest, lesson: Path):
    session = GitSession(quest, lesson)
    session.open()
    yield session
    session.close()


def head(session: GitSession) -> str | None:
    repository = session.snapshot().repository
    return repository.head.commit if repository else None


def test_every_command_is_saved_at_once_as_the_answers_text(session: GitSession, quest: GitQuest, lesson: Path) -> None:
    for number, line in enumerate(SOLUTION, 1):
        session.feed(line)
        saved = load_answer(quest, lesson)
        assert saved.text.splitlines() == SOLUTION[:number]
        assert saved.digest == quest.digest
    assert judge(quest, load_answer(quest, lesson)).points == 4.0


def test_a_new_session_brings_the_same_state_back(session: GitSession, quest: GitQuest, lesson: Path) -> None:
    for line in SOLUTION:
        session.feed(line)
    again = GitSession(quest, lesson)
    assert [result.command for result in again.open()] == SOLUTION
    assert again.snapshot() == session.snapshot()
    again.close()


def test_undo_is_as_if_the_command_had_never_run(session: GitSession) -> None:
    for line in SOLUTION[:2]:
        session.feed(line)
    before = session.snapshot()
    session.feed(SOLUTION[2])
    assert head(session)
    undone = session.undo()
    assert undone is not None
    assert undone[0] == SOLUTION[2]
    assert session.snapshot() == before
    assert session.commands == SOLUTION[:2]


def test_undo_at_the_start_does_nothing(session: GitSession) -> None:
    assert session.undo() is None


def test_a_refused_command_leaves_no_trace_in_answer_or_object_ids(session: GitSession) -> None:
    session.feed(SOLUTION[0])
    (result,) = session.feed("cat /etc/passwd") or ()
    assert result.outcome == "refused"
    for line in SOLUTION[1:]:
        session.feed(line)
    fresh = session.text
    live = head(session)
    session.replace(fresh)
    assert head(session) == live
    assert session.commands == SOLUTION


def test_a_here_document_is_taken_line_by_line(session: GitSession) -> None:
    assert session.feed("cat > b.txt <<'END'") is None
    assert session.feed("two words") is None
    (result,) = session.feed("END") or ()
    assert result.returncode == 0
    assert session.commands == ["cat > b.txt <<'END'\ntwo words\nEND"]
    assert session.pending == ""
    (shown,) = session.feed("cat b.txt") or ()
    assert shown.stdout == "two words\n"


def test_an_open_quote_goes_on_in_the_next_line(session: GitSession) -> None:
    session.feed("git init")
    assert session.feed('git commit --allow-empty -m "subject') is None
    (result,) = session.feed('body"') or ()
    assert result.returncode == 0


def test_a_line_outside_the_grammar_is_answered_and_not_kept(session: GitSession) -> None:
    (result,) = session.feed("git status &") or ()
    assert result.outcome == "syntax"
    assert "background" in result.stderr
    assert session.commands == []


def test_reset_empties_the_answer(session: GitSession, quest: GitQuest, lesson: Path) -> None:
    session.feed("git init")
    session.reset()
    assert session.snapshot().repository is None
    assert load_answer(quest, lesson).empty


def test_a_saved_answer_that_cannot_be_read_is_kept_under_another_name(quest: GitQuest, lesson: Path) -> None:
    (lesson / "answers").mkdir()
    (lesson / "answers" / "first-commit.txt").write_text("git init\n" * 200_000)
    session = GitSession(quest, lesson)
    with pytest.raises(AnswerError, match=r"first-commit\.unreadable\.txt"):
        session.open()
    assert "git init" in (lesson / "answers" / "first-commit.unreadable.txt").read_text()
    assert session.feed("git init")
    session.close()


def saved_rows(lesson: Path) -> list[str]:
    return (lesson / "answers" / "first-commit.txt").read_text().splitlines()[1:]


@pytest.mark.parametrize(
    ("wrong", "kept"),
    [
        ("cat /etc/passwd", ["# refused: cat /etc/passwd"]),
        ("git status &", ["# refused: git status &"]),
        ("cat <<END &\ngit stash\nEND", ["# refused: cat <<END &", "# refused: git stash", "# refused: END"]),
    ],
)
def test_a_line_that_does_not_run_is_left_out_of_a_whole_answer_and_all_others_stay(
    session: GitSession, quest: GitQuest, lesson: Path, wrong: str, kept: list[str]
) -> None:
    first, *rest = SOLUTION
    results = session.replace("\n".join(["# mine", first, wrong, *rest]))
    assert len(results) == 4
    assert session.left_out == 1
    assert saved_rows(lesson) == ["# mine", first, *kept, *rest]
    assert judge(quest, load_answer(quest, lesson)).points == 4.0
    again = GitSession(quest, lesson)
    again.open()
    again.feed("git status")
    assert saved_rows(lesson) == ["# mine", first, *kept, *rest, "git status"]
    again.close()


def test_an_answer_with_an_open_quote_keeps_every_row(quest: GitQuest, lesson: Path) -> None:
    (lesson / "answers").mkdir()
    (lesson / "answers" / "first-commit.txt").write_text("# gitquest first-commit -\ngit init\ngit commit -m 'a\nb")
    session = GitSession(quest, lesson)
    session.open()
    session.feed("git status")
    assert saved_rows(lesson) == ["git init", "# refused: git commit -m 'a", "# refused: b", "git status"]
    session.close()


def test_start_again_and_a_moved_answer_are_undone_like_a_command(
    session: GitSession, quest: GitQuest, lesson: Path
) -> None:
    session.feed("git init")
    session.reset()
    session.replace("git status")
    session.reset()
    for want in (["git status"], [], ["git init"]):
        assert session.undo()
        assert session.commands == want
        assert saved_rows(lesson) == want
    session.undo()
    assert session.undo() is None


def test_what_was_replaced_can_be_had_back_after_a_restart(session: GitSession, quest: GitQuest, lesson: Path) -> None:
    for line in SOLUTION:
        session.feed(line)
    before = session.snapshot()
    session.close()
    moving = GitSession(quest, lesson)
    moving.replace("git status")
    moving.close()
    again = GitSession(quest, lesson)
    again.open()
    again.undo()
    undone = again.undo()
    assert undone is not None
    assert again.commands == SOLUTION
    assert again.snapshot() == before
    again.close()


def test_a_prompt_that_was_copied_along_is_left_away(session: GitSession) -> None:
    session.feed("$ git init")
    session.feed("cat > a.txt <<END")
    session.feed("$ 5")
    session.feed("END")
    assert session.commands == ["git init", "cat > a.txt <<END\n$ 5\nEND"]
    session.replace("$ git init\n$ git status\n")
    assert session.commands == ["git init", "git status"]


def test_a_folder_that_cannot_be_written_is_said_with_a_way_out(session: GitSession, lesson: Path) -> None:
    (lesson / "answers").write_text("a file in the way")
    with pytest.raises(AnswerError, match="could not be saved"):
        session.feed("git init")


STEPS = (
    "git init",
    "git add a.txt",
    "git commit --allow-empty -m more",
    "echo more >> a.txt",
    "git stash",
    "git switch -c side",
    "mkdir -p d && cd d",
    "echo 'not here' && bash",
    "rm -rf ../.git",
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.one_of(st.sampled_from(STEPS), st.just(None)), max_size=10))
def test_whatever_is_done_and_undone_the_state_is_that_of_a_replay(
    quest: GitQuest, lesson: Path, steps: list[str | None]
) -> None:
    (lesson / "answers" / "first-commit.txt").unlink(missing_ok=True)
    played, replayed = GitSession(quest, lesson), GitSession(quest, lesson)
    played.open()
    for step in steps:
        if step is None:
            played.undo()
        else:
            played.feed(step)
    replayed.open()
    assert replayed.commands == played.commands
    assert replayed.snapshot() == played.snapshot()
    played.close()
    replayed.close()
