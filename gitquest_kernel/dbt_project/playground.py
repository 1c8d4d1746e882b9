"""The lesson's own project, in which cells run dbt commands. It is never graded."""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from gitquest_kernel.dbt_project import server
from gitquest_kernel.dbt_project.layout import write_project, write_seeds
from gitquest_kernel.errors import AnswerSyntaxError, Refused

__all__ = ["COMMANDS", "DbtPlayground"]

COMMANDS = ("build", "compile", "ls", "run", "seed", "show", "test")
_HERE_DOCUMENT = re.compile(r"cat\s*>\s*([\w./-]+)\s*<<\s*(['\"]?)(\w+)\2\s*")
_CLOCK = re.compile(r"^\d\d:\d\d:\d\d ? ?", re.MULTILINE)
_KNOWN = f"A %%dbt cell knows: dbt {', dbt '.join(COMMANDS)}, cat FILE, and cat > FILE <<'EOF'."


class DbtPlayground:
    """A project that lives as long as this object: files written by one cell are there for the next.

    Parameters
    ----------
    files, seeds
        What the project holds at first, by path and by name.
    """

    def __init__(self, files: Mapping[str, str], seeds: Mapping[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="gitquest-dbt-", ignore_cleanup_errors=True)
        self._place = Path(self._folder.name)
        self._project = self._place / "project"
        write_project(self._project, files)
        write_seeds(self._project, seeds)

    def run(self, script: str) -> Iterator[tuple[str, str]]:
        """Run each command of a script and yield it with what it prints.

        A command is ``dbt`` with one of `COMMANDS`, ``cat FILE``, or a here-document ``cat > FILE <<'EOF'``.

        Raises
        ------
        AnswerSyntaxError, Refused
            A line is none of these.
        """
        lines = iter(script.splitlines())
        for line in lines:
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if document := _HERE_DOCUMENT.fullmatch(line.strip()):
                self._write(document.group(1), _until(document.group(3), lines))
                yield f"cat > {document.group(1)}", ""
            else:
                yield line.strip(), self._command(line)

    def _command(self, line: str) -> str:
        try:
            words = shlex.split(line)
        except ValueError as error:
            raise AnswerSyntaxError(f"'{line.strip()}' cannot be read: {error}", remedy="Close its quotes.") from None
        if words[0] == "cat" and len(words) == 2:
            return self._read(words[1])
        if words[0] != "dbt" or len(words) < 2:
            raise AnswerSyntaxError(f"'{words[0]}' is not a command of this cell", remedy=_KNOWN)
        if words[1] not in COMMANDS:
            raise Refused(f"'dbt {words[1]}' is not run here", remedy=_KNOWN)
        log = self._place / "dbt.log"
        server.ask({"project": str(self._project), "arguments": words[1:], "log": str(log)})
        return _CLOCK.sub("", log.read_text(encoding="utf-8", errors="replace")).strip("\n")

    def _write(self, name: str, text: str) -> None:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def _read(self, name: str) -> str:
        path = self._path(name)
        if not path.is_file():
            raise AnswerSyntaxError(f"there is no file '{name}'", remedy="Name a file of the project: models/….sql")
        return path.read_text(encoding="utf-8").rstrip("\n")

    def _path(self, name: str) -> Path:
        path = (self._project / name).resolve()
        if not path.is_relative_to(self._project.resolve()):
            raise Refused(f"'{name}' is not in the project", remedy="Name a file of the project: models/….sql")
        return path


def _until(end: str, lines: Iterator[str]) -> str:
    text: list[str] = []
    for line in lines:
        if line == end:
            return "".join(text)
        text.append(f"{line}\n")
    raise AnswerSyntaxError(
        f"the file's text has no end: no line reads {end}", remedy=f"Put {end} on a line of its own below it."
    )
