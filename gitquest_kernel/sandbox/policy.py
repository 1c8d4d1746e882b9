"""Which commands the sandbox runs, and what it says of the others.

The policy protects students from accidents and tells them why; what it cannot foresee is stopped by the operating
system's confinement (`gitquest_kernel.confinement`).
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Sequence
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
_MESSAGE_FOLLOWS = {"commit", "commit-tree", "merge", "notes", "stash", "subtree", "symbolic-ref", "tag", "update-ref"}
"""The git commands whose ``-m`` takes a text; elsewhere a path may follow it."""
_OPTIONS_WITH_VALUE = {
    "-C",
    "-c",
    "--git-dir",
    "--work-tree",
    "--namespace",
    "--config-env",
    "--super-prefix",
}
_REFUSED_GLOBAL_OPTIONS = {
    "--exec-path": "it names programs outside the sandbox",
    "--config-env": "the sandbox has an environment of its own",
}
_STARTS = "it starts a program of your choice"
_REFUSED_OPTIONS: dict[str, tuple[set[str], str]] = {
    "--upload-pack": ({"clone", "fetch", "ls-remote", "pull"}, _STARTS),
    "--receive-pack": ({"push"}, _STARTS),
    "--exec": ({"archive", "ls-remote", "push"}, _STARTS),
    "--ext-diff": ({"diff", "format-patch", "log", "show", "stash", "whatchanged"}, _STARTS),
    "--open-files-in-pager": ({"grep"}, _STARTS),
    "--unsafe-paths": ({"apply"}, "it writes outside this quest's folder"),
    "--allow-unsafe-features": ({"fast-import"}, "it writes outside this quest's folder"),
    "--stdin-paths": ({"hash-object"}, "it reads files that the command does not name"),
    "--bundle-uri": ({"clone"}, "the sandbox has no network"),
    "--rename-section": ({"config"}, "it can make git start programs of your choice"),
}
"""Options, the commands that have them, and what is wrong with them; git takes any beginning of them as well."""
_SHORTEST = {"--ext-diff": 5, "--stdin-paths": 8}
"""How much of an option is no other option: --stdin is one of hash-object's own."""
_REFUSED_LETTERS = {"clone": ("u", "bcjo"), "grep": ("O", "ABCefm")}
"""Short options that start a program, and the ones that take the rest of their word for a value."""
_NOT_HERE = frozenset(
    "bugreport credential credential-cache credential-store cvsexportcommit cvsimport cvsserver daemon diagnose difftool"
    " fetch-pack filter-branch for-each-repo fsmonitor--daemon gui hook http-backend http-fetch http-push imap-send"
    " instaweb mailsplit merge-index merge-one-file mergetool p4 quiltimport receive-pack remote-ext remote-fd"
    " remote-ftp remote-ftps remote-http remote-https send-email send-pack sh-i18n shell submodule--helper svn"
    " upload-archive upload-pack web--browse".split()
)
"""git's own commands that an alias of the same name does not replace."""
_EXECUTING_KEYS = re.compile(
    r"core\.(pager|editor|sshcommand|fsmonitor|hookspath|askpass|gitproxy|alternaterefscommand|worktree)"
    r"|credential\..*|gpg(\..*)?\.program|gpg\.ssh\.defaultkeycommand|init\.templatedir|interactive\.difffilter"
    r"|.*\.(textconv|command|cmd|driver|clean|smudge|process)|diff\.external|sequence\.editor|pager\..*"
    r"|include(if\..*)?\.path|(browser|man)\..*\.path|remote\..*\.(uploadpack|receivepack|vcs)|url\..*"
    r"|uploadpack\.packobjectshook|gc\.recentobjectshook|fetch\.bundleuri|submodule\..*\.update"
    r"|(diff|merge)tool\..*|protocol\..*|filter\..*",
    re.IGNORECASE,
)
_TALKING = {"archive", "clone", "fetch", "ls-remote", "pull", "push", "remote", "request-pull", "submodule", "subtree"}
_NETWORK = re.compile(r"(?:-[^=]*=)?(?:(?!file:)[a-z][a-z0-9+.-]*://|[a-z][a-z0-9+-]*::|[\w.-]+@[\w.-]+:)", re.IGNORECASE)


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
    elif program == "sort" and any(_begins(word, "--compress-program", 4) for word in arguments):
        raise Refused("sort --compress-program starts a program of your choice", remedy="Leave the option away.")
    elif program in {"sort", "wc", "find"} and any(_begins(word.lstrip("-"), "files0-from", 2) for word in arguments[1:]):
        raise Refused(f"{program} reads only files that the command names", remedy="Name the files yourself.")
    if program not in _PATHLESS:
        for before, word in pairwise(arguments):
            if not _text_follows(before, arguments):
                for text in _possible_paths(word, before, program):
                    _check_path(text, root, cwd)


