"""A workspace: a folder of its own in which commands of the answer grammar run, the same on every machine."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from gitquest_kernel.confinement import ConfinedExecutor, Ended, Executor, Limits, PlainExecutor
from gitquest_kernel.errors import AnswerSyntaxError, Refused, SandboxError
from gitquest_kernel.sandbox import builtin
from gitquest_kernel.sandbox.expand import expand, substitute
from gitquest_kernel.sandbox.grammar import Command, Line, Pipeline, Redirect, parse
from gitquest_kernel.sandbox.place import EPOCH, MINUTE, Place, git_program
from gitquest_kernel.sandbox.policy import check_command, inside
from gitquest_kernel.sandbox.reader import Cache, read_snapshot
from gitquest_kernel.sandbox.snapshot import Snapshot

__all__ = ["CommandResult", "Ending", "Workspace"]

SHOWN_ROOT = "/quest"
"""What the workspace's folder is called in output."""
Ending = Literal["ran", "refused", "syntax", "timeout", "too_much_output", "crashed"]
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)


@dataclass(frozen=True)
class CommandResult:
    """What one line of an answer did.

    Parameters
    ----------
    command
        The line as written, here-documents included.
    outcome
        ``ran`` when it ran to its end, whatever it returned; else why it did not.
    """

    command: str
    stdout: str
    stderr: str
    returncode: int
    outcome: Ending = "ran"


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
        which is enough for a process that is confined itself.

    Examples
    --------
    >>> with Workspace() as ws:
    ...     result = ws.run("git init")
    ...     ws.snapshot().repository.head.branch
    'refs/heads/main'
    """

    def __init__(self, place: Path | None = None, limits: Limits | None = None, *, confined: bool = False) -> None:
        git_program()
        self._temporary = place is None
        folder = Path(tempfile.mkdtemp(prefix="gitquest-")) if place is None else place
        self._place = Place(folder.resolve())
        self._place.prepare()
        self._limits = limits or Limits()
        self._executor: Executor = ConfinedExecutor(self._place.folder) if confined else PlainExecutor()
        self._variables = {"?": "0"}
        self._identity: dict[str, str] = {}
        self._cwd = self.root
        self._ticks = 0
        self._cache = Cache()

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
        return self._cwd

    @property
    def now(self) -> int:
        """The workspace's clock: a function of how many commands have run, in Unix seconds."""
        return EPOCH + self._ticks * MINUTE

    def dispose(self) -> None:
        """End what still runs, and remove a temporary workspace's folder."""
        self._executor.close()
        if self._temporary:
            shutil.rmtree(self._place.folder, ignore_errors=True)

    @property
    def folder(self) -> str:
        """The current folder relative to the root, ``"."`` for the root itself."""
        return self.cwd.relative_to(self.root).as_posix()

    def snapshot(self) -> Snapshot:
        """Return the state of everything in the workspace."""
        return read_snapshot(self._place.folder, self._cache).moved(self.folder)

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
        cwd, self._cwd, self._identity = self.cwd, self.root, dict(identity)
        try:
            return self.run_script(script)
        finally:
            self._cwd, self._identity = cwd, {}

    def run_line(self, line: Line) -> CommandResult:
        """Run one parsed line and move the clock on."""
        if not self.root.is_dir():
            raise SandboxError(
                "the workspace's folder is gone",
                where=str(self.root),
                remedy="Open the quest again: your answer is kept.",
            )
        self._ticks += 1
        stdout, stderr, code = b"", b"", 0
        ending: Ending = "ran"
        for pipeline in line.pipelines:
            if (pipeline.joined == "&&" and code) or (pipeline.joined == "||" and not code):
                continue
            try:
                ended = self._run_pipeline(pipeline)
            except Refused as error:
                ended, ending = Ended(b"", f"{error}\n".encode(), 126), "refused"
            except OSError as error:
                ended = Ended(b"", f"{error.strerror or error}: {error.filename or ''}\n".encode(), 1)
            stdout, stderr, code = stdout + ended.stdout, stderr + ended.stderr, ended.returncode
            self._variables["?"] = str(code)
            if ended.why != "exited":
                ending = ended.why
                stderr += f"stopped: {_WHY[ended.why]}\n".encode()
            if ending != "ran":
                break
        return CommandResult(line.source, self._text(stdout), self._text(stderr), code, ending)

    def _run_pipeline(self, pipeline: Pipeline) -> Ended:
        ended = Ended(b"", b"", 0)
        stderr = b""
        for number, command in enumerate(pipeline.commands):
            last = number == len(pipeline.commands) - 1
            ended = self._run_command(command, ended.stdout, alone=len(pipeline.commands) == 1)
            stderr += ended.stderr
            if last or ended.why != "exited":
                break
        return Ended(ended.stdout, stderr, ended.returncode, ended.why)

    def _run_command(self, command: Command, stdin: bytes, *, alone: bool) -> Ended:
        arguments = expand(command.words, self._variables, self.cwd)
        if not arguments:
            return Ended(b"", b"", 0)
        assignments = [_ASSIGNMENT.fullmatch(word) for word in arguments]
        if all(assignments):
            self._variables |= {match[1]: match[2] for match in assignments if match}
            return Ended(b"", b"", 0)
        check_command(arguments, self.root, self.cwd)
        self._provide_texts(command)
        for document in command.documents:
            if not document.for_editor:
                text = document.text if document.literal else substitute(document.text, self._variables)
                stdin = text.encode("utf-8", "surrogateescape")
        for redirect in command.redirects:
            if redirect.operator == "<":
                stdin = self._target(redirect).read_bytes()
        for redirect in command.redirects:
            if redirect.operator in {">", "2>"}:
                self._target(redirect).write_bytes(b"")
        return self._redirected(command.redirects, self._execute(arguments, stdin, alone=alone))

    def _execute(self, arguments: list[str], stdin: bytes, *, alone: bool) -> Ended:
        match arguments[0]:
            case "cd":
                return self._change_folder(arguments[1:]) if alone else Ended(b"", b"", 0)
            case "pwd":
                return Ended(f"{self.cwd}\n".encode(), b"", 0)
            case "echo":
                return Ended(builtin.echo(arguments[1:]).encode("utf-8", "surrogateescape"), b"", 0)
            case "date":
                return Ended(builtin.date(arguments[1:], self.now).encode(), b"", 0)
            case "sed":
                arguments = ["sed", "--sandbox", *arguments[1:]]
        env = self._place.environment(self.now, self._identity)
        try:
            return self._executor.run(arguments, cwd=self.cwd, env=env, stdin=stdin, limits=self._limits)
        except FileNotFoundError:
            return Ended(b"", f"{arguments[0]}: this machine does not have it\n".encode(), 127)

    def _change_folder(self, arguments: list[str]) -> Ended:
        target = Path(os.path.normpath(self.cwd / arguments[0])) if arguments and arguments[0] != "~" else self.root
        if not target.is_dir():
            return Ended(b"", f"cd: {arguments[0]}: there is no such folder\n".encode(), 1)
        self._cwd = target.resolve()
        return Ended(b"", b"", 0)

    def _text(self, data: bytes) -> str:
        """Decode output; the folder's real name, which differs each time, reads ``/quest``."""
        return data.decode("utf-8", "replace").replace(str(self.root), SHOWN_ROOT)

    def _target(self, redirect: Redirect) -> Path:
        name = "".join(expand([redirect.target], self._variables, self.cwd)[:1]) if redirect.target else ""
        if name == "/dev/null":
            return Path(name)
        if not name or not inside(name, self.root, self.cwd):
            raise Refused(f"'{name}' lies outside this quest's folder", remedy="Write to a file of this folder.")
        return self.cwd / name

    def _redirected(self, redirects: tuple[Redirect, ...], ended: Ended) -> Ended:
        stdout, stderr = ended.stdout, ended.stderr
        merged = any(redirect.operator == "2>&1" for redirect in redirects)
        if merged:
            stdout, stderr = stdout + stderr, b""
        for redirect in redirects:
            if redirect.operator in {"2>&1", "<"}:
                continue
            with self._target(redirect).open("ab") as file:
                file.write(stderr if redirect.operator.startswith("2") else stdout)
            if redirect.operator.startswith("2"):
                stderr = b""
            else:
                stdout = b""
        return Ended(stdout, stderr, ended.returncode, ended.why)

    def _provide_texts(self, command: Command) -> None:
        for left in self._place.texts.iterdir():
            left.unlink()
        for number, document in enumerate(document for document in command.documents if document.for_editor):
            (self._place.texts / f"{number:03}").write_text(document.text, errors="surrogateescape")


_WHY = {
    "timeout": "it ran for too long",
    "too_much_output": "it printed too much",
    "crashed": "it took the sandbox's driver down with it",
}
