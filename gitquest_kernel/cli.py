"""The ``gitquest`` command: a group whose subcommands are entry points.

A package contributes a subcommand by naming a click command in the entry-point group ``gitquest.commands``.
Each is imported only when it is asked for, so that drawing a graph never waits for nbgrader.
"""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points, version

import click

from gitquest_kernel.errors import GitQuestError

__all__ = ["main"]


class EntryPointGroup(click.Group):
    """List and load subcommands from the entry-point group ``gitquest.commands``."""

    @property
    def _entry_points(self) -> dict[str, EntryPoint]:
        return {point.name: point for point in entry_points(group="gitquest.commands")}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._entry_points)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        point = self._entry_points.get(cmd_name)
        if point is None:
            return None
        try:
            command: click.Command = point.load()
        except ModuleNotFoundError as error:
            return _not_installed(cmd_name, error)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except GitQuestError as error:
            click.secho("error: ", nl=False, fg="red", bold=True, err=True)
            click.echo(str(error), err=True)
            sys.exit(1)


def _not_installed(name: str, error: ModuleNotFoundError) -> click.Command:
    extra = "analyst" if name in {"load", "report"} else "instructor"

    @click.command(name, short_help=f"(needs gitquest[{extra}])", context_settings={"ignore_unknown_options": True})
    @click.argument("rest", nargs=-1)
    def command(rest: tuple[str, ...]) -> None:
        raise GitQuestError(
            f"'gitquest {name}' needs the module {error.name}, which is not installed",
            remedy=f"pip install 'gitquest[{extra}]'",
        )

    return command


@click.group(
    cls=EntryPointGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Each command has its own help: gitquest COMMAND --help",
)
@click.version_option(version("gitquest"), prog_name="gitquest")
def main() -> None:
    """Teach git, SQL and dbt in Jupyter, and grade it by replay."""
