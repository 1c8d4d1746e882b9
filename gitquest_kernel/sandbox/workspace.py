"""A workspace: a folder of its own in which commands of the answer grammar run, the same on every machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from gitquest_kernel.confinement import Executor, Limits, executor_for
from gitquest_kernel.errors import AnswerSyntaxError, SandboxError
from gitquest_kernel.sandbox.grammar import parse
from gitquest_kernel.sandbox.interpreter import CommandResult, Ending, Interpreter, Position
from gitquest_kernel.sandbox.keep import Keep, Kept
from gitquest_kernel.sandbox.place import Place, git_program
from gitquest_kernel.sandbox.reader import Cache, read_snapshot
from gitquest_kernel.sandbox.script import Line
from gitquest_kernel.sandbox.snapshot import Snapshot

__all__ = ["Checkpoint", "CommandResult", "Ending", "Workspace"]


@dataclass(frozen=True)
class Checkpoint:
    """A workspace as it was between two lines: its files, current folder, variables and clock."""

    kept: Kept
    position: Position


class Workspace:
    """Run answers in a folder that no other code touches.

    Identity, time and configuration are fixed, so that the same commands make the same object ids everywhere. A
    workspace belongs to one thread.

    Parameters
    ----------
    place
        An empty folder to work in; by default a temporary one, which goes with the workspace.
    limits
        What one command may use.
    confined
        Whether the operating system keeps programs to the folder as well. Without it only the command policy does,
        which is enough for a process that is confined itself. By default as `gitquest_kernel.confinement.by_default`
        has decided for this process.

    Examples
    --------
    >>> with Workspace() as ws:
    ...     result = ws.run("git init")
    ...     ws.snapshot().repository.head.branch
    'refs/heads/main'
    """

    def __init__(
        self, place: Path | None = None, limits: Limits | None = None, *, confined: bool | None = None
    ) -> None:
        git_program()
        self._temporary = place is None
        try:
            folder = Path(tempfile.mkdtemp(prefix="gitquest-")) if place is None else place
        except OSError as error:
            raise SandboxError(
                f"there is no room for a workspace: {error.strerror or error}",
                remedy="Free some disk space, or set TMPDIR to a folder that you may write.",
            ) from error
        self._place = Place(folder.resolve())
        try:
            self._place.prepare()
        except SandboxError:
            if self._temporary:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        self._executor: Executor = executor_for(self._place.folder, confined)
        self._interpreter = Interpreter(self._place, self._executor, limits or Limits())
        self._cache = Cache()
        self._keep = Keep(self._place.folder)
        # A kernel may end without closing its panels.
        removed = self._place.folder if self._temporary else None
        self._closing = weakref.finalize(self, _close, self._executor, self._keep, removed, os.getpid())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.dispose()

    @property
    def root(self) -> Path:
        """The confined folder; commands see nothing above it."""
        return self._place.work

    @property
    def cwd(self) -> Path:
        """Where the next command runs."""
        return self._interpreter.cwd

    @property
    def now(self) -> int:
        """The workspace's clock: a function of how many commands have run, in Unix seconds."""
        return self._interpreter.now

    @property
    def folder(self) -> str:
        """The current folder relative to the root, ``"."`` for the root itself."""
        return self.cwd.relative_to(self.root).as_posix()

    def dispose(self) -> None:
        """End what still runs, forget every checkpoint, and remove a temporary workspace's folder."""
        self._closing()

    def snapshot(self) -> Snapshot:
        """Return the state of everything in the workspace."""
        return read_snapshot(self._place.folder, self._cache).moved(self.folder)

    def checkpoint(self) -> Checkpoint:
        """Keep the state as it is now, to come back to; only what has changed since the last one is copied.

        Raises
        ------
        SandboxError
            The workspace's folder is gone, or there is no room.
        """
        return Checkpoint(self._keep.keep(), self._interpreter.position)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back, or on, to a checkpoint of this workspace; it can be gone to again, and others branch off from it.

        Brings a workspace back even when its folder was removed.

        Raises
        ------
        SandboxError
            There is no room for its files.
        """
        if not self._place.whole:
            # A driver is bound to the folder that it was started for.
            self._executor.close()
            self._place.prepare()
        changed = self._keep.restore(checkpoint.kept)
        self._interpreter.position = checkpoint.position
        self._interpreter.refresh(changed)

    def run(self, line: str) -> CommandResult:
        """Run one line, with its here-documents.

        Never raises for what a student typed: a line that cannot be run says so in its result.

        Raises
        ------
        SandboxError
            The workspace's folder is gone.
        """
        results = self.run_script(line)
        if not results:
            return CommandResult(line, "", "", 0)
        if len(results) == 1:
            return results[0]
        last = results[-1]
        return CommandResult(
            line,
            "".join(r.stdout for r in results),
            "".join(r.stderr for r in results),
            last.returncode,
            last.outcome,
        )

    def run_script(self, text: str) -> list[CommandResult]:
        """Run a whole answer; a failing command does not stop the next, a refused or unreadable one does.

        Returns
        -------
        list of CommandResult
            One for each line that was reached.
        """
        try:
            lines = parse(text)
        except AnswerSyntaxError as error:
            return [CommandResult(text, "", f"{error}\n", 2, "syntax")]
        results: list[CommandResult] = []
        for line in lines:
            results.append(self.run_line(line))
            if results[-1].outcome in {"refused", "syntax"}:
                break
        return results

    def run_as(self, identity: Mapping[str, str], script: str) -> list[CommandResult]:
        """Run a script in somebody else's name, from the top folder, and come back.

        Parameters
        ----------
        identity
            ``GIT_AUTHOR_NAME`` and its like.
        """
        with self._interpreter.somebody_else(identity):
            return self.run_script(script)

    def run_line(self, line: Line) -> CommandResult:
        """Run one parsed line and move the clock on."""
        if not os.path.isdir(self._place.work):  # noqa: PTH112 (called for every line)
            raise SandboxError(
                "the workspace's folder is gone",
                where=str(self.root),
                remedy="Open the quest again: your answer is kept.",
            )
        return self._interpreter.run(line)


def _close(executor: Executor, keep: Keep, folder: Path | None, owner: int) -> None:
    """End a workspace, in the process that made it and not in a fork of that."""
    if os.getpid() == owner:
        executor.close()
        keep.close()
        if folder is not None:
            _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a folder, even where a student took the rights to do so away."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        for path, folders, _ in os.walk(folder):
            for name in folders:
                with contextlib.suppress(OSError):
                    os.chmod(f"{path}/{name}", 0o700, follow_symlinks=False)  # noqa: PTH101
        shutil.rmtree(folder, ignore_errors=True)
