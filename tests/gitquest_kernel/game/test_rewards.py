"""Rewards follow from records alone, whatever order they come in."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitquest_kernel.game import (
    Badge,
    Condition,
    Record,
    RewardType,
    Rulebook,
    Standing,
    latest,
    rewards,
    standings,
)
from gitquest_kernel.game.rules import HELD, level, xp_of
from tests.gitquest_kernel.game.records import RULEBOOK, record

MONDAY, TUESDAY = "2026-03-02T10:00:00Z", "2026-03-03T10:00:00Z"
FRIDAY = "2026-03-06T08:00:00.000Z"


def told(*records: Record, book: Rulebook = RULEBOOK) -> list[tuple[str, int]]:
    return [(str(reward.type), reward.amount) for reward in rewards(records, book)]


def standing(*records: Record, book: Rulebook = RULEBOOK) -> Standing:
    return standings(rewards(records, book), records).get("ada", Standing("ada"))


FIRST = [("XPGranted", 40), ("SkillPointsGranted", 2), ("BadgeAwarded", 1), ("ChallengeUnlocked", 1)]


def test_a_passed_quest_grants_xp_skill_points_the_first_badge_and_the_next_quest() -> None:
    assert told(record("init", 4)) == FIRST


def test_each_reward_names_the_record_that_caused_it() -> None:
    assert {reward.correlation_id for reward in rewards([record("init", 4)], RULEBOOK)} == {record("init", 4).id}


@pytest.mark.parametrize(("points", "change"), [(4, 20), (1, -10)])
def test_a_regrade_moves_xp_up_or_down_without_counting_twice(points: float, change: int) -> None:
    first = record("init", 2)
    again = record("init", points, revision=1, judged_at=FRIDAY)
    assert ("XPAdjusted", change) in told(first, again)
    assert standing(first, again).xp == 20 + change == standing(again).xp


def test_a_regrade_below_the_pass_mark_takes_the_badge_and_the_skill_points_back() -> None:
    first, again = record("init", 4), record("init", 2, revision=1, judged_at=FRIDAY)
    assert told(first, again)[len(FIRST) :] == [
        ("XPAdjusted", -20),
        ("SkillPointsGranted", -2),
        ("BadgeRevoked", -1),
    ]
    assert standing(first, again).badges == ()


def test_a_worse_second_submission_takes_nothing_away_and_a_better_one_adds_the_difference() -> None:
    first = record("init", 3, submission=MONDAY)
    assert told(first, record("init", 1, submission=TUESDAY, judged_at=FRIDAY)) == told(first)
    better = record("init", 4, submission=TUESDAY, judged_at=FRIDAY)
    assert told(first, better)[len(FIRST) :] == [("XPGranted", 10)]


@pytest.mark.parametrize("outcome", sorted(HELD))
def test_a_held_outcome_gives_nothing_and_takes_nothing_away(outcome: str) -> None:
    held = record("init", 0, outcome=outcome, revision=1, judged_at=FRIDAY)
    assert told(held) == []
    assert told(record("init", 4), held) == told(record("init", 4))


def test_a_level_is_reached_once_even_when_a_regrade_takes_it_away_in_between() -> None:
    low = record("merge", 1, revision=1, judged_at=FRIDAY)
    high = record("merge", 4, revision=2, judged_at="2026-03-07T08:00:00.000Z")
    levels = [reward for reward in told(record("merge", 4), low, high) if reward[0] == "LevelReached"]
    assert levels == [("LevelReached", 2)]
    assert standing(record("merge", 4), low).level == 1


def test_a_leap_over_two_levels_tells_of_both() -> None:
    book = Rulebook({("git", "init"): replace(RULEBOOK.quests["git", "init"], xp=450)})
    assert [amount for kind, amount in told(record("init", 4), book=book) if kind == "LevelReached"] == [2, 3]


def test_a_quest_is_unlocked_when_the_last_of_its_prerequisites_is_passed() -> None:
    records = [record("init", 4), record("stage", 2), record("stage", 4, revision=1, judged_at=FRIDAY)]
    unlocked = [r for r in rewards(records, RULEBOOK) if r.type is RewardType.CHALLENGE_UNLOCKED]
    assert [(r.quest, r.correlation_id) for r in unlocked] == [
        ("stage", records[1].id),
        ("merge", records[2].id),
    ]


def test_a_badge_of_a_course_looks_at_that_course_alone() -> None:
    own = Badge(id="first", title="First", description="…", condition=Condition(passed=1))
    book = replace(RULEBOOK, badges=(), course_badges={"sql": (own,)})
    assert standing(record("init", 4), book=book).badges == ()
    assert [b.id for b in standing(record("select", 4, course="sql"), book=book).badges] == ["first"]


def test_a_badge_of_a_course_may_have_the_id_of_a_built_in_one() -> None:
    own = Badge(id="first-blood", title="Own", description="…", condition=Condition(passed=1))
    book = replace(RULEBOOK, course_badges={"git": (own,)})
    assert [b.title for b in standing(record("init", 4), book=book).badges] == ["It's Alive", "Own"]


def test_a_badge_revoked_by_another_course_leaves_the_sums_of_each_course_right() -> None:
    book = replace(RULEBOOK, badges=(Badge(id="b", title="B", description="…", condition=Condition(xp=130)),))
    records = [
        record("init", 4),
        record("select", 4, course="sql", judged_at=FRIDAY),
        record("init", 0, revision=1, judged_at="2026-03-07T08:00:00.000Z"),
    ]
    net = Counter[str]()
    for reward in rewards(records, book):
        net[reward.course] += reward.amount if reward.type.startswith("Badge") else 0
    assert set(net.values()) == {0}


def test_a_student_whose_work_earned_nothing_has_a_standing() -> None:
    assert standing(record("init", 0)) == Standing("ada")


def test_progress_runs_from_one_level_to_the_next() -> None:
    here = Standing("ada", xp=250)
    assert (here.level, here.xp_to_next, here.progress) == (2, 150, 0.5)


submissions = st.sampled_from(["", MONDAY, TUESDAY, "2026-03-04T10:00:00Z"])
outcomes = st.sampled_from(["judged", "judged", "judged", "not_attempted", *sorted(HELD)])


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    """A class's records: each submission graded and regraded, as award runs would have written it."""
    written: list[Record] = []
    for _ in range(draw(st.integers(0, 25))):
        course, quest = draw(st.sampled_from([*RULEBOOK.quests, ("git", "gone")]))
        points, outcome = draw(st.integers(0, 8)) / 2, draw(outcomes)
        changes = {
            "course": course,
            "student": draw(st.sampled_from(["ada", "bob"])),
            "submission": draw(submissions),
            "commands": draw(st.sampled_from([None, 1, 5])),
            "hints": draw(st.sampled_from([None, 0, 1])),
            "judged_at": f"2026-04-{1 + len(written):02}T00:00:00.000Z",
        }
        if outcome != "judged":
            points, changes["outcome"] = 0, outcome
        same = (changes["student"], course, quest, changes["submission"])
        changes["revision"] = sum((r.student, *r.key, r.submission) == same for r in written)
        written.append(record(quest, min(points, 4), **changes))
    return written


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_order_and_copies_of_records_make_no_difference(history: list[Record], chance: st.Random) -> None:
    mixed = history + chance.choices(history, k=len(history)) if history else []
    chance.shuffle(mixed)
    assert rewards(mixed, RULEBOOK) == rewards(history, RULEBOOK)


