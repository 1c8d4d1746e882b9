"""``gitquest award``, ``gitquest leaderboard`` and ``gitquest feedback``."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from autograders.leaderboard import as_json, as_table, printable
from autograders.leaderboard import leaderboard as places_of
from autograders.records import ENVIRONMENT, Records, records_url

__all__ = ["award", "feedback", "leaderboard"]

_root = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    show_default=True,
    help="The course root.",
)
_records = click.option(
    "--records",
    "url",
    metavar="URL",
    envvar=ENVIRONMENT,
    show_envvar=True,
    help="The database of records; by default records.db in the course root.",
)


@click.command(epilog="Example: gitquest award --root ~/git-101")
@_root
@_records
@click.option("--rebuild", is_flag=True, help="Make the table of rewards anew from the records.")
@click.option("--forget-manual", is_flag=True, help="Drop points given by hand that the gradebook no longer holds.")
@click.option("--json", "json_wanted", is_flag=True, help="Print the summary as JSON.")
def award(root: Path, url: str | None, rebuild: bool, forget_manual: bool, json_wanted: bool) -> None:
    """Turn graded quests into records, XP, levels and badges.

    Only what is new is recorded: running it again adds nothing, and a regrade adjusts what it changed. A
    submission that cannot be read is named at the end, with exit code 1; the others are awarded.
    """
    from autograders.award import award as run

    with _counting("notebooks") as count:
        awarded = run(root, records_url(root, url), rebuild=rebuild, forget_manual=forget_manual, progress=count)
    if json_wanted:
        click.echo(json.dumps(awarded.to_json(), indent=2))
    else:
        click.echo(awarded.summary)
    for assignment, student in awarded.waiting:
        click.echo(f"waiting for a grade: {printable(student)}, {assignment}", err=True)
    for assignment, student, why in awarded.problems:
        _complain("not awarded", f"{printable(student)}, {assignment}: {why}")
    if awarded.problems:
        sys.exit(1)


@click.command(epilog="Example: gitquest leaderboard --course git --top 10")
@_root
@_records
@click.option("--course", metavar="ID", help="Count what was earned in this course only.")
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Show the ranks from 1 to N.")
@click.option("--json", "json_wanted", is_flag=True, help="Print a JSON list instead of a table.")
def leaderboard(root: Path, url: str | None, course: str | None, top: int | None, json_wanted: bool) -> None:
    """Rank the students by XP, as of the last award."""
    known = [file.parent.name for file in root.glob("courses/*/course.yaml")]
    places = places_of(Records(records_url(root, url)), course=course, top=top, known=known)
    if json_wanted:
        click.echo(json.dumps(as_json(places), indent=2))
    elif places:
        Console().print(as_table(places, f"Leaderboard: {course or 'all courses'}"))
    else:
        click.echo(f"Nobody has a record{f' in the course {course}' if course else ''} yet.")


@click.command(epilog="Example: gitquest feedback git-01-first-repository")
@click.argument("assignments", nargs=-1, metavar="[ASSIGNMENT]...")
@_root
@_records
@click.option("--json", "json_wanted", is_flag=True, help="Print one JSON list instead of a summary.")
def feedback(assignments: Sequence[str], root: Path, url: str | None, json_wanted: bool) -> None:
    """Write nbgrader's feedback pages, with each student's rewards on top; by default for all that is graded.

    A submission that cannot be rendered is named at the end, with exit code 1; the others are written.
    """
    from autograders.config import course_config
    from autograders.generate_feedback import feedback_for

    config = course_config(root)
    if url:
        config.ShowRewards.records = url
    results = []
    with _counting("submissions") as count:
        for result in feedback_for(config, assignments):
            count(result.student)
            results.append(result)
    failed = [result for result in results if result.error]
    if json_wanted:
        click.echo(json.dumps([result.to_json() for result in results], indent=2))
    else:
        written = len(results) - len(failed)
        click.echo(f"Feedback on {written} submissions in {config.CourseDirectory.root}/feedback")
    for result in failed:
        _complain("no feedback", f"{printable(result.student)}, {result.assignment}: {result.error}")
    if failed:
        sys.exit(1)


def _complain(label: str, text: str) -> None:
    click.secho(f"{label}: ", nl=False, fg="red", bold=True, err=True)
    click.echo(text, err=True)


@contextmanager
def _counting(what: str) -> Iterator[Callable[[str], None]]:
    """Give a function that counts its calls on standard error, seldom enough for a log file."""
    redraw = sys.stderr.isatty()
    done, shown = 0, time.monotonic()

    def count(_: str) -> None:
        nonlocal done, shown
        done += 1
        now = time.monotonic()
        if now - shown >= (0.2 if redraw else 5.0):
            click.echo(f"\r{done} {what}\x1b[K" if redraw else f"{done} {what}", err=True, nl=not redraw)
            shown = now

    yield count
    if redraw and done:
        click.echo(f"\r{done} {what}\x1b[K", err=True)
