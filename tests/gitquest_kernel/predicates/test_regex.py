"""An author's regular expression can neither be wrong nor take for ever."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from gitquest_kernel.predicates import Predicate
from gitquest_kernel.predicates.regex import LONGEST, search


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|b)*c", "((ab)*)*", "(x{2,}y?)+", "(?:[ab]+,)*", "(a", "*"])
def test_a_pattern_that_may_take_exponential_time_or_is_wrong_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError, match=r"repeat|regular expression"):
        Predicate.model_validate({"commit": {"subject_matches": pattern}})


@pytest.mark.parametrize(
    "pattern", [r"[^\s].{4,}", "^(fix|feat): .+$", "(ab)+c", r"\(a+\)+", "[(a+)]+", "a{3}b*", "[]|+]*"]
)
def test_other_patterns_are_taken(pattern: str) -> None:
    Predicate.model_validate({"commit": {"subject_matches": pattern}})


def test_only_the_beginning_of_a_long_text_is_searched() -> None:
    assert search("b", "a" * (LONGEST - 1) + "b")
    assert not search("b", "a" * LONGEST + "b")
