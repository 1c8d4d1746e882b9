"""Results are compared as typed bags, and what differs is said in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitquest_kernel.checks.rows import Difference, Policy, difference
from gitquest_kernel.quest.sql import Table


def table(*rows: tuple[Any, ...], columns: str = "name pay") -> Table:
    names = tuple(columns.split())
    return Table(columns=names, types=("",) * len(names), rows=rows)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=3),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(lambda value: {"decimal": str(value)}),
    st.dates().map(lambda day: {"date": str(day)}),
    st.just({"double": "nan"}),
    st.lists(st.integers(), max_size=2),
)
ROWS = st.lists(st.tuples(VALUES, VALUES), max_size=8)
SAME = Difference()


@given(ROWS)
def test_a_result_equals_itself(rows: list[tuple[Any, ...]]) -> None:
    assert difference(table(*rows), table(*rows), Policy(ordered=True)) == SAME


@given(ROWS, st.randoms())
def test_order_is_free_unless_it_counts(rows: list[tuple[Any, ...]], random: Any) -> None:
    shuffled = random.sample(rows, len(rows))
    assert difference(table(*rows), table(*shuffled), Policy()) == SAME


@given(ROWS.filter(bool), st.data())
def test_a_row_more_or_less_is_noticed_even_when_it_stands_there_already(
    rows: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    again = data.draw(st.sampled_from(rows))
    assert difference(table(*rows), table(*rows, again), Policy()).rows
    assert difference(table(*rows, again), table(*rows), Policy()).rows


@given(st.lists(st.tuples(st.integers(), st.text(max_size=2)), min_size=1, max_size=6), st.data())
def test_one_changed_cell_is_noticed(rows: list[tuple[Any, ...]], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    number, text = rows[place]
    for changed in ((number + 1, text), (number, text + "x"), (None, text), (str(number), text), (number, None)):
        wrong = [*rows[:place], changed, *rows[place + 1 :]]
        assert difference(table(*rows), table(*wrong), Policy()).rows


@given(st.lists(st.integers(-(10**8), 10**8), max_size=20), st.randoms())
def test_numbers_within_the_tolerance_are_equal(thousandths: list[int], random: Any) -> None:
    right = [(number / 1000, "x") for number in thousandths]
    near = [(number / 1000 * (1 + 1e-12), "x") for number in random.sample(thousandths, len(thousandths))]
    assert difference(table(*right), table(*near), Policy()) == SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (3, 3.0),
        (3, {"decimal": "3.00"}),
        (0.1, {"decimal": "0.1"}),
        (0.3, 0.1 + 0.2),
        (None, None),
        ({"double": "nan"}, {"double": "nan"}),
        ({"double": "inf"}, {"double": "inf"}),
        (10**40, 10**40),
        ([1, {"decimal": "2.0"}], [1.0, 2]),
        ({"struct": [["a", 0.3]]}, {"struct": [["a", 0.1 + 0.2]]}),
    ],
)
def test_equal_values(one: Any, other: Any) -> None:
    assert difference(table(("x", one)), table(("x", other)), Policy()) == SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (3, "3"),
        (1, True),
        (0, None),
        (0, False),
        ("", None),
        ("NULL", None),
        (3, 4),
        (10**40, 10**40 + 1),
        (1.0, 1.001),
        ({"double": "nan"}, None),
        ({"double": "nan"}, 0.0),
        ({"double": "inf"}, 1e308),
        ({"date": "2024-03-01"}, "2024-03-01"),
        ({"date": "2024-03-01"}, {"timestamp": "2024-03-01 00:00:00"}),
        ([1, 2], [2, 1]),
        ("a", "A"),
        ("a", "a "),
        ({"struct": [["a", 1]]}, {"struct": [["b", 1]]}),
    ],
)
def test_different_values(one: Any, other: Any) -> None:
    assert difference(table(("x", one)), table(("x", other)), Policy()).rows
    assert difference(table(("x", other)), table(("x", one)), Policy()).rows


def test_close_numbers_are_paired_whatever_else_the_rows_hold() -> None:
    right = table((1.0, 5), (1.0000000001, 7))
    found = table((1.0, 7), (1.0000000001, 5))
    assert difference(right, found, Policy()) == SAME


RIGHT = table(("Ada", 3), ("Bo", 5), ("Bo", 5))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (table(("Ada", 3), ("Bo", 5)), "(Bo, 5) stands once, expected 2 times"),
        (table(), "your query returns no rows, expected 3"),
        (table(("Cy", 1), ("Bo", 5), ("Bo", 5)), "1 row is missing: (Ada, 3). 1 row should not be there: (Cy, 1)."),
        (table(("Cy", 1), ("Di", 1), ("Ada", 3)), "2 rows are missing, such as (Bo, 5)."),
        (table(("Ada", "3"), ("Bo", "5")), "column 2 (pay) holds text, expected numbers"),
        (table(("Ada",), columns="name"), "your query returns 1 column (name), the task asks for 2 (name, pay)"),
    ],
)
def test_what_is_wrong_with_the_rows_is_told(found: Table, words: str) -> None:
    assert words in difference(RIGHT, found, Policy()).rows


def test_a_long_value_is_cut_in_the_telling() -> None:
    told = difference(table(("x" * 500, 1)), table(("y", 1)), Policy()).rows
    assert "x" * 59 + "…" in told
    assert "x" * 60 not in told


def test_wrong_names_are_told_and_their_case_is_free() -> None:
    found = table(*RIGHT.rows, columns="NAME total")
    assert difference(RIGHT, found, Policy()).columns == "column 2 is called total, expected pay"
    assert difference(RIGHT, found, Policy(column_names="ignore")) == SAME


def test_columns_in_another_order_are_a_finding_about_columns_alone() -> None:
    found = table((3, "Ada"), (5, "Bo"), (5, "Bo"), columns="pay name")
    told = difference(RIGHT, found, Policy())
    assert told.rows == ""
    assert told.columns == "column 1 is called pay, expected name; column 2 is called name, expected pay"
    assert difference(RIGHT, found, Policy(column_names="ignore")).rows


def test_order_is_told_from_the_first_row_that_differs() -> None:
    found = table(("Bo", 5), ("Ada", 3), ("Bo", 5))
    told = difference(RIGHT, found, Policy(ordered=True))
    assert told == Difference(order="the order differs from row 1: it is (Bo, 5), expected (Ada, 3)")


def test_rows_that_are_equal_in_the_ordered_columns_may_swap() -> None:
    right = table(("Ada", 5), ("Bo", 5), ("Cy", 3))
    policy = Policy(ordered=("pay",))
    assert difference(right, table(("Bo", 5), ("Ada", 5), ("Cy", 3)), policy) == SAME
    assert difference(right, table(("Cy", 3), ("Ada", 5), ("Bo", 5)), policy).order