@given(histories())
@settings(max_examples=300)
def test_the_standing_depends_only_on_the_last_record_of_each_submission(history: list[Record]) -> None:
    last = list(latest(history).values())

    def final(records: list[Record]) -> list[tuple[object, ...]]:
        found = standings(rewards(records, RULEBOOK), records).values()
        return [(s.student, s.xp, {b.id for b in s.badges}, s.skills, s.quests_passed) for s in found]

    assert final(history) == final(last)


@given(histories())
@settings(max_examples=300)
def test_xp_are_the_best_submission_of_each_quest_and_nothing_else(history: list[Record]) -> None:
    best: dict[tuple[str, str, str], int] = {}
    for (student, course, quest, _), last in latest(history).items():
        facts = RULEBOOK.quests.get((course, quest))
        xp = xp_of(facts.xp, last.points, last.max_points) if facts else 0
        best[student, course, quest] = max(best.get((student, course, quest), 0), xp)
    for name, found in standings(rewards(history, RULEBOOK), history).items():
        assert found.xp == sum(xp for (student, *_), xp in best.items() if student == name)
        assert found.level == level(found.xp)


@given(histories())
@settings(max_examples=200)
def test_no_two_rewards_share_an_idempotency_key(history: list[Record]) -> None:
    keys = [reward.idempotency_key for reward in rewards(history, RULEBOOK)]
    assert len(keys) == len(set(keys))
