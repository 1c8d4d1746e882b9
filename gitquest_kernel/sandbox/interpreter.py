"""Run parsed lines: variables, the current folder, redirections, the clock; programs go to an executor."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal

from gitquest_kernel.confinement import Ended, Executor, Limits, Stop
from gitquest_kernel.errors import Refused
from gitquest_kernel.sandbox import builtin
from gitquest_kernel.sandbox.expand import expand, substitute
from gitquest_kernel.sandbox.git_policy import programs_in_todo
from gitquest_kernel.sandbox.keep import repositories_of
from gitquest_kernel.sandbox.names import Names
from gitquest_kernel.sandbox.only_files import append_to, read_file
from gitquest_kernel.sandbox.place import EPOCH, MINUTE, SHOWN_ROOT, Place
from gitquest_kernel.sandbox.policy import check_command, check_program, inside
from gitquest_kernel.sandbox.script import Command, Line, Pipeline, Redirect, Word
from gitquest_kernel.sandbox.traces import erase_traces, leaves_traces

__all__ = ["CommandResult", "Ending", "Interpreter", "Position"]

Ending = Literal["ran", "refused", "syntax"] | Stop
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_OVERWRITTEN = re.compile(rb"[^\n]*\r(?!\n)")
"""What git's progress writes over: a terminal shows what comes after it."""
_BETWEEN = 16
"""How many times more a command may hand to the next of its pipeline than it may show."""
_WHY: dict[Stop, str] = {
    "timeout": "it ran for too long",
    "too_much_output": "it printed too much",
    "too_much_disk": "the files here take too much space: remove some, or undo",
    "too_many_processes": "it started too many programs at once",
    "out_of_memory": "it needed more memory than it may have",
    "crashed": "it took the sandbox's driver down with it",
}


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


@dataclass(frozen=True)
class Position:
    """Where an interpreter is between two lines: its current folder, variables and clock."""

    cwd: Path
    variables: Mapping[str, str]
    ticks: int = 0


