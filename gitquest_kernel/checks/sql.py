"""SQL quests: run the answer on the visible database and on the witnesses, and compare its results.

The rows earn most; column names and order earn only when the rows are right. A construct that is forbidden or
required weighs as much as all of them, so that a right result by the wrong means keeps half of the points.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from gitquest_kernel.answers import Answer
from gitquest_kernel.checks.rows import Difference, Policy, difference
from gitquest_kernel.checks.verdict import CheckResult, Outcome, RunReport, Verdict, score
from gitquest_kernel.duck import MAX_ROWS, TIME_LIMIT, Result, open_database, query
from gitquest_kernel.errors import AnswerError, CourseError, LimitReached, Refused
from gitquest_kernel.quest.sql import Dataset, SqlQuest, Table, WitnessDataset
from gitquest_kernel.quest.sql_result import layers, reference_result, visible_result

__all__ = ["check", "commands", "compare", "query_text", "read", "run"]

_ROWS, _COLUMNS, _ORDER = 4, 1, 3
_RESULTS = "results.json"
_MAX_BYTES = 64_000_000


def run(quest: SqlQuest, answer: Answer, place: Path) -> RunReport:
    """Run the query on the visible database and each witness, and keep the results in ``place``."""
    text = query_text(answer.text)
    results: list[dict[str, Any]] = []
    witnesses: tuple[WitnessDataset | None, ...] = (None, *quest.datasets)
    for witness in witnesses:
        try:
            results.append(_plain(_result(text, *layers(quest, witness), place)))
        except AnswerError as error:
            if witness is None:
                return _ended(error)
            results.append({"error": error.problem})
        except CourseError as error:
            return RunReport(Outcome.ERROR_IN_QUEST, str(error))
    (place / _RESULTS).write_text(json.dumps(results), encoding="utf-8")
    return RunReport()


def read(quest: SqlQuest, place: Path) -> dict[str, Any]:
    """Return the results that `run` kept."""
    path = place / _RESULTS
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MAX_BYTES:
        return {"results": []}
    return {"results": json.loads(path.read_text(encoding="utf-8"))}


def check(quest: SqlQuest, answer: Answer, state: dict[str, Any]) -> list[CheckResult]:
    """Compare each result with the reference's; in the student's copy, the visible one with the expected
    table."""
    policy = _policy(quest)
    results = state.get("results", [])
    found = difference_of(visible_result(quest), results[0] if results else {}, policy)
    checks = [
        *_public(found, ordered=bool(quest.ordered)),
        *_constraints(quest, query_text(answer.text), rows_right=not found.rows),
    ]
    for number, witness in enumerate(quest.datasets, 1):
        given = results[number] if number < len(results) else {}
        other = difference_of(reference_result(quest, witness), given, policy)
        same = not (other.rows or other.order)
        checks.append(CheckResult(witness.label, same, witness.say, weight=0, hidden=True, cap=witness.cap))
    return checks


def commands(answer: Answer) -> int | None:
    """Return None: the length of a query means nothing."""
    return None


def compare(
    reference: str,
    answer: str,
    datasets: Sequence[Dataset],
    *,
    ordered: bool | tuple[str, ...] = False,
    column_names: Literal["exact", "ignore"] = "exact",
    tolerance: float = 1e-9,
) -> Verdict:
    """Judge a query by another one: both run on each dataset, and their results must be equal.

    The policy: rows are a bag (each as often as in the reference, in any order); NULL equals NULL; numbers of
    all types are one kind, integers exact and others within ``tolerance``; text, booleans, dates and
    timestamps never equal a value of another kind; names of columns count in any case of letters.

    Parameters
    ----------
    datasets
        The databases to compare on; the first difference is told with its number.
    ordered, column_names, tolerance
        As in `gitquest_kernel.quest.sql.SqlQuest`.

    Returns
    -------
    Verdict
        Out of 1 point, with the checks ``rows``, ``columns`` and, where order counts, ``order``.

    Raises
    ------
    CourseError
        The reference or a dataset cannot be used.

    Examples
    --------
    >>> crew = Dataset(seeds={"crew": "name,pay\\nAda,3\\nBo,5\\n"})
    >>> compare("select sum(pay) as pay from crew", "select 8.0 as pay", [crew]).points
    1.0
    """
    policy = Policy(ordered, column_names, tolerance)
    found = Difference()
    for number, dataset in enumerate(datasets, 1):
        quest = _bare_quest(reference, dataset)
        try:
            given = _plain(_result(query_text(answer), *layers(quest), None))
        except AnswerError as error:
            ended = _ended(error)
            return Verdict(quest.id, 0.0, 1.0, ended.outcome or Outcome.FAILED, (), ended.message)
        found = difference_of(visible_result(quest), given, policy)
        if found != Difference():
            found = _on(number, found) if len(datasets) > 1 else found
            break
    checks = tuple(_public(found, ordered=bool(ordered)))
    points, outcome = score(checks, 1.0)
    return Verdict("comparison", points, 1.0, outcome, checks)


def query_text(text: str) -> str:
    """Return an answer without its ``#`` comments, each line in its place so that DuckDB's line numbers
    hold."""
    return "\n".join("" if line.lstrip().startswith("#") else line for line in text.splitlines())


def difference_of(expected: Table, given: dict[str, Any], policy: Policy) -> Difference:
    """Compare a kept result, or the error that stands in for it, with the expected table."""
    unknown = set(policy.ordered if isinstance(policy.ordered, tuple) else ()) - set(expected.columns)
    if unknown:
        raise CourseError(
            f"'ordered' names {', '.join(sorted(unknown))}, which the reference does not return",
            remedy=f"Name some of its columns: {', '.join(expected.columns)}.",
        )
    if "error" in given:
        return Difference(rows=str(given["error"]))
    if given.get("more"):
        return Difference(rows=f"your query returns more than {MAX_ROWS:,} rows, expected {len(expected.rows)}")
    try:
        found = Table.model_validate({key: given[key] for key in ("columns", "types", "rows")})
    except (KeyError, ValidationError):
        return Difference(rows="there is no result")
    if any(len(row) != len(found.columns) for row in found.rows):
        return Difference(rows="there is no result")
    return difference(expected, found, policy)


def _result(text: str, seeds: dict[str, str], scripts: tuple[str, ...], place: Path | None) -> Result:
    con = open_database(seeds, *scripts, place=place)
    try:
        return query(con, text, seconds=TIME_LIMIT)
    finally:
        con.close()


def _plain(result: Result) -> dict[str, Any]:
    return {"columns": result.columns, "types": result.types, "rows": result.rows, "more": result.more}


def _ended(error: AnswerError) -> RunReport:
    match error:
        case Refused():
            outcome = Outcome.REFUSED
        case LimitReached(limit="time"):
            outcome = Outcome.TIMEOUT
        case LimitReached():
            outcome = Outcome.OUT_OF_MEMORY
        case _:
            outcome = Outcome.FAILED
    return RunReport(outcome, str(error))


def _policy(quest: SqlQuest) -> Policy:
    return Policy(quest.ordered, quest.column_names, quest.tolerance)


def _public(found: Difference, *, ordered: bool) -> list[CheckResult]:
    right = not found.rows
    checks = [
        CheckResult("rows", right, _sentence(found.rows, "the rows are right"), weight=_ROWS),
        CheckResult("columns", right and not found.columns, _later(found, found.columns, "names"), weight=_COLUMNS),
    ]
    if ordered:
        message = _later(found, found.order, "order")
        checks.append(CheckResult("order", right and not found.order, message, weight=_ORDER))
    return checks


def _later(found: Difference, finding: str, what: str) -> str:
    if found.rows:
        return f"The {what} of {'columns' if what == 'names' else 'rows'}: judged once the rows are right."
    return _sentence(finding, "the columns have the right names" if what == "names" else "the order is right")


def _constraints(quest: SqlQuest, text: str, *, rows_right: bool) -> list[CheckResult]:
    if not (quest.forbid or quest.require):
        return []
    # sqlglot takes 0.1 s to import, and few quests need it.
    from gitquest_kernel.checks.constraints import uses

    weight = _ROWS + _COLUMNS + (_ORDER if quest.ordered else 0)
    rules = [("forbid", rule, False) for rule in quest.forbid]
    rules += [("require", rule, True) for rule in quest.require]
    return [
        CheckResult(
            f"{verb}-{rule.uses}",
            rows_right and uses(text, rule.uses) is wanted,
            rule.say if rows_right else f"{rule.say} (judged once the rows are right)",
            weight=weight,
        )
        for verb, rule, wanted in rules
    ]


def _bare_quest(reference: str, dataset: Dataset) -> SqlQuest:
    return SqlQuest(
        id="comparison",
        title="comparison",
        kind="sql",
        type="practice",
        difficulty="beginner",
        points=1,
        xp=0,
        task="comparison",
        setup=dataset,
        reference=reference,
    )


def _on(number: int, found: Difference) -> Difference:
    def told(text: str) -> str:
        return f"on database {number}: {text}" if text else ""

    return Difference(told(found.rows), told(found.columns), told(found.order))


def _sentence(finding: str, otherwise: str) -> str:
    text = finding or otherwise
    return text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")
