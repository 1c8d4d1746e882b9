"""What git has begun in a repository and not ended."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gitquest_kernel.sandbox.inside import Inside
from gitquest_kernel.sandbox.parts import Progress

__all__ = ["read_progress"]

_ID = re.compile(r"[0-9a-f]{40}")
_HEADS = {"MERGE_HEAD": "merge", "REVERT_HEAD": "revert", "CHERRY_PICK_HEAD": "cherry-pick"}


def read_progress(
    inside: Inside, git: str, refs: Mapping[str, str], pseudo: Mapping[str, str]
) -> tuple[str | None, Progress]:
    """Return the operation in progress, and how far it has come.

    Parameters
    ----------
    git
        The worktree's own git folder.
    pseudo
        ``MERGE_HEAD`` and its like.
    """
    for name in ("rebase-merge", "rebase-apply"):
        if inside.is_folder(f"{git}/{name}"):
            return _rebase(inside, f"{git}/{name}")
    for name, operation in _HEADS.items():
        if name in pseudo:
            return operation, Progress(heads=_ids(inside.lines(f"{git}/{name}")))
    if inside.is_folder(f"{git}/sequencer"):
        todo = _steps(inside.lines(f"{git}/sequencer/todo"))
        operation = "revert" if todo and todo[0].startswith("revert") else "cherry-pick"
        return operation, Progress(todo=todo)
    if inside.is_file(f"{git}/BISECT_LOG"):
        return "bisect", _bisect(inside, git, refs)
    return None, Progress()


def _rebase(inside: Inside, folder: str) -> tuple[str, Progress]:
    def line(name: str) -> str | None:
        return (inside.text(f"{folder}/{name}") or "").strip() or None

    if inside.is_file(f"{folder}/applying"):
        return "am", Progress()
    branch = line("head-name")
    return "rebase", Progress(
        branch=branch if branch and branch.startswith("refs/") else None,
        onto=line("onto"),
        stopped=line("stopped-sha"),
        todo=_steps(inside.lines(f"{folder}/git-rebase-todo")),
        done=_steps(inside.lines(f"{folder}/done")),
    )


def _bisect(inside: Inside, git: str, refs: Mapping[str, str]) -> Progress:
    old, new = (*inside.lines(f"{git}/BISECT_TERMS"), "", "")[1::-1]
    start = (inside.text(f"{git}/BISECT_START") or "").strip()
    branch = f"refs/heads/{start}"
    return Progress(
        branch=branch if branch in refs else None,
        good=_marked(refs, old or "good", prefix=True),
        bad=_marked(refs, new or "bad", prefix=False),
    )


def _marked(refs: Mapping[str, str], term: str, *, prefix: bool) -> tuple[str, ...]:
    name = f"refs/bisect/{term}"
    return tuple(sorted(oid for ref, oid in refs.items() if ref == name or (prefix and ref.startswith(f"{name}-"))))


def _ids(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line[:40] for line in lines if _ID.match(line))


def _steps(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
