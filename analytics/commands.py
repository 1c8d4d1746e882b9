"""``gitquest load`` and ``gitquest report``."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

__all__ = ["load", "report"]

_PARAMETER = ("-p", "--parameter")
_ASSIGNMENT = re.compile(r"(?:--parameter=)?([A-Za-z_]\w*)=(.*)", re.DOTALL)

ROOT = click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=".",
    show_default=True,
    help="The course root.",
)


def _tell(line: str) -> None:
    click.echo(line, err=True)


@click.command(short_help="Load records and events into the warehouse.")
@ROOT
@click.option("--records", metavar="URL", help="The records' database; by default records.db in the root.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def load(root: Path, records: str | None, as_json: bool) -> None:
    """Load what is new into ROOT/warehouse and build warehouse/quest.duckdb with dbt.

    Reads the records, the courses, and the event logs of submitted/. Running it again adds nothing. The new
    warehouse takes the old one's place only when every model and test succeeded; reports can be read meanwhile.

    \b
    Example:
        gitquest load --root my-class
    """
    from analytics.load import load_warehouse

    summary = load_warehouse(root, records=records, progress=_tell)
    for garbage in summary.garbage:
        what = "1 line is not an event (" if garbage.lines == 1 else f"{garbage.lines} lines are not events (first: "
        _tell(f"warning: {garbage.file}: {what}line {garbage.first})")
    if summary.shared_events:
        _tell(f"note: {summary.shared_events} events were handed in by more than one student")
    click.echo(json.dumps(summary.to_json(), indent=2) if as_json else summary.warehouse)


class _NameValue(click.Command):
    """A command that reads ``-p NAME=VALUE`` as ``-p NAME VALUE``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments, with each parameter in two words."""
        words: list[str] = []
        rest = list(args)
        while rest and rest[0] != "--":
            word = rest.pop(0)
            if word in _PARAMETER and rest:
                found = _ASSIGNMENT.fullmatch(rest[0])
                words += [word, *(found.groups() if found else rest[:2])]
                del rest[: 1 if found else 2]
            elif word.startswith("--parameter=") and (found := _ASSIGNMENT.fullmatch(word)):
                words += ["--parameter", *found.groups()]
            else:
                words.append(word)
        return super().parse_args(ctx, words + rest)


@click.command(cls=_NameValue, short_help="Run a report over the warehouse.")
@click.argument("name", required=False)
@click.option(
    "-p",
    "--parameter",
    "parameters",
    type=(str, str),
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a parameter of the report; NAME VALUE does as well.",
)
@ROOT
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where the HTML goes; by default ROOT/reports/NAME.html.",
)
@click.option("--list", "listing", is_flag=True, help="List the reports and their parameters.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def report(
    name: str | None,
    parameters: tuple[tuple[str, str], ...],
    root: Path,
    output: Path | None,
    listing: bool,
    as_json: bool,
) -> None:
    """Run the report NAME and print the path of its HTML; without NAME, list the reports.

    The notebook it ran, with its code, is written beside the HTML.

    \b
    Examples:
        gitquest report --list
        gitquest report lesson-funnel
        gitquest report quest-difficulty -p course=git -p min_students=5
    """
    from analytics.report import reports, run_report

    if name is None and parameters and not listing:
        raise click.UsageError("Name the report that has this parameter: 'gitquest report --list' lists them.")
    if name is None or listing:
        found = reports()
        if as_json:
            click.echo(json.dumps([one.to_json() for one in found.values()], indent=2))
            return
        for one in found.values():
            click.echo(f"{one.name}: {one.title}")
            for parameter in one.parameters.values():
                facts = "; ".join(filter(None, (parameter.help, parameter.allowed)))
                click.echo(f"    -p {parameter.name:<14} {parameter.type:<6} {facts} [{parameter.default!r}]")
        return
    _tell(f"running {name} …")
    run = run_report(name, root, parameters, output=output)
    click.echo(json.dumps(run.to_json(), indent=2) if as_json else run.html)
