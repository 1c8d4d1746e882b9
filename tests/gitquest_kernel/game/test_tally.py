"""What badges ask about is counted from the last record of each submission."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitquest_kernel.game import Condition, QuestFacts, Rulebook
from gitquest_kernel.game.tally import QuestTally, Tally, longest_streak
from tests.gitquest_kernel.game.records import RULEBOOK, record

MONDAY, TUESDAY, WEDNESDAY = (f"2026-03-0{day}T23:30:00Z" for day in (2, 3, 4))


def tally(*records: Any) -> QuestTally:
    return QuestTally.of(records, RULEBOOK)


def test_the_best_submission_counts() -> None:
    done = tally(record("init", 4, submission=MONDAY), record("init", 1, submission=TUESDAY))
    assert (done.xp, done.passed, done.perfect, done.attempts) == (40, True, True, 2)


def test_passing_what_failed_before_is_a_comeback_and_not_a_first_try() -> None:
    done = tally(record("init", 3, submission=TUESDAY), record("init", 1, submission=MONDAY))
    assert (done.comeback, done.first_try) == (True, False)


def test_failing_after_passing_is_no_comeback() -> None:
    done = tally(record("init", 3, submission=MONDAY), record("init", 1, submission=TUESDAY))
    assert (done.comeback, done.first_try) == (False, True)


def test_an_empty_answer_is_no_attempt() -> None:
    empty = record("init", 0, submission=MONDAY, outcome="not_attempted")
    done = tally(empty, record("init", 4, submission=TUESDAY))
    assert (done.attempts, done.first_try, done.comeback) == (1, True, False)


@pytest.mark.parametrize(
    ("points", "commands", "expected"), [(4, 2, True), (4, 3, False), (3, 2, False), (4, None, False)]
)
def test_par_needs_full_marks_in_no_more_commands(points: float, commands: int | None, expected: bool) -> None:
    assert tally(record("init", points, commands=commands)).par is expected


def test_no_account_of_hints_is_not_the_same_as_no_hints() -> None:
    assert tally(record("init", 4, hints=0)).no_hints
    assert not tally(record("init", 4, hints=1)).no_hints
    assert not tally(record("init", 4, hints=None)).no_hints


def test_an_answer_to_a_released_version_is_worth_what_that_version_was_worth() -> None:
    now, then = QuestFacts("git", "init", 10), QuestFacts("git", "init", 90)
    book = Rulebook({("git", "init"): now}, released={("git", "init", "sha256:old"): then})
    assert QuestTally.of([record("init", 2, digest="sha256:old")], book).xp == 45
    assert QuestTally.of([record("init", 2, digest="sha256:new")], book).xp == 5


def test_a_quest_that_no_course_has_any_more_earns_no_xp_and_stays_passed() -> None:
    done = tally(record("gone", 4))
    assert (done.xp, done.passed) == (0, True)


def test_a_chapter_is_passed_with_its_last_quest_and_a_course_with_its_last_chapter() -> None:
    quests = {("git", quest): tally(record(quest, 4)) for quest in ("init", "stage")}
    total = Tally.of(quests, RULEBOOK)
    assert (total.chapters, total.courses) == (1, 0)
    assert total.meets(Condition(chapter="introduction"))
    assert not total.meets(Condition(chapter="branches"))
    quests["git", "merge"] = tally(record("merge", 4))
    assert Tally.of(quests, RULEBOOK).courses == 1


def test_a_condition_with_several_keys_asks_for_all_of_them() -> None:
    total = Tally.of({("git", "init"): tally(record("init", 4))}, RULEBOOK)
    assert total.meets(Condition(passed=1, skill={"commit": 2}, quests=("init",)))
    assert not total.meets(Condition(passed=1, skill={"commit": 3}))
    assert not total.meets(Condition(passed=1, quests=("init", "stage")))


@given(st.sets(st.integers(0, 60)))
def test_the_longest_streak_is_the_longest_run_of_neighbouring_days(offsets: set[int]) -> None:
    days = [date(2026, 2, 1) + timedelta(days=offset) for offset in offsets]
    runs = "".join("x" if day in offsets else " " for day in range(61)).split()
    assert longest_streak([*days, None, *days]) == max(map(len, runs), default=0)
