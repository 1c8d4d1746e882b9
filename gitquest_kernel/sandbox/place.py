"""The folders of a workspace and the environment that its programs see."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gitquest_kernel.errors import SandboxError

__all__ = ["EPOCH", "MINUTE", "Place", "git_program"]

EPOCH = 1_767_603_600
"""The sandbox's first moment: Monday, 5 January 2026, 09:00 UTC, in Unix seconds."""
MINUTE = 60
"""How far the clock moves with each command, in seconds."""

_GLOBAL_CONFIG = """\
[user]
\tname = Ada Student
\temail = ada@example.com
[init]
\tdefaultBranch = main
[color]
\tui = false
[core]
\tpager = cat
\tautocrlf = false
[gc]
\tauto = 0
[maintenance]
\tauto = false
[protocol "file"]
\tallow = always
[safe]
\tdirectory = *
"""

_EDITOR = """\
#!/bin/sh
# Hands git the next text of the answer; without one, says what is needed.
for text in "$GITQUEST_TEXTS"/*; do
    if [ -f "$text" ]; then
        cat "$text" > "$1" && rm -f "$text"
        exit 0
    fi
done
echo "git opened an editor for ${1##*/}. Give its text after the command: <<'EDITOR', the text, EDITOR." >&2
exit 1
"""


@cache
def git_program() -> str:
    """Return the path of the git that is installed.

    Raises
    ------
    SandboxError
        There is none.
    """
    found = shutil.which("git")
    if not found:
        raise SandboxError("git is not installed", remedy="Install git 2.39 or later, then start again.")
    return found


@dataclass(frozen=True)
class Place:
    """A workspace's folders: ``work`` is the student's, the rest is kept out of sight.

    Parameters
    ----------
    folder
        An existing folder that belongs to this workspace alone.
    """

    folder: Path

    @property
    def work(self) -> Path:
        """Where commands run."""
        return self.folder / "work"

    @property
    def home(self) -> Path:
        """The private HOME."""
        return self.folder / "home"

    @property
    def texts(self) -> Path:
        """Texts that wait for an editor."""
        return self.folder / "texts"

    def prepare(self) -> None:
        """Make the folders, the private configuration and the editor's stand-in."""
        for folder in (self.work, self.home, self.texts, self.folder / "tmp", self.folder / "bin"):
            folder.mkdir(parents=True, exist_ok=True)
        (self.home / ".gitconfig").write_text(_GLOBAL_CONFIG)
        editor = self.folder / "bin" / "editor"
        editor.write_text(_EDITOR)
        editor.chmod(0o755)

    def environment(self, now: int, identity: Mapping[str, str]) -> dict[str, str]:
        """Return the whole environment of a command that runs at ``now`` (Unix seconds).

        ``identity`` holds git's variables for somebody else's name; the student's own comes from the configuration.
        """
        editor = str(self.folder / "bin" / "editor")
        date = f"@{now} +0000"
        return {
            **identity,
            "PATH": os.pathsep.join(dict.fromkeys([str(Path(git_program()).parent), "/usr/bin", "/bin"])),
            "HOME": str(self.home),
            "TMPDIR": str(self.folder / "tmp"),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "TERM": "dumb",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_SYSTEM": str(self.home / ".gitconfig-system"),
            "GIT_CONFIG_GLOBAL": str(self.home / ".gitconfig"),
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": str(self.folder),
            "GIT_EDITOR": editor,
            "GIT_SEQUENCE_EDITOR": editor,
            "GITQUEST_TEXTS": str(self.texts),
            "GIT_PAGER": "cat",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "false",
            "GIT_ALLOW_PROTOCOL": "file",
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_DATE": date,
            "GIT_TEST_DATE_NOW": str(now),
        }
