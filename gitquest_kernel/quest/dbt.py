"""A dbt quest: change a few files of a small project until its models hold the right rows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from gitquest_kernel.quest.base import Hidden, QuestBase, Scored, Text

__all__ = ["DbtQuest", "HiddenSeeds", "ProjectPath", "Validation"]

ProjectPath = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_](\.?[A-Za-z0-9_/-])*\.(sql|yml|csv|md)$", max_length=200),
]


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


class HiddenSeeds(Hidden):
    """Other seed data, built afresh when grading; the validations' queries must then return ``expect``.

    Parameters
    ----------
    seeds
        CSV text by seed name.
    query, expect
        As in `Validation`.
    """

    seeds: dict[str, str]
    query: Text
    expect: tuple[tuple[Any, ...], ...]


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
    hidden_seeds
        The same models over other data.
    unit_tests
        Properties files (dbt ``unit_tests``) that are added to the project when grading, by path.
    """

    kind: Literal["dbt"]
    project: dict[ProjectPath, str]
    seeds: dict[str, str] = {}
    editable: tuple[ProjectPath, ...]
    validations: tuple[Validation, ...] = Field(alias="validate", min_length=1)
    hidden_seeds: tuple[HiddenSeeds, ...] = ()
    unit_tests: dict[ProjectPath, str] = {}
