"""Badges are data that is checked when it is read."""

from dataclasses import fields

import pytest
from pydantic import ValidationError

from gitquest_kernel.game.badges import Badge, Condition, built_in_badges
from gitquest_kernel.game.tally import Tally

NOT_COUNTS = {"skill", "quests", "chapter"}


def test_there_are_at_least_a_dozen_built_in_badges_and_their_ids_and_titles_are_unique() -> None:
    badges = built_in_badges()
    assert len(badges) >= 12
    assert len({badge.id for badge in badges}) == len({badge.title for badge in badges}) == len(badges)


def test_the_built_in_badges_ask_for_every_kind_of_thing_that_the_game_promises() -> None:
    asked = {key for badge in built_in_badges() for key in badge.condition.model_dump(exclude_none=True)}
    assert asked >= {
        "xp",
        "passed",
        "days_in_a_row",
        "chapters",
        "no_hints",
        "par",
        "perfect",
        "comeback",
        "skill",
    }


def test_no_built_in_badge_is_held_by_someone_who_has_done_nothing() -> None:
    assert not [badge.id for badge in built_in_badges() if Tally().meets(badge.condition)]


def test_every_count_that_a_condition_can_ask_for_is_counted() -> None:
    counted = {field.name for field in fields(Tally)} | {"level", "chapters"}
    assert set(Condition.model_fields) - NOT_COUNTS <= counted


def test_only_a_badge_that_rests_on_events_is_provisional() -> None:
    assert [badge.id for badge in built_in_badges() if badge.provisional] == ["unaided"]


@pytest.mark.parametrize(
    "condition",
    [{}, {"xp": 0}, {"xp": -5}, {"golds": 1}, {"skill": {}}, {"quests": []}, {"skill": {"commit": 0}}],
    ids=str,
)
def test_a_condition_that_asks_for_nothing_or_for_something_unknown_is_refused(
    condition: dict[str, object],
) -> None:
    with pytest.raises(ValidationError):
        Badge.model_validate({"id": "x", "title": "X", "description": "x", "condition": condition})


def test_an_empty_condition_is_answered_with_what_it_may_ask_for() -> None:
    with pytest.raises(ValidationError, match="days_in_a_row"):
        Condition.model_validate({})
