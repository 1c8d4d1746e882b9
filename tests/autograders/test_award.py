"""From a real gradebook to rewards."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from autograders.award import Awarded, award
from autograders.hint_events import hints_used
from autograders.records import Records, records_url
from autograders.rewards_commands import award as command
from gitquest_kernel.errors import GradingError
from gitquest_kernel.game import RewardType, Standing, standings
from tests.autograders.classroom import ASSIGNMENT, COMMIT, HALF, RIGHT, Classroom

ALL_RIGHT = {"first-commit": RIGHT, "deep-seas": "select name from sea where depth > 3000", "what-head-is": "head: a"}


class Room(Classroom):
    """A classroom whose grades are awarded."""

    def __init__(self, classroom: Classroom) -> None:
        super().__init__(classroom.root)
        lesson = self.root / "courses" / "git" / "basics" / "01-start" / "lesson.md"
        lesson.write_text("---\ntitle: Start\nminutes: 10\n---\n# Start\n")
        self.url = records_url(self.root)

    def submit(self, student: str, answers: dict[str, str], day: int = 2, events: str | None = None) -> None:
        """Hand in on a day of March."""
        folder = self.hand_in(student, answers).parent
        (folder / "timestamp.txt").write_text(f"2026-03-{day:02} 10:00:00 UTC")
        if events is not None:
            (folder / "events.jsonl").write_text(events)

    def award(self, **options: Any) -> Awarded:
        """Award, and return what was found and done."""
        return award(self.root, self.url, **options)

    def standing(self, student: str) -> Standing:
        """Return where a student stands."""
        records = Records(self.url)
        return standings(records.rewards(), records.records())[student]

    def by_hand(self, student: str, quest: str, points: float) -> None:
        """Score a quest as an instructor does in formgrader."""
        with Gradebook(self.config.CourseDirectory.db_url) as gradebook:
            grade = gradebook.find_grade(f"{quest}-grade", ASSIGNMENT, ASSIGNMENT, student)
            grade.manual_score, grade.needs_manual_grade = points, False
            gradebook.db.commit()


@pytest.fixture
def room(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.delenv("GITQUEST_RECORDS", raising=False)
    return Room(classroom)


def test_graded_quests_become_records_and_xp(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.submit("bob", {"first-commit": HALF})
    room.grade()
    awarded = room.award()
    assert (len(awarded.records), awarded.regrades, awarded.problems, awarded.waiting) == (6, 0, (), ())
    assert (room.standing("ada").xp, room.standing("bob").xp) == (65, 20)
    records = {(r.student, r.quest): r for r in awarded.records}
    ada, bob = records["ada", "first-commit"], records["bob", "first-commit"]
    assert (ada.outcome, ada.commands, ada.points, ada.max_points) == ("passed", 4, 4.0, 4.0)
    assert (ada.course, ada.assignment, ada.submitted_at) == ("git", ASSIGNMENT, "2026-03-02T10:00:00.000000Z")
    assert ada.digest.startswith("sha256:")
    assert (bob.outcome, records["bob", "deep-seas"].outcome) == ("partial", "not_attempted")


def test_a_second_run_adds_nothing(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.grade()
    room.award()
    before = Records(room.url).records(), Records(room.url).rewards()
    again = room.award()
    assert (again.records, again.rewards, again.xp) == ((), (), 0)
    assert (Records(room.url).records(), Records(room.url).rewards()) == before


def test_a_gradebook_that_is_deleted_and_made_again_changes_nothing(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.submit("bob", {"first-commit": HALF})
    room.grade()
    room.award()
    before = Records(room.url).records(), Records(room.url).rewards()
    (room.root / "gradebook.db").unlink()
    shutil.rmtree(room.root / "autograded")
    room.grade()
    assert room.award().records == ()
    assert (Records(room.url).records(), Records(room.url).rewards()) == before


@pytest.mark.parametrize(("points", "xp"), [(4.0, 40), (1.0, 10)])
def test_a_manual_grade_moves_xp_up_or_down(room: Room, points: float, xp: int) -> None:
    room.submit("bob", {"first-commit": HALF})
    room.grade()
    room.award()
    room.by_hand("bob", "first-commit", points)
    awarded = room.award()
    assert (awarded.regrades, awarded.xp) == (1, xp - 20)
    assert room.standing("bob").xp == xp
    assert room.award().records == ()


def test_points_given_by_hand_outlive_the_gradebook(room: Room) -> None:
    room.submit("bob", {"first-commit": HALF})
    room.grade()
    room.by_hand("bob", "first-commit", 4.0)
    room.award()
    before = Records(room.url).records(), Records(room.url).rewards()
    (room.root / "gradebook.db").unlink()
    room.grade(force=True)
    again = room.award()
    assert (again.records, [record.quest for record in again.kept]) == ((), ["first-commit"])
    assert "Kept 1 grade given by hand that the gradebook no longer holds" in again.summary
    assert "--forget-manual" in again.summary
    assert (Records(room.url).records(), Records(room.url).rewards()) == before
    room.by_hand("bob", "first-commit", 4.0)
    assert (room.award().records, room.award().kept) == ((), ())


def test_points_given_by_hand_are_forgotten_on_request(room: Room) -> None:
    room.submit("bob", {"first-commit": HALF})
    room.grade()
    room.by_hand("bob", "first-commit", 4.0)
    room.award()
    (room.root / "gradebook.db").unlink()
    room.grade(force=True)
    result = CliRunner().invoke(command, ["--root", str(room.root), "--forget-manual", "--json"])
    assert {key: json.loads(result.stdout)[key] for key in ("regrades", "xp", "kept")} == {
        "regrades": 1,
        "xp": -20,
        "kept": [],
    }
    assert room.standing("bob").xp == 20


def test_a_late_penalty_costs_marks_and_no_xp(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.grade()
    with Gradebook(room.config.CourseDirectory.db_url) as gradebook:
        gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "ada").late_submission_penalty = 5.0
        gradebook.db.commit()
    room.award()
    assert room.standing("ada").xp == 65


def test_the_better_of_two_submissions_counts(room: Room) -> None:
    room.submit("ada", ALL_RIGHT, day=2)
    room.grade()
    room.award()
    room.submit("ada", {"first-commit": HALF, "what-head-is": "head: a"}, day=3)
    room.grade()
    assert (len(room.award().records), room.standing("ada").xp) == (3, 65)


def test_a_held_verdict_gives_nothing_until_the_instructor_decides(room: Room) -> None:
    lesson = room.root / "courses" / "git" / "basics" / "01-start"
    broken = (lesson / "first-commit.yaml").read_text()
    (lesson / "first-commit.yaml").write_text(broken + "\nmystery: 1\n")
    room.submit("ada", ALL_RIGHT)
    room.grade()
    (lesson / "first-commit.yaml").write_text(broken)
    awarded = room.award()
    assert awarded.waiting == ((ASSIGNMENT, "ada"),)
    assert {r.quest: r.outcome for r in awarded.records}["first-commit"] == "error_in_quest"
    assert room.standing("ada").xp == 25
    room.by_hand("ada", "first-commit", 4.0)
    assert (room.award().xp, room.standing("ada").xp) == (40, 65)


def test_a_held_regrade_takes_nothing_away(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.grade()
    room.award()
    (room.root / "courses" / "git" / "basics" / "01-start" / "first-commit.yaml").write_text("id: first-commit\n")
    room.grade(force=True)
    room.write_quest(COMMIT)
    assert {r.quest: r.outcome for r in room.award().records} == {"first-commit": "error_in_quest"}
    assert room.standing("ada").xp == 65


def test_an_answer_to_a_released_version_keeps_its_worth_when_the_course_changes(room: Room) -> None:
    room.freeze(room.write_quest(COMMIT))
    room.submit("ada", ALL_RIGHT)
    room.grade()
    room.award()
    room.write_quest({**COMMIT, "xp": 400})
    assert room.award().records == ()
    assert room.standing("ada").xp == 65


def test_a_notebook_that_cannot_be_read_is_reported_and_the_others_are_awarded(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.submit("bob", ALL_RIGHT)
    room.grade()
    path = room.root / "autograded" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.chmod(0o644)
    path.write_text('{"cells": [')
    result = CliRunner().invoke(command, ["--root", str(room.root)])
    assert result.exit_code == 1
    assert "not awarded: ada" in result.stderr
    assert str(path) in result.stderr
    assert "gitquest grade" in result.stderr
    assert room.standing("bob").xp == 65


def test_a_submission_that_was_never_scored_waits(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.grade()
    with Gradebook(room.config.CourseDirectory.db_url) as gradebook:
        gradebook.add_student("bob")
        gradebook.add_submission(ASSIGNMENT, "bob")
    awarded = room.award()
    assert (awarded.waiting, awarded.problems) == (((ASSIGNMENT, "bob"),), ())
    assert {record.student for record in awarded.records} == {"ada"}


def test_ordinary_assignments_and_cells_are_passed_over(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.grade()
    with Gradebook(room.config.CourseDirectory.db_url) as gradebook:
        gradebook.add_assignment("ps1")
        gradebook.add_notebook("problem1", "ps1")
        gradebook.add_grade_cell("first-commit-grade", "problem1", "ps1", cell_type="code", max_score=3)
        gradebook.add_submission("ps1", "ada")
        grade = gradebook.find_grade("first-commit-grade", "problem1", "ps1", "ada")
        grade.auto_score = 3.0
        gradebook.db.commit()
    assert {record.assignment for record in room.award().records} == {ASSIGNMENT}


def test_rewards_rebuilt_from_zero_are_the_same(room: Room) -> None:
    room.submit("bob", {"first-commit": HALF})
    room.grade()
    room.award()
    room.by_hand("bob", "first-commit", 4.0)
    room.award()
    before = Records(room.url).rewards()
    assert {RewardType.XP_GRANTED, RewardType.XP_ADJUSTED} <= {reward.type for reward in before}
    rebuilt = room.award(rebuild=True)
    assert Records(room.url).rewards() == before
    assert f"Made {len(before)} rewards anew" in rebuilt.summary


def test_hints_are_counted_from_the_events_that_were_handed_in(room: Room) -> None:
    events = [_event("e1", "first-commit", "quest_started"), _event("e2", "deep-seas", "hint_shown", number=1)]
    room.submit("ada", ALL_RIGHT, events="\n".join(map(json.dumps, events)))
    room.grade()
    assert {r.quest: r.hints for r in room.award().records} == {
        "first-commit": 0,
        "deep-seas": 1,
        "what-head-is": None,
    }


def test_events_that_are_garbage_or_stand_twice_are_passed_over(tmp_path: Path) -> None:
    hint = _event("e1", "init", "hint_shown", number=1)
    lines = ["", "}{", "null", "[1]", '{"id": 3}', "[" * 100_000, '{"id": "x", "quest": ["init"]}']
    lines += [json.dumps(e) for e in (hint, hint, hint | {"id": "e2"}, hint | {"id": "e3", "data": {"number": 2}})]
    lines += [json.dumps(hint | {"id": "e4", "data": "?"}), '{"id": "e5", "quest": "init", "type": "hint_sho']
    (tmp_path / "events.jsonl").write_bytes("\n".join(lines).encode() + b"\n\xff\xfe\n")
    assert hints_used(tmp_path) == {"init": 3}


def test_no_events_are_no_account_of_hints(tmp_path: Path) -> None:
    assert hints_used(tmp_path) == {}
    (tmp_path / "other").write_text(json.dumps(_event("e1", "init", "quest_started")))
    (tmp_path / "events.jsonl").symlink_to(tmp_path / "other")
    assert hints_used(tmp_path) == {}


def test_a_root_without_a_gradebook_is_told_so_and_gets_none(room: Room) -> None:
    (room.root / "gradebook.db").unlink()
    with pytest.raises(GradingError, match="no gradebook yet"):
        room.award()
    assert not (room.root / "gradebook.db").exists()
    assert not (room.root / "records.db").exists()


def test_the_command_sums_up_for_readers_and_for_scripts(room: Room) -> None:
    room.submit("ada", ALL_RIGHT)
    room.grade()
    result = CliRunner().invoke(command, ["--root", str(room.root), "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "records": 3,
        "regrades": 0,
        "students": ["ada"],
        "xp": 65,
        "badges": 3,
        "kept": [],
        "rebuilt": None,
        "waiting": [],
        "problems": [],
    }
    again = CliRunner().invoke(command, ["--root", str(room.root)])
    assert again.stdout == "Nothing new: every graded quest is on record.\n"


def _event(name: str, quest: str, kind: str, **data: Any) -> dict[str, Any]:
    return {"id": name, "ts": "2026-03-01T10:00:00.000Z", "course": "git", "quest": quest, "type": kind, "data": data}
