"""The arithmetic of the game is exact."""

from fractions import Fraction
from math import isqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitquest_kernel.checks import Outcome
from gitquest_kernel.game.rules import HELD, level, passed, share, xp_for_level, xp_of

points = st.decimals(min_value=0, max_value=1000, places=3).map(float)
max_points = st.decimals(min_value="0.001", max_value=1000, places=3).map(float)
quest_xp = st.integers(0, 100_000)


@pytest.mark.parametrize(
    ("points", "max_points", "expected"),
    [
        (0.7, 1, True),
        (2.1, 3, True),
        (0.69999, 1, False),
        (2.8, 4, True),
        (2.7999999, 4, False),
        (0, 1, False),
    ],
)
def test_seventy_percent_passes_exactly(points: float, max_points: float, expected: bool) -> None:
    assert passed(points, max_points) is expected


def test_a_decimal_that_binary_cannot_hold_does_not_lose_an_xp() -> None:
    """0.29 * 100 is 28.999… in floating point."""
    assert xp_of(100, 0.29, 1) == 29


@given(quest_xp, points, max_points)
def test_xp_are_the_floor_of_the_exact_share(xp: int, points: float, max_points: float) -> None:
    exact = min(Fraction(str(points)) / Fraction(str(max_points)), Fraction(1)) * xp
    assert xp_of(xp, points, max_points) <= exact < xp_of(xp, points, max_points) + 1


@given(quest_xp, points, points, max_points)
def test_more_points_never_give_fewer_xp(xp: int, a: float, b: float, max_points: float) -> None:
    assert xp_of(xp, min(a, b), max_points) <= xp_of(xp, max(a, b), max_points) <= xp


def test_extra_credit_is_not_worth_more_than_the_quest_and_a_penalty_not_less_than_nothing() -> None:
    assert xp_of(40, 6, 4) == 40
    assert xp_of(40, -1, 4) == 0


@pytest.mark.parametrize("max_points", [0, -1])
def test_a_quest_without_points_has_no_share(max_points: float) -> None:
    with pytest.raises(ValueError, match="nothing to earn"):
        share(1, max_points)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_points_that_are_not_a_number_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"nan|inf"):
        share(value, 4)


@given(st.integers(0, 10**9))
def test_a_level_begins_exactly_where_it_says(xp: int) -> None:
    assert level(xp) == isqrt(xp // 100) + 1
    assert xp_for_level(level(xp)) <= xp < xp_for_level(level(xp) + 1)


def test_the_held_outcomes_are_those_that_verdicts_call_held() -> None:
    assert {outcome.value for outcome in Outcome} >= HELD
    assert {outcome.value for outcome in Outcome if outcome.held} == HELD
