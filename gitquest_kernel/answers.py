"""An answer is data: what a student wrote, read from the cell or from ``answers/``."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from gitquest_kernel.errors import AnswerError
from gitquest_kernel.quest import Quest
from gitquest_kernel.quest.dbt import DbtQuest

__all__ = ["Answer", "find_answer", "from_cell", "has_commands", "load_answer", "quest_cell", "save_answer"]

_MAGIC = re.compile(r"\A(?:[ \t]*\n)*%%quest[ \t]+([a-z0-9-]+)[ \t]*(?:\n|\Z)")
_HEADER = re.compile(r"\A# gitquest (\S+) (\S+)\n")
_HERE_DOCUMENT = re.compile(r"cat\s*>\s*(\S+)\s*<<\s*(['\"]?)([A-Za-z_]\w*)\2\s*\Z")
MAX_BYTES = 1_000_000
"""The largest answer that is read; a longer one is nobody's work."""


@dataclass(frozen=True)
class Answer:
    """What a student hands in for one quest.

    Parameters
    ----------
    text
        Commands, a query or choices; empty for dbt.
    files
        For dbt, the project's changed files by path.
    digest
        The version of the quest it was written for, where recorded.
    source
        ``cell`` when the answer stands in the notebook, ``saved`` when it was kept under ``answers/``.
    """

    quest: str
    text: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    digest: str | None = None
    source: Literal["cell", "saved", "none"] = "none"

    @property
    def empty(self) -> bool:
        """Whether there is nothing to judge."""
        return not has_commands(self.text) and not self.files

    @property
    def shown(self) -> str:
        """The answer as a reader would want to see it."""
        files = [f"cat > {path} <<'EOF'\n{text.rstrip()}\nEOF" for path, text in sorted(self.files.items())]
        return "\n".join(files) if files else self.text.strip("\n")


def quest_cell(source: str) -> tuple[str, str] | None:
    """Return the quest's id and the body of a cell that begins with ``%%quest``, else None."""
    source = source.replace("\r\n", "\n")
    match = _MAGIC.match(source)
    return (match.group(1), source[match.end() :]) if match else None


def has_commands(body: str) -> bool:
    """Whether a body holds anything but blank lines and comments."""
    return any(line.strip() and not line.lstrip().startswith("#") for line in body.splitlines())


def from_cell(quest: Quest, body: str, digest: str | None = None) -> Answer:
    """Read an answer from the body of its cell.

    Raises
    ------
    AnswerError
        A dbt answer holds something that is not a here-document of a file.
    """
    if not has_commands(body):
        return Answer(quest.id, digest=digest)
    if isinstance(quest, DbtQuest):
        files = _here_documents(body)
        return Answer(quest.id, files={} if _untouched(quest, files) else files, digest=digest, source="cell")
    return Answer(quest.id, body, digest=digest, source="cell")


def load_answer(quest: Quest, folder: Path) -> Answer:
    """Read the answer that the panel saved beside the notebook, or an empty one.

    Only plain files inside ``folder/answers`` are read, never through a link.
    """
    if isinstance(quest, DbtQuest):
        return _load_files(quest, folder / "answers" / quest.id)
    path = folder / "answers" / f"{quest.id}.txt"
    if not path.is_file() or path.is_symlink() or path.parent.is_symlink():
        return Answer(quest.id)
    text = _read(path)
    header = _HEADER.match(text)
    written_for = header.group(2) if header else None
    return Answer(quest.id, text[header.end() :] if header else text, digest=written_for, source="saved")


def save_answer(answer: Answer, folder: Path) -> None:
    """Keep an answer beside the notebook; a reader sees the old one or the new one, never a part."""
    if answer.files:
        for name, text in answer.files.items():
            _replace(folder / "answers" / answer.quest / name, text)
        _replace(folder / "answers" / answer.quest / ".digest", f"{answer.digest or '-'}\n")
        return
    header = f"# gitquest {answer.quest} {answer.digest or '-'}\n"
    _replace(folder / "answers" / f"{answer.quest}.txt", header + answer.text)


def find_answer(quest: Quest, body: str | None, folder: Path, digest: str | None = None) -> Answer:
    """Return the one answer that counts: the cell's when it holds commands, else the saved one.

    Parameters
    ----------
    body
        The answer cell's body, or None when there is no such cell.
    folder
        The folder of the notebook.
    digest
        The version that the notebook was released with.
    """
    if body is not None and has_commands(body):
        return from_cell(quest, body, digest)
    saved = load_answer(quest, folder)
    return saved if saved.digest else Answer(saved.quest, saved.text, saved.files, digest, saved.source)


def _here_documents(body: str) -> dict[str, str]:
    files: dict[str, str] = {}
    lines = iter(enumerate(body.splitlines(), 1))
    for number, line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _HERE_DOCUMENT.match(line.strip())
        if not match:
            raise AnswerError(
                f"'{line.strip()[:60]}' is not a file of the project",
                where=f"line {number}",
                remedy="Write each file as: cat > models/name.sql <<'SQL', its lines, then SQL on a line of its own.",
            )
        text: list[str] = []
        for _, inner in lines:
            if inner == match.group(3):
                break
            text.append(inner)
        else:
            raise AnswerError(
                f"the file {match.group(1)} has no end",
                where=f"line {number}",
                remedy=f"Put {match.group(3)} on a line of its own after the file's last line.",
            )
        files[match.group(1)] = "\n".join(text) + "\n"
    return files


def _load_files(quest: DbtQuest, folder: Path) -> Answer:
    if not folder.is_dir() or folder.is_symlink() or folder.parent.is_symlink():
        return Answer(quest.id)
    files: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        inside = path.resolve().is_relative_to(folder.resolve())
        if name in quest.editable and path.is_file() and inside and not path.is_symlink():
            files[name] = _read(path)
    stamp = folder / ".digest"
    written_for = _read(stamp).strip() if stamp.is_file() and not stamp.is_symlink() else None
    return Answer(quest.id, files={} if _untouched(quest, files) else files, digest=written_for, source="saved")


def _untouched(quest: DbtQuest, files: Mapping[str, str]) -> bool:
    """Whether the files are those that the quest began with."""
    return all(quest.project.get(name, "").rstrip() == text.rstrip() for name, text in files.items())


def _read(path: Path) -> str:
    if path.stat().st_size > MAX_BYTES:
        raise AnswerError(
            f"the answer is larger than {MAX_BYTES:,} bytes",
            where=str(path),
            remedy="Reset the quest and answer again; an answer is a few lines of text.",
        )
    return path.read_text(encoding="utf-8", errors="replace")


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            # As any other file of the notebook's folder: an exchange may hand it to somebody else's account.
            os.fchmod(file.fileno(), 0o644)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
