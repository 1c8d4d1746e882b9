"""A dbt quest: change a few files of a small project until its models hold the right rows."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from gitquest_kernel.quest.base import Hidden, QuestBase, Scored, Text

__all__ = ["DbtQuest", "HiddenSeeds", "MustCatch", "ProjectPath", "UnitTests", "Validation"]

ProjectPath = Annotated[
    str,
    StringConstraints(
        pattern=r"^([A-Za-z0-9_][A-Za-z0-9_-]*/)*[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*\.(sql|yml|csv|md)$",
        max_length=200,
    ),
]
"""A file of a project: no absolute path, no ``..``, no name that begins with a dot."""


class Validation(Scored):
    """A query over the built warehouse and the rows it must return, in any order.

    Parameters
    ----------
    query
        A SELECT on the schema ``main`` of the learner's warehouse.
    expect
        The rows, as JSON values; dates and decimals as DuckDB prints them.
    """

    query: Text
    expect: tuple[tuple[Any, ...], ...]


class MustCatch(Scored):
    """Bad seed data on which one of the project's data tests must fail: the tests are what is judged.

    Parameters
    ----------
    seeds
        CSV text by seed name; seeds that are not named stay as they are.
    """

    seeds: dict[str, str]


class HiddenSeeds(Hidden):
    """Other seed data, built afresh when grading; ``query`` must then return ``expect``.

    Parameters
    ----------
    seeds
        CSV text by seed name; seeds that are not named stay as they are.
    query, expect
        As in `Validation`.
    """

    seeds: dict[str, str]
    query: Text
    expect: tuple[tuple[Any, ...], ...]


class UnitTests(Hidden):
    """dbt unit tests that the answer's models must pass when grading.

    Parameters
    ----------
    properties
        A properties file with ``unit_tests:``, added to the project's models.
    """

    properties: Text


class DbtQuest(QuestBase):
    """Edit models and tests of a project; it is judged by a real ``dbt build``.

    Parameters
    ----------
    project
        The starting files by path: models, properties, ``dbt_project.yml``. Never profiles, hooks or packages.
    seeds
        Seeds by name: a CSV file in the course's ``seeds`` folder; in a complete quest, the CSV text itself.
    editable
        The paths an answer may hold: those of ``project``, and new ones.
    validations
        ``validate`` in the file: what the built warehouse must hold.
    must_catch
        Bad data that the project's tests must catch.
    hidden_seeds
        The same models over other data.
    unit_tests
        Unit tests that run when grading.
    """

    kind: Literal["dbt"]
    project: dict[ProjectPath, str]
    seeds: dict[str, str] = {}
    editable: tuple[ProjectPath, ...]
    validations: tuple[Validation, ...] = Field(alias="validate", min_length=1)
    must_catch: tuple[MustCatch, ...] = ()
    hidden_seeds: tuple[HiddenSeeds, ...] = ()
    unit_tests: tuple[UnitTests, ...] = ()

    @model_validator(mode="after")
    def _is_a_project(self) -> Self:
        if "dbt_project.yml" not in self.project:
            raise ValueError("'project' has no dbt_project.yml")
        return self
