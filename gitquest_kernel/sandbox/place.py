"""The folders of a workspace and the environment that its programs see."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from gitquest_kernel.errors import SandboxError
from gitquest_kernel.sandbox.signing import write_key

__all__ = ["EPOCH", "MINUTE", "OLDEST_GIT", "SHOWN_HOME", "SHOWN_ROOT", "Place", "git_program"]

OLDEST_GIT = (2, 39)
SHOWN_ROOT = "/quest"
"""What the workspace's folder is called in what a student reads and types."""
SHOWN_HOME = "/home/ada"
"""What the private home is called."""

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
[gpg]
\tformat = ssh
[gpg "ssh"]
\tallowedSignersFile = ~/.ssh/allowed_signers
[user]
\tsigningKey = ~/.ssh/id_ed25519.pub
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
if [ "$GITQUEST_PULL" ]; then
    sed -i "s|$GITQUEST_PULL|/quest|g" "$1"
    exit
fi
echo "git opened an editor for ${1##*/}. Give its text after the command: <<'EDITOR', the text, EDITOR." >&2
exit 1
"""


@cache
def git_program() -> str:
    """Return the path of the git that is installed.

    Raises
    ------
    SandboxError
        There is none, or one that is too old.
    """
    wanted = ".".join(map(str, OLDEST_GIT))
    remedy = f"Install git {wanted} or later, then start again."
    found = shutil.which("git")
    if not found:
        raise SandboxError("git is not installed", remedy=remedy)
    try:
        said = subprocess.run([found, "version"], capture_output=True, text=True, check=True, timeout=20).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise SandboxError(f"git does not run: {error}", where=found, remedy=remedy) from error
    numbers = re.search(r"(\d+)\.(\d+)", said)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < OLDEST_GIT:
        raise SandboxError(f"git is too old ({said.strip()}); {wanted} is wanted", where=found, remedy=remedy)
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

    @cached_property
    def work(self) -> Path:
        """Where commands run."""
        return self.folder / "work"

    @cached_property
    def home(self) -> Path:
        """The private HOME."""
        return self.folder / "home"

    @cached_property
    def texts(self) -> Path:
        """Texts that wait for an editor."""
        return self.folder / "texts"

    @property
    def whole(self) -> bool:
        """Whether all that `prepare` makes is still there."""
        return all(path.exists() for path in (self.work, self.home, self.texts, self.folder / "bin" / "editor"))

    def prepare(self) -> None:
        """Make the folders, the private configuration, the signing key and the editor's stand-in.

        Raises
        ------
        SandboxError
            The folder cannot be written.
        """
        try:
            for folder in (self.work, self.home, self.texts, self.folder / "tmp", self.folder / "bin"):
                folder.mkdir(parents=True, exist_ok=True)
            (self.home / ".gitconfig").write_text(_GLOBAL_CONFIG)
            write_key(self.home)
            editor = self.folder / "bin" / "editor"
            editor.write_text(_EDITOR)
            editor.chmod(0o755)
        except OSError as error:
            raise SandboxError(
                f"the workspace cannot be made: {error.strerror or error}",
                where=str(self.folder),
                remedy="Free some disk space, or set TMPDIR to a folder that you may write.",
            ) from error

    def environment(self, arguments: Sequence[str], now: int, identity: Mapping[str, str]) -> dict[str, str]:
        """Return the whole environment of a command that runs at ``now`` (Unix seconds).

        ``identity`` holds git's variables for somebody else's name; the student's own comes from the configuration.
        """
        date = f"@{now} +0000"
        moment = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date, "GIT_TEST_DATE_NOW": str(now)}
        environment = {**identity, **self._constant, **moment}
        if arguments[0] == "git" and "merge" in arguments:
            # Where there is a text for it, a merge opens its editor as it would in a terminal.
            environment["GIT_MERGE_AUTOEDIT"] = "yes" if any(self.texts.iterdir()) else "no"
        if arguments[0] == "git" and "config" not in arguments and "var" not in arguments:
            environment |= {
                # A URL may name the folder as it is shown; it is stored so, the same on every machine.
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": f"url.file://{self.work}.insteadOf",
                "GIT_CONFIG_VALUE_0": f"file://{SHOWN_ROOT}",
            }
            if "pull" in arguments:
                # The editor takes the folder's real name out of the merge's message.
                environment |= {"GIT_MERGE_AUTOEDIT": "yes", "GITQUEST_PULL": str(self.work)}
        return environment

    @cached_property
    def _constant(self) -> dict[str, str]:
        editor = str(self.folder / "bin" / "editor")
        return {
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
            "FILTER_BRANCH_SQUELCH_WARNING": "1",
        }
