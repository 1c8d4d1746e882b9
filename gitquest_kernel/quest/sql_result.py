"""What a SQL quest's reference returns on the database that the student sees."""

from __future__ import annotations

from functools import lru_cache

from gitquest_kernel.duck import MAX_ROWS, Result, open_database, query
from gitquest_kernel.errors import AnswerError, CourseError
from gitquest_kernel.quest.sql import SqlQuest, Table, WitnessDataset

__all__ = ["layers", "reference_result", "table", "visible_result"]


def layers(quest: SqlQuest, witness: WitnessDataset | None = None) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the seeds and scripts that make the visible database, or a witness.

    A witness begins as the visible database: its seeds stand in for those of the same name, and its SQL runs
    last.
    """
    visible = quest.setup
    if witness is None:
        return dict(visible.seeds), (visible.sql,)
    return {**visible.seeds, **witness.seeds}, (visible.sql, witness.sql)


def table(result: Result) -> Table:
    """Return a query's result as a quest keeps it."""
    return Table(columns=result.columns, types=result.types, rows=result.rows)


def visible_result(quest: SqlQuest) -> Table:
    """Return the result that the task asks for, on the database that the student sees.

    Raises
    ------
    CourseError
        The quest's seeds, SQL or reference cannot be used.
    """
    if quest.reference is None:
        if quest.expected is None:
            raise CourseError(f"the quest '{quest.id}' has no reference", remedy="Add 'reference:' with a query.")
        return quest.expected
    return reference_result(quest, None)


def reference_result(quest: SqlQuest, witness: WitnessDataset | None) -> Table:
    """Return what the reference returns on the visible database, or on a witness; computed once a process."""
    if quest.reference is None:
        raise CourseError(
            f"this copy of the quest '{quest.id}' has no reference", remedy="Judge by the complete quest."
        )
    seeds, scripts = layers(quest, witness)
    return _run_reference(quest.id, quest.reference, tuple(seeds.items()), scripts)


@lru_cache(maxsize=256)
def _run_reference(name: str, reference: str, seeds: tuple[tuple[str, str], ...], scripts: tuple[str, ...]) -> Table:
    con = open_database(dict(seeds), *scripts)
    try:
        result = query(con, reference)
    except AnswerError as error:
        raise CourseError(f"the reference of the quest '{name}' fails: {error.problem}", remedy=error.remedy) from None
    finally:
        con.close()
    if result.more:
        raise CourseError(
            f"the reference of the quest '{name}' returns more than {MAX_ROWS:,} rows",
            remedy="Ask for fewer: nobody reads that many, and answers are cut there.",
        )
    return table(result)
