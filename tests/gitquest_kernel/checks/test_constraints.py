"""Constructs are found where they are used, not where they are only named."""

from __future__ import annotations

import pytest

from gitquest_kernel.checks.constraints import uses
from gitquest_kernel.errors import CourseError


@pytest.mark.parametrize(
    ("query", "construct", "used"),
    [
        ("select * from a join b using (id)", "join", True),
        ("select * from a, b", "join", True),
        ("select 'join' from a -- join", "join", False),
        ("select * from a limit 3", "limit", True),
        ("select sum(x) over () from a", "window", True),
        ("select sum(x) from a", "window", False),
        ("select * from (select 1)", "subquery", True),
        ("with a as (select 1) select * from a", "cte", True),
        ("from a select x having count(*) > 1", "having", True),
    ],
)
def test_a_construct_is_found(query: str, construct: str, used: bool) -> None:
    assert uses(query, construct) is used


def test_a_query_that_only_duckdb_reads_is_searched_for_the_word() -> None:
    assert uses("select * from a positional ]] join b limit 3", "limit")
    assert not uses("select 'limit' from a ]] b", "limit")


def test_an_unknown_construct_is_the_authors_mistake() -> None:
    with pytest.raises(CourseError, match="'jion' is not a construct"):
        uses("select 1", "jion")
