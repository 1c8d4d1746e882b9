"""Which of git's commands, options and settings the sandbox runs, and which of their arguments are programs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from gitquest_kernel.errors import Refused

__all__ = ["GIT_COMMANDS", "check_git", "programs_in_todo", "programs_of"]

GIT_COMMANDS = frozenset(
    "add am annotate apply archive bisect blame branch bundle cat-file check-attr check-ignore check-mailmap"
    " check-ref-format checkout checkout-index cherry cherry-pick clean clone column commit commit-graph commit-tree"
    " config count-objects describe diff diff-files diff-index diff-tree fast-export fast-import fetch filter-branch"
    " fmt-merge-msg for-each-ref format-patch fsck gc get-tar-commit-id grep hash-object help hook index-pack init"
    " interpret-trailers log ls-files ls-remote ls-tree mailinfo mailsplit maintenance merge merge-base merge-file"
    " merge-tree mktag mktree multi-pack-index mv name-rev notes pack-objects pack-refs patch-id prune prune-packed"
    " pull push range-diff read-tree rebase reflog remote repack replace request-pull rerere reset restore rev-list"
    " rev-parse revert rm shortlog show show-branch show-index show-ref sparse-checkout stash status stripspace"
    " submodule subtree switch symbolic-ref tag unpack-objects update-index update-ref update-server-info var"
    " verify-commit verify-pack verify-tag version whatchanged worktree write-tree".split()
)
_OPTIONS_WITH_VALUE = {"-C", "-c", "--git-dir", "--work-tree", "--namespace", "--config-env", "--super-prefix"}
_STARTS = "it starts a program of your choice"
_REFUSED_OPTIONS = {
    "--exec-path": "it names programs outside the sandbox",
    "--config-env": "the sandbox has an environment of its own",
    "--upload-pack": _STARTS,
    "--receive-pack": _STARTS,
    "--ext-diff": _STARTS,
    "--open-files-in-pager": _STARTS,
}
_ALSO_REFUSED = {("grep", "-O"): _STARTS, ("archive", "--exec"): _STARTS, ("clone", "-u"): _STARTS}
_ALSO_REFUSED |= {("push", "--exec"): _STARTS, ("ls-remote", "--exec"): _STARTS}
_ALSO_REFUSED |= {("maintenance", "start"): "it hands work to the machine's timetable"}
_EXECUTING_KEYS = re.compile(
    r"core\.(pager|sshcommand|fsmonitor|askpass|gitproxy|alternaterefscommand)|credential\..*|gpg(\..*)?\.program"
    r"|gpg\.ssh\.defaultkeycommand|pager\..*|uploadpack\.packobjectshook|(diff|merge)tool\..*|protocol\..*"
    r"|diff\.external|interactive\.difffilter|core\.worktree|trailer\..*\.(cmd|command)|remote\..*\.(uploadpack"
    r"|receivepack|vcs)|sendemail\..*|tar\..*\.command|web\..*|browser\..*|man\..*|guitool\..*|url\..*",
    re.IGNORECASE,
)
_PROGRAM_KEYS = re.compile(
    r"filter\..*\.(clean|smudge|process)|diff\..*\.(textconv|command)|merge\..*\.driver", re.IGNORECASE
)
_NETWORK = re.compile(r"^(?:(?!file:)[a-z][a-z0-9+.-]*://|[a-z][a-z0-9+-]*::|[\w.-]+@[\w.-]+:)", re.IGNORECASE)
_REMOTE_COMMANDS = {"clone", "fetch", "pull", "push", "remote", "ls-remote", "submodule", "subtree"}
_FILTER = re.compile(r"--(env|tree|index|parent|msg|commit|tag-name)-filter(?:=(.*))?", re.DOTALL)
_EXEC = re.compile(r"(?:--exec|-x)(?:=?(.+))?", re.DOTALL)
_TODO = re.compile(r"^\s*(?:exec|x)\s+(.+)$", re.MULTILINE)


def check_git(words: Sequence[str], root: Path, cwd: Path) -> None:
    """Let git's arguments pass, or say why not and what to do instead.

    Raises
    ------
    Refused
        The sandbox does not run this.
    """
    command, options = _split(words)
    if not command:
        return
    if command not in GIT_COMMANDS and not _is_alias(command, root, cwd):
        near = difflib.get_close_matches(command, GIT_COMMANDS, n=1)
        raise Refused(
            f"'git {command}' is not a git command of the sandbox",
            remedy=f"Did you mean 'git {near[0]}'?" if near else "Run git help to see what there is.",
        )
    for word in options:
        name = word.partition("=")[0]
        why = _REFUSED_OPTIONS.get(name) or _ALSO_REFUSED.get((command, name))
        if why:
            raise Refused(f"git {command} {name} is not for the sandbox: {why}", remedy="Leave it away.")
        if command in _REMOTE_COMMANDS and _NETWORK.match(word):
            raise Refused(
                f"'{word}' is on a network, and the sandbox has none",
                remedy="Quests bring their remotes along: name one of the folders here.",
            )
    for key, _ in _settings(command, options):
        _check_key(key)


def programs_of(words: Sequence[str]) -> Iterator[str]:
    """Yield the programs that git's arguments make it start, as they are written."""
    command, options = _split(words, check=False)
    rest = list(options)
    match command, rest[:1]:
        case "bisect", ["run"]:
            yield " ".join(_quoted(word) for word in rest[1:])
        case "submodule", _ if "foreach" in rest:
            program = [word for word in rest[rest.index("foreach") + 1 :] if word != "--recursive"]
            yield program[0] if len(program) == 1 else " ".join(_quoted(word) for word in program)
        case "rebase" | "filter-branch", _:
            pattern = _EXEC if command == "rebase" else _FILTER
            for number, word in enumerate(rest):
                if match := pattern.fullmatch(word):
                    yield match[pattern.groups] or "".join(rest[number + 1 : number + 2])
    before = words[: len(words) - len(options)]
    given = (value.partition("=") for flag, value in pairwise(before) if flag == "-c")
    yield from (value for key, _, value in given if _PROGRAM_KEYS.fullmatch(key) and value)
    for key, value in _settings(command, options):
        if _PROGRAM_KEYS.fullmatch(key) and value:
            yield value


