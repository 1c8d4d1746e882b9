"""How two results differ, in words.

Rows are compared as a bag: each row must stand as often as it should, in any order. Order and column names
are findings of their own. Cells are equal as `gitquest_kernel.checks.cells` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from gitquest_kernel.checks.bag import Row, unmatched
from gitquest_kernel.checks.cells import cell, close, kind
from gitquest_kernel.duck import printed
from gitquest_kernel.quest.sql import Table

__all__ = ["Difference", "Policy", "difference"]

_NAMED = 12
"""How many columns a message names."""


@dataclass(frozen=True)
class Policy:
    """What counts when two results are compared.

    Parameters
    ----------
    ordered
        Whether rows must stand in the same order; or the expected columns whose order counts, ties being
        free.
    column_names
        ``exact``: names count, in any case of letters. ``ignore``: columns are matched by position alone.
    tolerance
        How far a number that is not an integer may be off, relative to the larger of 1 and the number.
    subject
        What returned the rows, in the words of the findings.
    """

    ordered: bool | tuple[str, ...] = False
    column_names: Literal["exact", "ignore"] = "exact"
    tolerance: float = 1e-9
    subject: str = "your query"


@dataclass(frozen=True)
class Difference:
    """What is wrong with a result's rows, columns and order; each empty when nothing is.

    Columns and order are only worth a look when the rows are right.
    """

    rows: str = ""
    columns: str = ""
    order: str = ""


def difference(expected: Table, found: Table, policy: Policy) -> Difference:
    """Compare a result with the expected one.

    Columns that only stand in another order are put in order before their rows are compared, when names
    count.

    Examples
    --------
    >>> right = Table(columns=("n",), types=("INTEGER",), rows=((1,), (2,)))
    >>> wrong = Table(columns=("n",), types=("INTEGER",), rows=((2,), (3,)))
    >>> difference(right, wrong, Policy()).rows
    '1 row is missing: (1). 1 row should not be there: (3).'
    """
    if len(found.columns) != len(expected.columns):
        return Difference(rows=_column_count(expected, found, policy.subject))
    places = _places(expected, found) if policy.column_names == "exact" else tuple(range(len(expected.columns)))
    right = [tuple(cell(value) for value in row) for row in expected.rows]
    given = [tuple(cell(row[place]) for place in places) for row in found.rows]
    text = dict(zip(given, map(_shown, _ordered_rows(found, places)), strict=True))
    text |= dict(zip(right, map(_shown, expected.rows), strict=True))
    missing, extra = unmatched(right, given, policy.tolerance)
    if missing and not given:
        return Difference(rows=f"{policy.subject} returns no rows, expected {len(right)}")
    if missing or extra:
        return Difference(rows=_rows_in_words(expected, right, given, missing, extra, text))
    columns = _names(expected, found) if policy.column_names == "exact" else ""
    return Difference(columns=columns, order=_order(expected, right, given, policy, text))


def _column_count(expected: Table, found: Table, subject: str) -> str:
    return (
        f"{subject} returns {_count(len(found.columns), 'column')} {_shown(found.columns[:_NAMED])}, "
        f"the task asks for {len(expected.columns)} {_shown(expected.columns[:_NAMED])}"
    )


def _places(expected: Table, found: Table) -> tuple[int, ...]:
    names = [name.casefold() for name in found.columns]
    wanted = [name.casefold() for name in expected.columns]
    if sorted(names) == sorted(wanted) and len(set(names)) == len(names):
        return tuple(names.index(name) for name in wanted)
    return tuple(range(len(wanted)))


def _ordered_rows(found: Table, places: Sequence[int]) -> list[tuple[object, ...]]:
    return [tuple(row[place] for place in places) for row in found.rows]


def _names(expected: Table, found: Table) -> str:
    wrong = [
        f"column {number} is called {name}, expected {wanted}"
        for number, (name, wanted) in enumerate(zip(found.columns, expected.columns, strict=True), 1)
        if name.casefold() != wanted.casefold()
    ]
    return "; ".join(wrong)


def _rows_in_words(
    expected: Table,
    right: list[Row],
    given: list[Row],
    missing: list[Row],
    extra: list[Row],
    text: dict[Row, str],
) -> str:
    if kinds := _kinds(expected, right, given):
        return kinds
    found, wanted = Counter(given), Counter(right)
    repeated = next((row for row in (*missing, *extra) if found[row] and wanted[row]), None)
    if repeated is not None and set(missing) <= set(given) and set(extra) <= set(right):
        return (
            f"each row has to stand as often as asked: {text[repeated]} stands {_times(found[repeated])}, "
            f"expected {_times(wanted[repeated])}"
        )
    return " ".join(
        [
            *_example(missing, "is missing", "are missing", text),
            *_example(extra, "should not be there", "should not be there", text),
        ]
    )


def _example(rows: Sequence[Row], one: str, many: str, text: dict[Row, str]) -> Iterable[str]:
    if len(rows) == 1:
        yield f"1 row {one}: {text[rows[0]]}."
    elif rows:
        yield f"{len(rows)} rows {many}, such as {text[rows[0]]}."


def _kinds(expected: Table, right: list[Row], given: list[Row]) -> str:
    for number, name in enumerate(expected.columns):
        wanted = {kind(row[number]) for row in right} - {"NULL"}
        found = {kind(row[number]) for row in given} - {"NULL"}
        if wanted and found and not wanted & found:
            holds, asked = " and ".join(sorted(found)), " and ".join(sorted(wanted))
            return f"column {number + 1} ({name}) holds {holds}, expected {asked}"
    return ""


def _order(expected: Table, right: list[Row], given: list[Row], policy: Policy, text: dict[Row, str]) -> str:
    if policy.ordered is False:
        return ""
    names = expected.columns if policy.ordered is True else policy.ordered
    places = [expected.columns.index(name) for name in names]
    for number, (wanted, found) in enumerate(zip(right, given, strict=True), 1):
        if not all(close(wanted[place], found[place], policy.tolerance) for place in places):
            return f"the order differs from row {number}: it is {text[found]}, expected {text[wanted]}"
    return ""


def _shown(row: Iterable[object]) -> str:
    values = [printed(value) for value in row]
    return f"({', '.join(value if len(value) <= 60 else value[:59] + '…' for value in values)})"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