def inside(path: str, root: Path, cwd: Path) -> bool:
    """Tell whether a path, links followed, lies in ``root``."""
    real = os.path.realpath(os.path.join(cwd, path))  # noqa: PTH118 (an absolute path must win)
    return real == str(root) or real.startswith(f"{root}{os.sep}")


def _begins(word: str, option: str, shortest: int) -> bool:
    """Tell whether a word is an option, or enough of its beginning, with or without a value."""
    name = word.partition("=")[0]
    return len(name) >= shortest and option.startswith(name)


def _text_follows(option: str, arguments: Sequence[str]) -> bool:
    """Tell whether the word after an option is a text, which may look like a path."""
    if arguments[0] in {"grep", "sed"}:
        return option == "-e"
    if arguments[0] != "git":
        return False
    if option in {"-m", "--message"}:
        return not _MESSAGE_FOLLOWS.isdisjoint(arguments)
    return option in {"--grep", "-S", "-G", "--author"} or (option == "-e" and "grep" in arguments)


def _possible_paths(word: str, before: str, program: str) -> Iterator[str]:
    """Yield every part of a word that a program may take for a path."""
    yield word
    if word.startswith("-") or before in {"-c", "--config"}:
        yield word.partition("=")[2]
    if scheme := re.match(r"(?:-[^=]*=)?file://[^/]*", word, re.IGNORECASE):
        yield word[scheme.end() :]
    letters = re.match(r"-[A-Za-z]{1,6}", word)
    for end in range(2, letters.end() + 1 if letters else 0):
        if program == "git" and word[end - 1] in "mSGL":
            break
        yield word[end:]


def _check_path(text: str, root: Path, cwd: Path) -> None:
    if text and not inside(text, root, cwd):
        raise Refused(
            f"'{text}' lies outside this quest's folder",
            remedy="Name files by their path from the folder you are in.",
        )


def _check_git(words: Sequence[str], root: Path, cwd: Path) -> None:
    rest = list(words)
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        name = option.partition("=")[0]
        if name in _REFUSED_GLOBAL_OPTIONS and (name != "--exec-path" or "=" in option):
            raise _refused_option(f"git {name}", _REFUSED_GLOBAL_OPTIONS[name])
        if name in _OPTIONS_WITH_VALUE and "=" not in option and rest:
            value = rest.pop(0)
            if name == "-c":
                _check_key(value.partition("=")[0])
    if not rest:
        return
    command, options = rest[0], rest[1:]
    if command not in GIT_COMMANDS and (command in _NOT_HERE or not _is_alias(command, root, cwd)):
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
        for option, (commands, why) in _REFUSED_OPTIONS.items():
            if command in commands and _begins(word, option, _SHORTEST.get(option, 3)):
                raise _refused_option(f"git {command} {option}", why)
        if command in _REFUSED_LETTERS and _has_letter(word, *_REFUSED_LETTERS[command]):
            raise _refused_option(f"git {command} -{_REFUSED_LETTERS[command][0]}", _STARTS)
        if command in _TALKING and _NETWORK.match(word):
            raise Refused(
                f"'{word}' is on a network, and the sandbox has none",
                remedy="Quests bring their remotes along: name one of the folders here.",
            )
        if command == "config":
            _check_key(word)
        elif command == "clone" and "=" in word:
            for start in range(min(len(word), 80)):
                _check_key(word[start:].partition("=")[0])
    if command == "config" and "rename-section" in options:
        raise _refused_option("git config rename-section", _REFUSED_OPTIONS["--rename-section"][1])
    if command == "maintenance" and not {"start", "stop"}.isdisjoint(options):
        raise Refused(
            "git maintenance start would run programs on this computer every hour",
            remedy="'git maintenance run' does the same work once.",
        )


def _refused_option(option: str, why: str) -> Refused:
    return Refused(f"{option} is not for the sandbox: {why}", remedy="Leave it away.")


def _has_letter(word: str, letter: str, taking_value: str) -> bool:
    """Tell whether a short option stands in a word of them, before one that takes the rest of the word."""
    if word.startswith("--") or not word.startswith("-"):
        return False
    for found in word[1:]:
        if found in letter + taking_value:
            return found == letter
    return False


def _check_key(key: str) -> None:
    if _EXECUTING_KEYS.fullmatch(key):
        raise Refused(
            f"the setting {key} makes git start programs or read files of your choice",
            remedy="Quests never need it; leave it away.",
        )
