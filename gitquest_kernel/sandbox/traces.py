"""Take the folder's real name out of what git wrote down, so that it is the same on every machine.

A clone writes the other repository's path into its reflog, a fetch into FETCH_HEAD, and from there it gets into the
message of a merge.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from gitquest_kernel.sandbox.only_files import append_to, read_file
from gitquest_kernel.sandbox.place import SHOWN_ROOT

__all__ = ["erase_traces", "leaves_traces"]

_COMMANDS = {"clone", "fetch", "pull", "remote", "submodule", "subtree", "worktree"}
_FILES = {"FETCH_HEAD", "MERGE_MSG", "SQUASH_MSG"}


def leaves_traces(arguments: Sequence[str]) -> bool:
    """Tell whether a command may have written down where the workspace lies."""
    return arguments[0] == "git" and not _COMMANDS.isdisjoint(arguments)


def erase_traces(root: Path) -> None:
    """Replace the real name of ``root`` by the shown one in every reflog and every message that waits for a commit."""
    real, shown = os.fsencode(root), SHOWN_ROOT.encode()
    for path in _notes(str(root)):
        with contextlib.suppress(OSError):
            text = read_file(path)
            if real in text:
                with append_to(path, empty=True) as file:
                    file.write(text.replace(real, shown))


def _notes(root: str) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        if "objects" in folders and "refs" in folders:
            folders[:] = [name for name in folders if name in {"logs", "modules", "worktrees"}]
        in_logs = f"{os.sep}logs" in folder
        yield from (os.path.join(folder, name) for name in files if in_logs or name in _FILES)  # noqa: PTH118 (a string)