def programs_in_todo(text: str) -> list[str]:
    """Return the programs that a rebase's todo list starts."""
    return _TODO.findall(text)


def _quoted(word: str) -> str:
    return word if re.fullmatch(r"[\w./:=@%+,~^-]+", word) else "'" + word.replace("'", "'\\''") + "'"


def _split(words: Sequence[str], *, check: bool = True) -> tuple[str, Sequence[str]]:
    """Return git's command and what follows it, having looked at the options before it."""
    position = 0
    while position < len(words) and words[position].startswith("-"):
        option = words[position]
        name = option.partition("=")[0]
        position += 1
        why = _REFUSED_OPTIONS.get(name)
        if check and why and (name != "--exec-path" or "=" in option):
            raise Refused(f"git {name} is not for the sandbox: {why}", remedy="Leave it away.")
        if name in _OPTIONS_WITH_VALUE and "=" not in option and position < len(words):
            if check and name == "-c":
                _check_key(words[position].partition("=")[0])
            position += 1
    return ("", ()) if position == len(words) else (words[position], words[position + 1 :])


def _is_alias(command: str, root: Path, cwd: Path) -> bool:
    configs = [root.parent / "home" / ".gitconfig", *(folder / ".git" / "config" for folder in (cwd, *cwd.parents))]
    pattern = re.compile(rf"^\s*{re.escape(command)}\s*=", re.IGNORECASE | re.MULTILINE)
    return any(
        "[alias" in text and pattern.search(text)
        for path in configs
        if path.is_relative_to(root.parent) and path.is_file()
        for text in [path.read_text(errors="replace")]
    )


def _settings(command: str, options: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield key and value of each setting that a command makes."""
    if command == "config":
        plain = [word for word in options if not word.startswith("-")]
        if plain and plain[0] in {"set", "get", "unset", "list"}:
            plain = plain[1:]
        files = ("-f", "--file", "--blob", "--type", "--default")
        plain = [
            w for w in plain if not any(f in options and options[options.index(f) + 1 :][:1] == [w] for f in files)
        ]
        if plain:
            yield plain[0], "".join(plain[1:2])
    elif command in {"clone", "submodule", "fetch"}:
        for number, flag in enumerate(options[:-1]):
            if flag in {"-c", "--config"}:
                key, _, value = options[number + 1].partition("=")
                yield key, value


def _check_key(key: str) -> None:
    if _EXECUTING_KEYS.fullmatch(key):
        raise Refused(
            f"the setting {key} makes git start programs or reach files of your choice",
            remedy="Quests never need it; leave it away.",
        )
