"""A SQL quest: write a query whose result equals the reference's."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from gitquest_kernel.quest.base import Hidden, Model, QuestBase, Text

__all__ = ["Dataset", "SqlQuest", "Table", "WitnessDataset"]


class Table(Model):
    """A query's result as plain data.

    Parameters
    ----------
    columns
        Column names, in order.
    types
        DuckDB's type names, one a column.
    rows
        Values as `gitquest_kernel.duck.encode` gives them: what JSON lacks is an object that names the type,
        ``{"date": "2024-03-01"}``; `gitquest_kernel.duck.printed` makes each readable.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class Dataset(Model):
    """What is in the database before the answer runs.

    Parameters
    ----------
    seeds
        Tables by name, each a CSV file in the course's ``seeds`` folder; in a complete quest, the CSV text
        itself.
    sql
        Statements that run after the seeds are loaded.
    """

    seeds: dict[str, str] = {}
    sql: str = ""


class WitnessDataset(Dataset, Hidden):
    """A further database on which a wrong query differs from the reference; hidden.

    It begins as the visible database: its ``seeds`` stand in for those of the same name, and its ``sql`` runs
    last, to change single rows.
    """


class Constraint(Model):
    """A construct that the query must or must not use.

    Parameters
    ----------
    uses
        The name of a sqlglot expression class in lower case: ``join``, ``window``, ``subquery``, ``limit``,
        ``star``.
    say
        What to tell the student.
    """

    uses: Text
    say: Text


class SqlQuest(QuestBase):
    """Write one query; it is judged by its result on the shown database and on hidden witness databases.

    Parameters
    ----------
    setup
        The database the student sees.
    reference
        The query whose result is right; the student's copy holds ``expected`` instead.
    ordered
        Whether the order of rows counts; or the columns of the reference whose order counts, so that rows
        which are equal in all of them may stand in any order.
    column_names
        ``exact``: the columns must also have the right names, in any case of letters, in the right order.
        ``ignore``: only their values and their order count.
    tolerance
        How far a number that is not an integer may be off, relative to the larger of 1 and the number.
    forbid, require
        Constructs that the answer may not, or must, use: checks named ``forbid-limit``, ``require-join``.
    datasets
        Hidden witness databases.
    """

    kind: Literal["sql"]
    setup: Dataset
    reference: str | None = None
    expected: Table | None = None
    ordered: bool | tuple[str, ...] = False
    column_names: Literal["exact", "ignore"] = "exact"
    tolerance: float = Field(default=1e-9, ge=0)
    forbid: tuple[Constraint, ...] = ()
    require: tuple[Constraint, ...] = ()
    datasets: tuple[WitnessDataset, ...] = ()

    @model_validator(mode="after")
    def _needs_a_right_result(self) -> Self:
        if self.reference is None and self.expected is None:
            raise ValueError("a SQL quest needs a 'reference' query")
        return self
