"""The instructor's commands: parse and delegate."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from autograders.config import course_config
from autograders.grade import Graded, Grading
from gitquest_kernel.confinement import level
from gitquest_kernel.errors import SandboxError

__all__ = ["grade"]


@click.command(epilog="Example: gitquest grade git-01-first-repository --student ada --force")
@click.argument("assignments", nargs=-1, metavar="[ASSIGNMENT]...")
@click.option("--student", "students", multiple=True, metavar="ID", help="Only this student; may be repeated.")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    show_default=True,
    help="The course root: the folder with source/, submitted/ and gradebook.db.",
)
@click.option("--force", is_flag=True, help="Grade again what has not changed since it was graded.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list instead of a summary.")
@click.option("--unconfined", is_flag=True, help="Replay answers with all your rights. For debugging only.")
def grade(
    assignments: Sequence[str], students: Sequence[str], root: Path, force: bool, as_json: bool, unconfined: bool
) -> None:
    """Grade what has been handed in; by default everything that is new or has changed.

    Fills nbgrader's gradebook and autograded/ as 'nbgrader autograde' does, quests judged by replay. A submission
    that cannot be graded is named at the end, with exit code 1; the others are graded.
    """
    config = course_config(root)
    if unconfined:
        config.QuestExecute.unconfined = True
    elif any(root.glob("courses/*/course.yaml")):
        _check_confinement()
    started = time.monotonic()
    grading = Grading(config, assignments, students, force=force)
    results = list(_with_progress(grading, len(grading)))
    if as_json:
        click.echo(json.dumps([result.to_json() for result in results], indent=2))
    else:
        _summarise(results, time.monotonic() - started)
    if any(result.status == "failed" for result in results):
        sys.exit(1)


def _check_confinement() -> None:
    if not level().enough_to_grade:
        raise SandboxError(
            "this machine cannot confine what students hand in, so it does not replay it",
            remedy="'gitquest doctor' says what is missing. 'gitquest grade --unconfined' replays it with your rights.",
        )


def _with_progress(results: Iterable[Graded], total: int) -> Iterator[Graded]:
    """Pass results on; show on standard error how far they are, with rate and time left."""
    started, shown = time.monotonic(), 0.0
    redraw = sys.stderr.isatty()
    for done, result in enumerate(results, 1):
        now = time.monotonic()
        if done == total or now - shown >= (0.2 if redraw else 5.0):
            rate = done / max(now - started, 1e-9)
            line = f"{done}/{total} submissions, {rate:.1f} a second"
            # The first submissions pay for what is started once, so a rate taken from them misleads.
            if done >= total / 10 or now - started >= 10:
                line += f", {(total - done) / rate:.0f} s left"
            click.echo(f"\r{line}\x1b[K" if redraw else line, err=True, nl=not redraw)
            shown = now
        yield result
    if redraw:
        click.echo(err=True)


def _summarise(results: Sequence[Graded], seconds: float) -> None:
    for name in sorted({result.submission.assignment for result in results}):
        _summarise_assignment(name, [result for result in results if result.submission.assignment == name])
    for result in results:
        for verdict in result.held:
            place = f"{result.submission.student}, {result.submission.assignment}, {verdict.quest}"
            click.secho("held for you: ", nl=False, fg="yellow", bold=True)
            click.echo(f"{place}: {verdict.outcome.replace('_', ' ')}\n  {verdict.message}")
    for result in results:
        if result.error is not None:
            click.secho("not graded: ", nl=False, fg="red", bold=True)
            click.echo(f"{result.submission.student}, {result.submission.assignment}: {result.error}")
    counts: Counter[str] = Counter(result.status for result in results)
    parts = [f"{counts[status]} {status}" for status in ("graded", "unchanged", "failed") if counts[status]]
    click.echo(f"{', '.join(parts)} in {seconds:.1f} s")


def _summarise_assignment(name: str, results: Sequence[Graded]) -> None:
    scores = [result.score for result in results if result.score is not None]
    if not scores:
        return
    best = max(result.max_score or 0.0 for result in results)
    outcomes = Counter(verdict.outcome for result in results for verdict in result.verdicts.values())
    quests = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in outcomes.most_common())
    mean = sum(scores) / len(scores)
    click.echo(f"{name}: {len(scores)} graded, mean {mean:.2f} of {best:g}" + (f"; quests: {quests}" if quests else ""))
