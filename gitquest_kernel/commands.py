"""The commands that need no course: parse and delegate.

Each imports what it needs when it runs, so that the doctor can tell of a library that is missing or broken.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitquest_kernel.errors import GitQuestError

if TYPE_CHECKING:
    from gitquest_kernel.doctor import Finding
    from gitquest_kernel.sandbox.snapshot import Repository

__all__ = ["doctor", "graph", "schema"]

_WIDTH = 1040
_KINDS = ("quest", "git", "sql", "dbt", "quiz", "course", "lesson")
_SUFFIXES = (".html", ".svg", ".txt")

_root = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    show_default=True,
    help="The folder that other paths are relative to.",
)


@click.command(
    epilog="""\b
Examples:
  gitquest graph                           the repository here, as a web page
  gitquest graph ~/src/flask -o flask.svg
  gitquest graph -o - --max 20             in the terminal
  gitquest graph --branch main --json
"""
)
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("-o", "--output", metavar="FILE", help="A file .html, .svg or .txt; '-' draws in the terminal.")
@click.option(
    "--max", "most", type=click.IntRange(min=0), default=2000, show_default=True, help="The newest commits; 0: all."
)
@click.option("--branch", "branches", multiple=True, metavar="NAME", help="Only what NAME reaches; may be repeated.")
@click.option("--all", "everything", is_flag=True, help="Also what only the reflog still knows.")
@click.option("--json", "as_json", is_flag=True, help="Print commits, places, edges and labels as JSON.")
@_root
def graph(
    path: Path, output: str | None, most: int, branches: Sequence[str], everything: bool, as_json: bool, root: Path
) -> None:
    """Draw the commit graph of any git repository.

    PATH is a folder in a repository, or a bare one. It is only read, and nothing in it is run. Prints the path of
    the drawing: by default NAME-graph.html in the root, or in a temporary folder if the root is in a repository,
    where the file would turn up as untracked.
    """
    from gitquest_kernel.graph import as_data, history, read_repository, text

    if as_json and output:
        raise click.UsageError("--json prints; leave it out, or leave out --output")
    if output not in {None, "-"} and Path(output or "").suffix.lower() not in _SUFFIXES:
        raise click.UsageError(f"--output takes '-' or a file that ends in {', '.join(_SUFFIXES)}, not '{output}'")
    repository, more = read_repository(root / path, max_commits=most or None, branches=branches, reflog=everything)
    if as_json:
        click.echo(json.dumps(as_data(repository, history(repository)) | {"more": more}, indent=1))
        return
    if output == "-":
        columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 100
        click.echo(text(repository, max_commits=None, width=max(columns, 40)))
    else:
        target = root / output if output else _beside(root, f"{repository.path}-graph.html")
        _write(target, _drawn(repository, target.suffix.lower(), more))
        click.echo(target)
    if more:
        click.echo(f"The newest {len(repository.commits):,} commits; --max 0 draws all.", err=True)


@click.command(
    epilog="""\b
Example:
  gitquest schema git > git.schema.json
and as the first line of a quest's file, for editors with the YAML language server:
  # yaml-language-server: $schema=git.schema.json
"""
)
@click.argument("kind", type=click.Choice(_KINDS), default="quest")
@click.option("-o", "--output", metavar="FILE", help="Write a file instead of printing.")
@_root
def schema(kind: str, output: str | None, root: Path) -> None:
    """Print the JSON Schema of a quest of one KIND (or of any), of course.yaml, or of a lesson's front matter.

    With it, an editor completes keys and marks mistakes while you write.
    """
    from gitquest_kernel.schema import schema as schema_of

    content = json.dumps(schema_of(kind), indent=2) + "\n"
    if output is None or output == "-":
        click.echo(content, nl=False)
    else:
        _write(root / output, content)
        click.echo(root / output)


@click.command(epilog="Example: gitquest doctor --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
@_root
def doctor(as_json: bool, root: Path) -> None:
    """Check that this machine has what Git Quest needs; say how to get the rest.

    Exits with 1 when something is missing without which no quest can be played.
    """
    from gitquest_kernel.doctor import examine

    findings = examine(root)
    if as_json:
        click.echo(json.dumps([finding.to_json() for finding in findings], indent=2))
    else:
        for finding in findings:
            _say(finding)
    if any(finding.essential and not finding.fine for finding in findings):
        sys.exit(1)


def _say(finding: Finding) -> None:
    word, colour = ("ok", "green") if finding.fine else ("missing", "red") if finding.essential else ("note", "yellow")
    click.secho(f"{word:8}", fg=colour, nl=False)
    click.echo(f"{finding.name:15} {finding.found}")
    if not finding.fine and finding.remedy:
        click.echo(f"{'':24}{finding.remedy}")


def _drawn(repository: Repository, suffix: str, more: bool) -> str:
    from gitquest_kernel.graph import page, svg, text

    if suffix == ".svg":
        return svg(repository, title=f"Commit graph of {repository.path}", max_commits=None, width=_WIDTH)
    if suffix == ".txt":
        return text(repository, max_commits=None) + "\n"
    return page(repository, more=more)


def _beside(root: Path, name: str) -> Path:
    inside = any((folder / ".git").exists() for folder in (root.resolve(), *root.resolve().parents))
    return Path(tempfile.mkdtemp(prefix="gitquest-")) / name if inside else root / name


def _write(path: Path, content: str) -> None:
    """Write a file as a whole, or not at all."""
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".gitquest-") as folder:
            draft = Path(folder, "draft")
            draft.write_text(content, encoding="utf-8")
            draft.replace(path)
    except OSError as error:
        problem, remedy = f"cannot be written ({error.strerror})", "name another file with --output"
        raise GitQuestError(problem, where=str(path), remedy=remedy) from error