class Interpreter:
    """Run the lines of one workspace, in order.

    Parameters
    ----------
    place
        The workspace's folders.
    executor
        Runs its programs.
    """

    def __init__(self, place: Place, executor: Executor, limits: Limits) -> None:
        self._place, self._executor, self._limits = place, executor, limits
        self.identity: dict[str, str] = {}
        self._texts_left = False
        self._names = Names(place)
        start = {"?": "0", "HOME": str(place.home), "PWD": str(place.work)}
        self.position = Position(place.work, start)

    @property
    def cwd(self) -> Path:
        """Where the next command runs."""
        return self.position.cwd

    @property
    def now(self) -> int:
        """The clock in Unix seconds: a function of how many lines have run."""
        return EPOCH + self.position.ticks * MINUTE

    def run(self, line: Line) -> CommandResult:
        """Run one parsed line and move the clock on."""
        self.position = replace(self.position, ticks=self.position.ticks + 1)
        stdout, stderr, code = b"", b"", 0
        ending: Ending = "ran"
        for pipeline in line.pipelines:
            if (pipeline.joined == "&&" and code) or (pipeline.joined == "||" and not code):
                continue
            try:
                ended = self._run_pipeline(pipeline)
            except Refused as error:
                ended, ending = Ended(b"", f"{error}\n".encode("utf-8", "surrogateescape"), 126), "refused"
            except (OSError, ValueError) as error:
                ended = Ended(b"", _spoken(error).encode("utf-8", "surrogateescape"), 1)
            stdout, stderr, code = stdout + ended.stdout, stderr + ended.stderr, ended.returncode
            self._set("?", str(code))
            if ended.why != "exited":
                ending = ended.why
                stderr += f"stopped: {_WHY[ended.why]}\n".encode()
            if ending != "ran":
                break
        return CommandResult(line.source, self._names.shown(stdout), self._names.shown(stderr), code, ending)

    @contextmanager
    def somebody_else(self, identity: Mapping[str, str]) -> Iterator[None]:
        """Run what follows in another name, from the top folder, and come back."""
        cwd = self.cwd
        self._go(self._place.work)
        self.identity = dict(identity)
        try:
            yield
        finally:
            self.identity = {}
            self._go(cwd)

    def refresh(self, changed: Iterable[str]) -> None:
        """Tell git of files that were brought back: it knows them by times that no program can set."""
        for top in sorted(repositories_of(self._place.folder, changed)):
            git = ["git", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"]
            env = self._place.environment(git, self.now, {})
            self._executor.run(
                [*git, "update-index", "-q", "--refresh"], cwd=top, env=env, stdin=b"", limits=self._limits
            )

    def _run_pipeline(self, pipeline: Pipeline) -> Ended:
        ended = Ended(b"", b"", 0)
        stderr = b""
        for number, command in enumerate(pipeline.commands, 1):
            last = number == len(pipeline.commands)
            ended = self._run_command(command, ended.stdout, alone=len(pipeline.commands) == 1, last=last)
            stderr += ended.stderr
            if ended.why != "exited":
                break
        return replace(ended, stderr=stderr)

    def _run_command(self, command: Command, stdin: bytes, *, alone: bool, last: bool) -> Ended:
        arguments = self._expand(command.words)
        if not arguments:
            return Ended(b"", b"", 0)
        if "=" in arguments[0] and alone:
            found = [match.groups() for word in arguments if (match := _ASSIGNMENT.fullmatch(word))]
            if len(found) == len(arguments):
                for name, value in found:
                    self._set(name, value)
                return Ended(b"", b"", 0)
        arguments = self._names.real(arguments)
        check_command(arguments, self._place.work, self.cwd)
        self._provide_texts(command, arguments)
        for document in command.documents:
            if not document.for_editor:
                text = document.text if document.literal else substitute(document.text, self.position.variables)
                stdin = text.encode("utf-8", "surrogateescape")
        if not command.redirects:
            return self._execute(arguments, stdin, alone=alone, last=last)
        return self._redirected(command.redirects, arguments, stdin, alone=alone, last=last)

    def _redirected(
        self, redirects: tuple[Redirect, ...], arguments: list[str], stdin: bytes, *, alone: bool, last: bool
    ) -> Ended:
        """Run with redirections, which take effect from left to right: ``> file 2>&1`` is not ``2>&1 > file``."""
        goals: dict[int, str | int] = {1: 1, 2: 2}
        opened: dict[str, BinaryIO] = {}
        left = {1: b"", 2: b""}
        with ExitStack() as files:
            for redirect in redirects:
                match redirect.operator:
                    case "2>&1":
                        goals[2] = goals[1]
                    case ">&2":
                        goals[1] = goals[2]
                    case "<":
                        stdin = read_file(self._target(redirect))
                    case operator:
                        goal = goals[2 if operator.startswith("2") else 1] = self._target(redirect)
                        opened[goal] = files.enter_context(append_to(goal, empty=not operator.endswith(">>")))
            shown = last and isinstance(goals[1], int)
            ended = self._execute(arguments, stdin, alone=alone, last=shown, merged=goals[1] == goals[2])
            for goal_of, data in ((goals[1], ended.stdout), (goals[2], ended.stderr)):
                if isinstance(goal_of, int):
                    left[goal_of] += data
                else:
                    opened[goal_of].write(data)
        return replace(ended, stdout=left[1], stderr=left[2])

    def _execute(self, arguments: list[str], stdin: bytes, *, alone: bool, last: bool, merged: bool = False) -> Ended:
        match arguments[0]:
            case "cd":
                return self._change_folder(arguments[1:]) if alone else Ended(b"", b"", 0)
            case "pwd":
                return Ended(f"{self.cwd}\n".encode("utf-8", "surrogateescape"), b"", 0)
            case "echo":
                return Ended(builtin.echo(arguments[1:]).encode("utf-8", "surrogateescape"), b"", 0)
            case "date":
                return Ended(builtin.date(arguments[1:], self.now).encode("utf-8", "surrogateescape"), b"", 0)
            case "tree":
                return Ended(builtin.tree(arguments[1:], self.cwd).encode("utf-8", "surrogateescape"), b"", 0)
            case "sed":
                arguments = ["sed", "--sandbox", *arguments[1:]]
        env = self._place.environment(arguments, self.now, self.identity)
        limits = self._limits if last else replace(self._limits, output=_BETWEEN * self._limits.output)
        try:
            ended = self._executor.run(arguments, cwd=self.cwd, env=env, stdin=stdin, limits=limits, merged=merged)
        except FileNotFoundError:
            if not self.cwd.is_dir():
                return self._lost()
            return Ended(b"", f"{arguments[0]}: this machine does not have it\n".encode(), 127)
        if arguments[0] == "git" and b"\r" in ended.stdout + ended.stderr:
            shown = _OVERWRITTEN.sub(b"", ended.stdout) if last else ended.stdout
            ended = replace(ended, stdout=shown, stderr=_OVERWRITTEN.sub(b"", ended.stderr))
        if self._texts_left and any(self._place.texts.iterdir()):
            unused = b"git opened no editor for the text that was left: it was not used.\n"
            ended = replace(ended, stderr=ended.stderr + unused)
        if leaves_traces(arguments):
            erase_traces(self._place.work)
        if b"ssh-keygen" in ended.stderr and b"cannot run" in ended.stderr:
            advice = b"Signing needs the program ssh-keygen: install OpenSSH's client, then try again.\n"
            ended = replace(ended, stderr=ended.stderr + advice)
        return ended

    def _lost(self) -> Ended:
        """The current folder was removed, by this command or one before: go back to one that is there."""
        self._go(self._place.work)
        return Ended(b"", f"the folder you were in is gone; you are in {SHOWN_ROOT} now\n".encode(), 1)

    def _change_folder(self, arguments: list[str]) -> Ended:
        wanted = arguments[0] if arguments else "~"
        if wanted in {"~", str(self._place.home)}:
            target = self._place.work
        else:
            target = Path(os.path.realpath(self.cwd / wanted))
        if not target.is_dir():
            problem = "it is not a folder" if target.exists() else "there is no such folder"
            return Ended(b"", f"cd: {wanted}: {problem}\n".encode("utf-8", "surrogateescape"), 1)
        if not target.is_relative_to(self._place.work):
            raise Refused(f"'{wanted}' lies outside this quest's folder", remedy="Stay below the folder you began in.")
        self._go(target)
        return Ended(b"", b"", 0)

    def _go(self, cwd: Path) -> None:
        self.position = replace(self.position, cwd=cwd)
        self._set("PWD", str(cwd))

    def _expand(self, words: Iterable[Word]) -> list[str]:
        return expand(words, self.position.variables, self.cwd, lambda name: inside(name, self._place.work, self.cwd))

    def _set(self, name: str, value: str) -> None:
        self.position = replace(self.position, variables={**self.position.variables, name: value})

    def _target(self, redirect: Redirect) -> str:
        words = self._expand([redirect.target] if redirect.target else [])
        name = "".join(self._names.real(["", *words])[1:2])
        if name == os.devnull:
            return name
        if not name or not inside(name, self._place.work, self.cwd):
            raise Refused(f"'{name}' lies outside this quest's folder", remedy="Write to a file of this folder.")
        return os.path.realpath(self.cwd / name)

    def _provide_texts(self, command: Command, arguments: list[str]) -> None:
        """Lay the texts out that the command's editors will be given, in their order."""
        if self._texts_left:
            for left in self._place.texts.iterdir():
                left.unlink()
            self._texts_left = False
        texts = [document.text for document in command.documents if document.for_editor]
        for number, text in enumerate(texts):
            if "rebase" in arguments:
                for program in programs_in_todo(text):
                    check_program(program, self._place.work, self.cwd)
            (self._place.texts / f"{number:03}").write_text(text, encoding="utf-8", errors="surrogateescape")
            self._texts_left = True
        if texts and arguments[:2] == ["git", "revert"] and not {"--edit", "-e", "--no-edit"} & set(arguments):
            # In a terminal it would open its editor; here it has to be told.
            arguments.insert(2, "--edit")


def _spoken(error: Exception) -> str:
    """Return what an error of the operating system says, in the words of a shell."""
    if isinstance(error, OSError):
        return f"{error.filename or ''}: {error.strerror or error}\n".removeprefix(": ")
    return f"{error}\n"
