"""What students read above their marks."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from autograders import rewards_commands
from autograders.feedback import rewards_html
from autograders.rewards_commands import feedback as command
from gitquest_kernel.errors import GradingError
from gitquest_kernel.game import Badge, Condition, QuestFacts, Record, Rulebook, rewards, standings
from tests.autograders.classroom import ASSIGNMENT, HALF, RIGHT, Classroom
from tests.autograders.test_award import ALL_RIGHT, Room
from tests.gitquest_kernel.game.records import RULEBOOK, record

FRIDAY = "2026-03-06T08:00:00.000Z"


@pytest.fixture
def room(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.delenv("GITQUEST_RECORDS", raising=False)
    return Room(classroom)


def page(room: Room, student: str) -> str:
    """Write the feedback and return the student's page as text, without scripts, styles and tags."""
    result = CliRunner().invoke(command, ["--root", str(room.root)])
    assert result.exit_code == 0, result.output
    html = (room.root / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
    body = html[html.index("<body") :]
    return re.sub(r"\s+", " ", re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", body, flags=re.S))


def shown(*records: Record, book: Rulebook = RULEBOOK, submission: str | None = None) -> str:
    told = rewards(records, book)
    this = [r for r in records if submission in (None, r.submission)]
    earned = [reward for reward in told if reward.correlation_id in {r.id for r in this}]
    return rewards_html(standings(told, records)["ada"], earned, this)


def test_a_student_reads_level_xp_badges_and_what_the_submission_earned(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.grade()
    room.award()
    text = page(room, "ada")
    assert "Level 1 · 65 XP · 3 quests passed" in text
    assert "35 XP to level 2" in text
    assert "This submission earned: +40 XP: The first commit" in text
    assert "🌱 It's Alive: You pass your first quest." in text
    assert text.index("Level 1") < text.index("Hello")


def test_the_table_of_contents_names_the_quests(room: Room) -> None:
    quest = room.root / "source" / ASSIGNMENT / "quests" / "first-commit.json"
    quest.write_text(json.dumps({"title": "The <first> commit"}))
    room.submit("ada", ALL_RIGHT)
    room.grade()
    text = page(room, "ada")
    assert "The &lt;first&gt; commit (Score: 4.0 / 4.0)" in text
    assert "deep-seas (Score: 2.0 / 2.0)" in text
    assert "Test cell" not in text


def test_the_rewards_of_others_are_not_on_the_page(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.submit("bob", {"first-commit": HALF})
    room.grade()
    room.award()
    assert "Level 1 · 20 XP · 0 quests passed" in page(room, "bob")


def test_a_resubmission_tells_what_it_added_and_not_what_was_there(room: Room) -> None:
    room.submit("ada", {"first-commit": RIGHT}, day=2)
    room.grade()
    room.award()
    room.submit("ada", {"first-commit": RIGHT, "what-head-is": "head: a"}, day=3)
    room.grade()
    room.award()
    text = page(room, "ada")
    assert "45 XP" in text
    assert "This submission earned: +5 XP: What HEAD is" in text
    assert "+40 XP" not in text


def test_feedback_before_any_award_is_as_nbgrader_makes_it(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.grade()
    text = page(room, "ada")
    assert "Hello" in text
    assert "XP" not in text
    assert not (room.root / "records.db").exists()


def test_feedback_writes_nothing_into_the_records(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.grade()
    room.award()
    before = (room.root / "records.db").read_bytes()
    page(room, "ada")
    assert (room.root / "records.db").read_bytes() == before


def test_a_submission_that_cannot_be_rendered_is_named_and_the_others_are_written(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.submit("bob", ALL_RIGHT)
    room.grade()
    room.award()
    path = room.root / "autograded" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.chmod(0o644)
    path.write_text('{"cells": [')
    result = CliRunner().invoke(command, ["--root", str(room.root), "--json", ASSIGNMENT])
    assert result.exit_code == 1
    assert "no feedback: ada" in result.stderr
    assert [(row["student"], row["error"] is None) for row in json.loads(result.stdout)] == [
        ("ada", False),
        ("bob", True),
    ]
    assert (room.root / "feedback" / "bob" / ASSIGNMENT / f"{ASSIGNMENT}.html").is_file()


def test_a_submission_that_the_gradebook_lacks_is_to_be_graded_first(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.submit("bob", ALL_RIGHT)
    room.grade()
    with Gradebook(room.config.CourseDirectory.db_url) as gradebook:
        gradebook.remove_submission(ASSIGNMENT, "ada")
    result = CliRunner().invoke(command, ["--root", str(room.root)])
    assert result.exit_code == 1
    assert "Feedback on 1 submissions" in result.stdout
    assert f"no feedback: ada, {ASSIGNMENT}: the gradebook does not hold this submission" in result.stderr
    assert f"gitquest grade {ASSIGNMENT} --student ada --force" in result.stderr
    room.grade(force=True)
    assert "Hello" in page(room, "ada")


def test_a_gradebook_that_was_made_anew_and_is_empty_says_so_of_each_submission(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.grade()
    (room.root / "gradebook.db").unlink()
    with Gradebook(room.config.CourseDirectory.db_url):
        pass
    result = CliRunner().invoke(command, ["--root", str(room.root)])
    assert result.exit_code == 1
    assert "MissingEntry" not in result.stderr
    assert "Grade it first: gitquest grade" in result.stderr


def test_without_a_gradebook_there_is_no_feedback_and_still_no_gradebook(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.grade()
    (room.root / "gradebook.db").unlink()
    result = CliRunner().invoke(command, ["--root", str(room.root)])
    assert isinstance(result.exception, GradingError)
    assert "gitquest grade" in str(result.exception)
    assert not (room.root / "gradebook.db").exists()


def test_with_nothing_graded_there_is_no_feedback(room: Room) -> None:
    result = CliRunner().invoke(command, ["--root", str(room.root)])
    assert isinstance(result.exception, GradingError)
    assert "Grade it first with: gitquest grade" in str(result.exception)


def test_an_assignment_of_which_nothing_is_graded_is_an_error(room: Room) -> None:
    result = CliRunner().invoke(command, ["--root", str(room.root), "git-99-unknown"])
    assert isinstance(result.exception, GradingError)
    assert "git-99-unknown" in str(result.exception)


def test_a_regrade_is_told_as_one_sum() -> None:
    html = shown(record("init", 2), record("init", 4, revision=1, judged_at=FRIDAY))
    assert "<li>+40 XP: Begin</li>" in html
    assert html.count("XP: Begin") == 1


def test_a_badge_won_and_lost_in_one_submission_is_not_spoken_of() -> None:
    html = shown(record("init", 4), record("init", 1, revision=1, judged_at=FRIDAY))
    assert "It&#x27;s Alive" not in html


def test_a_quest_that_is_held_waits_for_the_instructor() -> None:
    html = shown(record("init", 4), record("merge", 0, outcome="tampered"))
    assert "Waiting for your instructor, and counted afterwards:</p><ul><li>merge</li>" in html


def test_a_quest_that_was_unlocked_and_passed_at_once_is_not_news() -> None:
    html = shown(record("init", 4), record("stage", 4))
    assert "unlocked: Stage" not in html
    assert "<li>unlocked: Merge</li>" in html


def test_a_level_and_an_unlocked_quest_are_told() -> None:
    html = shown(record("merge", 4), record("init", 4))
    assert "<li>level 2</li>" in html
    assert "<li>unlocked: Stage</li>" in html


def test_a_submission_that_is_not_on_record_yet_shows_the_standing_only() -> None:
    html = shown(record("init", 4), submission="2026-04-01T00:00:00Z")
    assert "40 XP" in html
    assert "This submission" not in html


def test_a_badge_by_the_students_own_account_says_so() -> None:
    own = Badge(id="u", title="Unaided", description="No hint.", condition=Condition(no_hints=1))
    book = Rulebook({("git", "init"): QuestFacts("git", "init", 40)}, (own,))
    assert "Unaided: No hint. (by your own account)" in shown(record("init", 4, hints=0), book=book)


def test_titles_are_text_and_stay_in_one_block() -> None:
    """A blank line would end the HTML block, and the rest would be read as Markdown."""
    hostile = "<script>alert(1)</script>\n\n# Big"
    book = Rulebook({("git", "init"): QuestFacts("git", "init", 40, hostile)})
    html = shown(record("init", 4), book=book)
    assert "<script>" not in html
    assert "\n" not in html


def test_the_help_of_each_command_has_an_example() -> None:
    for name in rewards_commands.__all__:
        result = CliRunner().invoke(getattr(rewards_commands, name), ["--help"])
        assert f"gitquest {name}" in result.stdout
