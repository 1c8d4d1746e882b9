"""Which commands the sandbox runs, and what it says of the others.

The policy protects students from accidents and tells them why; what it cannot foresee is stopped by the operating
system's confinement (`gitquest_kernel.confinement`).
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from gitquest_kernel.errors import Refused

__all__ = ["FILE_COMMANDS", "GIT_COMMANDS", "check_command", "inside"]

FILE_COMMANDS = frozenset(
    "basename cat chmod cmp cp cut date diff dirname echo false find grep head ln ls mkdir mv nl printf pwd rev rm"
    " rmdir sed seq sort stat tac tail tee test touch tr tree true uniq wc cd".split()
)
GIT_COMMANDS = frozenset(
    "add am annotate apply archive bisect blame branch bundle cat-file check-attr check-ignore check-mailmap"
    " check-ref-format checkout checkout-index cherry cherry-pick clean clone column commit commit-graph commit-tree"
    " config count-objects describe diff diff-files diff-index diff-tree fast-export fast-import fetch for-each-ref"
    " format-patch fsck gc get-tar-commit-id grep hash-object help index-pack init interpret-trailers log ls-files"
    " ls-remote ls-tree mailinfo maintenance merge merge-base merge-file merge-tree mktag mktree multi-pack-index mv"
    " name-rev notes pack-objects pack-refs patch-id prune prune-packed pull push range-diff read-tree rebase reflog"
    " remote repack replace request-pull rerere reset restore rev-list rev-parse revert rm shortlog show show-branch"
    " show-index show-ref sparse-checkout stash status stripspace submodule subtree switch symbolic-ref tag"
    " unpack-objects update-index update-ref update-server-info var verify-commit verify-pack verify-tag version"
    " whatchanged worktree write-tree".split()
)
_PATHLESS = {"basename", "date", "dirname", "echo", "printf", "seq"}
_TEXT_FOLLOWS = {"-m", "--message", "--grep", "-S", "-G", "--author", "-e"}
_OPTIONS_WITH_VALUE = {
    "-C",
    "-c",
    "--git-dir",
    "--work-tree",
    "--namespace",
    "--config-env",
    "--super-prefix",
}
_REFUSED_OPTIONS = {
    "--exec-path": "it names programs outside the sandbox",
    "--config-env": "the sandbox has an environment of its own",
    "--upload-pack": "it starts a program of your choice",
    "--receive-pack": "it starts a program of your choice",
    "--ext-diff": "it starts a program of your choice",
    "--open-files-in-pager": "it starts a program of your choice",
}
_EXECUTING_KEYS = re.compile(
    r"core\.(pager|editor|sshcommand|fsmonitor|hookspath|askpass|gitproxy)|credential\..*|gpg(\..*)?\.program"
    r"|.*\.(textconv|command|driver|clean|smudge|process)|sequence\.editor|pager\..*|include(if\..*)?\.path"
    r"|uploadpack\.packobjectshook|(diff|merge)tool\..*|protocol\..*|core\.worktree|filter\..*",
    re.IGNORECASE,
)
_NETWORK = re.compile(r"^(?:(?!file:)[a-z][a-z0-9+.-]*://|[a-z][a-z0-9+-]*::|[\w.-]+@[\w.-]+:)", re.IGNORECASE)


def check_command(arguments: Sequence[str], root: Path, cwd: Path) -> None:
    """Let a command pass, or say why not and what to do instead.

    Parameters
    ----------
    arguments
        The program and its arguments, expanded.
    root, cwd
        The workspace's folder and the one the command runs in; nothing outside ``root`` may be named.

    Raises
    ------
    Refused
        The sandbox does not run this.
    """
    program = arguments[0]
    if program == "git":
        _check_git(arguments[1:], root, cwd)
    elif program not in FILE_COMMANDS:
        near = difflib.get_close_matches(program, ["git", *FILE_COMMANDS], n=1)
        raise Refused(
            f"'{program}' is not a command of the sandbox",
            remedy=f"Did you mean '{near[0]}'?" if near else "It runs git and the everyday file commands.",
        )
    elif program == "find" and any(word in {"-exec", "-execdir", "-ok", "-okdir", "-delete"} for word in arguments):
        raise Refused("find may only look for files here", remedy="Use rm for what it found.")
    elif program == "sort" and any(word.startswith("--compress-program") for word in arguments):
        raise Refused("sort --compress-program starts a program of your choice", remedy="Leave the option away.")
    if program not in _PATHLESS:
        for before, word in pairwise(arguments):
            if before not in _TEXT_FOLLOWS:
                _check_paths(word, root, cwd)


def inside(path: str, root: Path, cwd: Path) -> bool:
    """Tell whether a path, links followed, lies in ``root``."""
    real = os.path.realpath(os.path.join(cwd, path))  # noqa: PTH118 (an absolute path must win)
    return real == str(root) or real.startswith(f"{root}{os.sep}")


def _check_paths(word: str, root: Path, cwd: Path) -> None:
    for text in {
        word,
        word.partition("=")[2] if word.startswith("-") else word,
        re.sub(r"^-[A-Za-z]", "", word),
    }:
        climbs = text.startswith(("/", "~")) or ".." in Path(text).parts
        if text and climbs and not inside(text, root, cwd):
            raise Refused(
                f"'{text}' lies outside this quest's folder",
                remedy="Name files by their path from the folder you are in.",
            )


def _check_git(words: Sequence[str], root: Path, cwd: Path) -> None:
    rest = list(words)
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        name = option.partition("=")[0]
        if name in _REFUSED_OPTIONS and name != "--exec-path":
            raise Refused(f"git {name} is not for the sandbox: {_REFUSED_OPTIONS[name]}", remedy="Leave it away.")
        if name == "--exec-path" and "=" in option:
            raise Refused(f"git {name} is not for the sandbox: {_REFUSED_OPTIONS[name]}", remedy="Leave it away.")
        if name in _OPTIONS_WITH_VALUE and "=" not in option and rest:
            value = rest.pop(0)
            if name == "-c":
                _check_key(value.partition("=")[0])
    if not rest:
        return
    command, options = rest[0], rest[1:]
    if command not in GIT_COMMANDS and not _is_alias(command, root, cwd):
        near = difflib.get_close_matches(command, GIT_COMMANDS, n=1)
        raise Refused(
            f"'git {command}' is not a git command of the sandbox",
            remedy=f"Did you mean 'git {near[0]}'?" if near else "Run git help to see what there is.",
        )
    _check_options(command, options)


def _is_alias(command: str, root: Path, cwd: Path) -> bool:
    configs = [
        root.parent / "home" / ".gitconfig",
        *(folder / ".git" / "config" for folder in (cwd, *cwd.parents)),
    ]
    pattern = re.compile(rf"^\s*{re.escape(command)}\s*=", re.IGNORECASE | re.MULTILINE)
    return any(
        "[alias" in text and pattern.search(text)
        for path in configs
        if path.is_relative_to(root.parent) and path.is_file()
        for text in [path.read_text(errors="replace")]
    )


def _check_options(command: str, options: Sequence[str]) -> None:
    for word in options:
        name = word.partition("=")[0]
        if name in _REFUSED_OPTIONS:
            raise Refused(
                f"git {command} {name} is not for the sandbox: {_REFUSED_OPTIONS[name]}",
                remedy="Leave it away.",
            )
        if _NETWORK.match(word) and command in {
            "clone",
            "fetch",
            "pull",
            "push",
            "remote",
            "ls-remote",
            "submodule",
        }:
            raise Refused(
                f"'{word}' is on a network, and the sandbox has none",
                remedy="Quests bring their remotes along: name one of the folders here.",
            )
    if command == "config":
        for word in options:
            if not word.startswith("-"):
                _check_key(word)
                break
    if command == "clone":
        for flag, value in pairwise(options):
            if flag in {"-c", "--config"}:
                _check_key(value.partition("=")[0])


def _check_key(key: str) -> None:
    if _EXECUTING_KEYS.fullmatch(key):
        raise Refused(
            f"the setting {key} makes git start programs or read files of your choice",
            remedy="Quests never need it; leave it away.",
        )
