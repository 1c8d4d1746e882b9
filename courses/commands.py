"""The commands of course authors and instructors: init, build, gate, release, rehearse, collect."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = ["build", "collect", "gate", "init", "rehearse", "release"]

F = TypeVar("F", bound=Callable[..., Any])
_FOLDER = click.Path(file_okay=False, path_type=Path)


def _root(command: F) -> F:
    return click.option(
        "--root",
        type=click.Path(file_okay=False, exists=True, path_type=Path),
        default=".",
        show_default=True,
        help="The course root: the folder that holds courses/.",
    )(command)


def _json(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")(command)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _tell(what: str) -> Callable[[str], None]:
    return lambda name: click.echo(f"{what} {name}", err=True)


@click.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.option(
    "--from",
    "source",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Copy the courses of this course root, for example of a clone of Git Quest.",
)
@click.option("--course", "courses", multiple=True, help="Copy only this course; may be given several times.")
def init(folder: Path, source: Path | None, courses: tuple[str, ...]) -> None:
    """Make DIR a private course root.

    It gets courses, configuration and folders, and none of our code. Without --from it holds a starter course of
    one lesson, ready to be built and changed. A folder that is a course root already is left as it is.

    \b
    Example:
      gitquest init my-class --from ~/git-quest --course git
    """
    from courses.init import init as make

    click.echo(make(folder, source, courses))


@click.command()
@click.argument("names", nargs=-1, metavar="[COURSE|ASSIGNMENT]...")
@click.option("--check", is_flag=True, help="Change nothing; fail if a built file is out of date.")
@_root
@_json
def build(names: tuple[str, ...], check: bool, root: Path, as_json: bool) -> None:
    """Build courses into source/ and release/.

    source/ is for instructors, with a solution in each answer cell; release/ is for students. Only files whose
    contents change are written, and what a player left in release/ stays.

    \b
    Examples:
      gitquest build
      gitquest build git-01-first-repository
      gitquest build --check
    """
    from courses.build import build as make
    from courses.build import check_build

    if check:
        current = check_build(root, names, _tell("checking"))
        told = f"up to date: {_count(len(current), 'assignment')}"
        click.echo(json.dumps({"up_to_date": current}) if as_json else told)
        return
    report = make(root, names, _tell("building"))
    if as_json:
        click.echo(json.dumps(report.to_json()))
        return
    click.echo(
        f"built {_count(len(report.assignments), 'assignment')}: "
        f"{_count(len(report.written), 'file')} written, {len(report.removed)} removed"
    )


@click.command()
@click.argument("names", nargs=-1, metavar="COURSE|ASSIGNMENT...")
@click.option("--all", "everything", is_flag=True, help="Release every assignment of every course.")
@click.option(
    "--exchange/--no-exchange",
    default=True,
    show_default=True,
    help="Hand out through nbgrader's exchange; without it the assignments are only in release/.",
)
@_root
@_json
def release(names: tuple[str, ...], everything: bool, exchange: bool, root: Path, as_json: bool) -> None:
    """Release assignments to students.

    Their quests are frozen, the gradebook learns of them, and nbgrader's exchange hands them out. Answers are
    judged by the version that was released, whatever becomes of the course later. Releasing again hands out the
    current version.

    \b
    Examples:
      gitquest release git-01-first-repository
      gitquest release git --no-exchange
    """
    from courses.release import release as give_out

    if bool(names) == everything:
        raise click.UsageError("name what to release (a course, or assignments), or say --all")
    report = give_out(root, names, exchange=exchange, progress=_tell("releasing"))
    if as_json:
        click.echo(json.dumps(report.to_json()))
        return
    where = f"; handed out by {report.exchange}" if report.exchange else ""
    versions = _count(len(report.frozen), "new quest version")
    click.echo(f"released {_count(len(report.assignments), 'assignment')}, {versions} kept{where}")


@click.command()
@click.argument("names", nargs=-1, metavar="[COURSE|QUEST]...")
@click.option("--jobs", type=click.IntRange(1), help="How many quests to try at once; by default one a core.")
@_root
@_json
def gate(names: tuple[str, ...], jobs: int | None, root: Path, as_json: bool) -> None:
    """Prove that quests can be solved, and failed.

    Untouched it scores nothing, each solution scores everything, each wrong answer scores less and is caught
    by the check it names; the student's copy agrees. Then each solution is changed in one place, again and again: a
    change that keeps full marks and leaves another state has to be named in the quest under 'harmless'.

    \b
    Examples:
      gitquest gate
      gitquest gate git first-select
    """
    from courses.gate import gate as prove

    results = prove(root, names, jobs, None if as_json else lambda result: click.echo(result.line))
    failed = [result for result in results if result.problems]
    if as_json:
        click.echo(json.dumps({"quests": [result.to_json() for result in results], "failed": len(failed)}))
    else:
        click.echo(f"{len(results) - len(failed)} of {_count(len(results), 'quest')} passed the gate")
    if failed:
        raise SystemExit(1)


@click.command()
@click.argument("assignments", nargs=-1, metavar="[COURSE|ASSIGNMENT]...")
@click.option("--students", type=click.IntRange(1, 500), default=12, show_default=True, help="The size of the class.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another number gives another class.")
@click.option(
    "--exchange-student",
    metavar="NAME",
    help="One more student, who fetches and submits through the exchange.",
)
@_root
@_json
def rehearse(
    assignments: tuple[str, ...],
    students: int,
    seed: int,
    exchange_student: str | None,
    root: Path,
    as_json: bool,
) -> None:
    """Hand in a rehearsal class.

    It serves to try grading, rewards and reports before a term. Students rehearsal-01, rehearsal-02, … answer from
    the courses' solutions and wrong answers; the same seed gives the same class. Their work is in submitted/;
    remove the folders rehearsal-* when it is over.

    \b
    Example:
      gitquest rehearse git --students 20 --exchange-student rehearsal-remote
    """
    from courses.rehearse import rehearse as hand_in

    report = hand_in(root, assignments, students, seed, exchange_student, _tell("handing in"))
    if as_json:
        click.echo(json.dumps(report.to_json()))
        return
    whose = _count(len(report.students), "rehearsal student")
    click.echo(f"{_count(report.submissions, 'submission')} of {whose} in {root / 'submitted'}")


@click.command()
@click.argument("assignments", nargs=-1, metavar="[COURSE|ASSIGNMENT]...")
@_root
@_json
def collect(assignments: tuple[str, ...], root: Path, as_json: bool) -> None:
    """Take what students submitted out of the exchange.

    Does what 'nbgrader collect --update' does, for several assignments at once; by default for all that have been
    released. Collecting again takes only newer submissions.

    \b
    Example:
      gitquest collect git-01-first-repository
    """
    from courses.collect import collect as take

    report = take(root, assignments, _tell("collecting"))
    if as_json:
        click.echo(json.dumps(report.to_json()))
        return
    for warning in report.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(f"collected {_count(len(report.collected), 'new submission')} into {root / 'submitted'}")
