"""dbt quests: build the project with the answer's files, and look into the warehouse that it leaves.

The build itself earns nothing: its validations, and the bad data that its tests catch, share the points.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gitquest_kernel.answers import Answer
from gitquest_kernel.checks.dbt_words import broken, failing
from gitquest_kernel.checks.rows import Policy, difference
from gitquest_kernel.checks.verdict import CheckResult, Outcome, RunReport
from gitquest_kernel.checks.warehouse import expected_table, plain, query_warehouse
from gitquest_kernel.dbt_project import Build, Built, check_files, run_builds, warm, write_project
from gitquest_kernel.errors import AnswerError, LimitReached, Refused
from gitquest_kernel.quest.dbt import DbtQuest, HiddenSeeds, UnitTests, Validation
from gitquest_kernel.quest.sql import Table

__all__ = ["check", "commands", "prepare", "read", "run"]

_VISIBLE = "visible"
_MAX_BYTES = 64_000_000
_POLICY = Policy(column_names="ignore", subject="the check's query")


def prepare(quest: DbtQuest) -> None:
    """Make this process one that builds this quest's projects by forking; for a process that grades many answers."""
    warm(quest.project["dbt_project.yml"])


def run(quest: DbtQuest, answer: Answer, place: Path) -> RunReport:
    """Build the project over the seeds, and over every other data that the quest names, in ``place``."""
    try:
        check_files(answer.files, quest.editable)
    except Refused as error:
        return RunReport(Outcome.REFUSED, str(error))
    except AnswerError as error:
        return RunReport(Outcome.FAILED, str(error))
    write_project(place / "project", {**quest.project, **answer.files})
    try:
        built = run_builds(place, _builds(quest))[_VISIBLE]
    except LimitReached as error:
        return RunReport(Outcome.TIMEOUT, str(error))
    if built.error and not built.results:
        return RunReport(Outcome.FAILED, broken(built))
    return RunReport()


def read(quest: DbtQuest, place: Path) -> dict[str, Any]:
    """Return the builds' reports, and what each query finds in its warehouse."""
    return {
        "built": {build.key: _report(place / f"{build.key}.json") for build in _builds(quest)},
        "tables": {
            **{
                f"validate-{number}": query_warehouse(place / f"{_VISIBLE}.duckdb", validation.query)
                for number, validation in enumerate(quest.validations, 1)
            },
            **{
                f"seeds-{number}": query_warehouse(place / f"seeds-{number}.duckdb", other.query)
                for number, other in enumerate(quest.hidden_seeds, 1)
            },
        },
    }


def check(quest: DbtQuest, answer: Answer, state: dict[str, Any]) -> list[CheckResult]:
    """Judge the builds and the rows that they left."""
    reports, tables = state.get("built", {}), state.get("tables", {})
    visible = _built(reports.get(_VISIBLE))
    checks = [
        CheckResult(
            "build",
            visible.success,
            failing(visible, {**quest.project, **answer.files}) or "dbt build succeeds.",
            weight=0,
        )
    ]
    for number, validation in enumerate(quest.validations, 1):
        found = tables.get(f"validate-{number}")
        wrong = _wrong(validation, found)
        if wrong and not visible.success and (found is None or "error" in found):
            # The build has said what is wrong; that its tables are missing says nothing more.
            wrong = "judged once dbt build succeeds"
        message = f"{validation.say}: {wrong}" if wrong else validation.say
        checks.append(CheckResult(validation.label, not wrong, message, validation.hint, validation.weight))
    for number, bad in enumerate(quest.must_catch, 1):
        caught = visible.success and _test_failed(_built(reports.get(f"catch-{number}")))
        message = bad.say if caught else f"{bad.say}: every test passes on that data"
        message = message if visible.success else f"{bad.say}: judged once dbt build succeeds"
        checks.append(CheckResult(bad.label, caught, message, bad.hint, bad.weight))
    for number, other in enumerate(quest.hidden_seeds, 1):
        checks.append(_hidden(other, not _wrong(other, tables.get(f"seeds-{number}"))))
    for number, units in enumerate(quest.unit_tests, 1):
        checks.append(_hidden(units, _units_pass(_built(reports.get(f"unit-{number}")))))
    return checks


def commands(answer: Answer) -> int | None:
    """Return None: a dbt answer has no commands."""
    return None


def _builds(quest: DbtQuest) -> list[Build]:
    changed = [
        *((f"catch-{number}", bad.seeds, {}) for number, bad in enumerate(quest.must_catch, 1)),
        *((f"seeds-{number}", other.seeds, {}) for number, other in enumerate(quest.hidden_seeds, 1)),
        *(
            (f"unit-{number}", {}, {f"models/gitquest_unit_{number}.yml": units.properties})
            for number, units in enumerate(quest.unit_tests, 1)
        ),
    ]
    return [
        Build(_VISIBLE, quest.seeds, {}),
        *(Build(key, {**quest.seeds, **seeds}, files) for key, seeds, files in changed),
    ]


def _hidden(rule: HiddenSeeds | UnitTests, passed: bool) -> CheckResult:
    return CheckResult(rule.label, passed, rule.say, weight=0, hidden=True, cap=rule.cap)


def _report(path: Path) -> dict[str, Any] | None:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MAX_BYTES:
        return None
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _built(report: dict[str, Any] | None) -> Built:
    return Built.from_json(report) if report else Built(False, "", ())


def _test_failed(built: Built) -> bool:
    return any(node.type == "test" and node.status == "fail" for node in built.results)


def _units_pass(built: Built) -> bool:
    units = [node for node in built.results if node.type == "unit_test"]
    return bool(units) and all(node.status in {"pass", "success"} for node in units)


def _wrong(rule: Validation | HiddenSeeds, found: dict[str, Any] | None) -> str:
    """Say how the rows that a query found differ from those that it must find; empty when they do not."""
    if found is None:
        return "there is no warehouse"
    if "error" in found:
        return str(found["error"])
    table = Table.model_validate(found)
    shown = table.model_copy(update={"rows": plain(table.rows)})
    return difference(expected_table(rule.expect, table), shown, _POLICY).rows
