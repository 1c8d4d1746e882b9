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
_OUTSIDE = "it reaches files outside this quest's folder"
_REFUSED_BEFORE = {
    "--exec-path": "it names programs outside the sandbox",
    "--config-env": "the sandbox has an environment of its own",
}
_REFUSED_OPTIONS: dict[str, tuple[set[str], str]] = {
    "--upload-pack": ({"clone", "fetch", "ls-remote", "pull"}, _STARTS),
    "--receive-pack": ({"push"}, _STARTS),
    "--exec": ({"archive", "ls-remote", "push"}, _STARTS),
    "--ext-diff": ({"diff", "format-patch", "log", "show", "stash", "whatchanged"}, _STARTS),
    "--open-files-in-pager": ({"grep"}, _STARTS),
    "--rename-section": ({"config"}, _STARTS),
    "--unsafe-paths": ({"apply"}, _OUTSIDE),
    "--allow-unsafe-features": ({"fast-import"}, _OUTSIDE),
    "--stdin-paths": ({"hash-object"}, _OUTSIDE),
    "--bundle-uri": ({"clone"}, "the sandbox has no network"),
}
"""Options, the commands that have them, and what is wrong with them. git takes any clear beginning of one as well."""
_SHORTEST = {"--ext-diff": 5, "--stdin-paths": 8, "--exec": 6}
"""How long a beginning must be to mean no other option; elsewhere 3."""
_REFUSED_LETTERS = {"clone": ("u", "bcjo"), "grep": ("O", "ABCefm")}
"""Short options that start a program, and those that take the rest of their word for a value."""
_NEVER_ALIASES = frozenset(
    "bugreport credential credential-cache credential-store cvsexportcommit cvsimport cvsserver daemon diagnose"
    " difftool fetch-pack for-each-repo fsmonitor--daemon gui http-backend http-fetch http-push imap-send instaweb"
    " merge-index merge-one-file mergetool p4 quiltimport receive-pack remote-ext remote-fd remote-ftp remote-ftps"
    " remote-http remote-https send-email send-pack shell submodule--helper svn upload-archive upload-pack"
    " web--browse".split()
)
"""git's other commands: an alias of the same name does not replace them."""
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
_NETWORK = re.compile(
    r"(?:-[^=]*=)?(?:(?!file:)[a-z][a-z0-9+.-]*://|[a-z][a-z0-9+-]*::|[\w.-]+@[\w.-]+:)", re.IGNORECASE
)
_REMOTE_COMMANDS = {
    "archive",
    "request-pull",
    "clone",
    "fetch",
    "pull",
    "push",
    "remote",
    "ls-remote",
    "submodule",
    "subtree",
}
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
    if command not in GIT_COMMANDS and (command in _NEVER_ALIASES or not _is_alias(command, root, cwd)):
        near = difflib.get_close_matches(command, GIT_COMMANDS, n=1)
        raise Refused(
            f"'git {command}' is not a git command of the sandbox",
            remedy=f"Did you mean 'git {near[0]}'?" if near else "Run git help to see what there is.",
        )
    if command == "maintenance" and "start" in options:
        raise _refused("git maintenance start", "it hands work to the machine's timetable")
    if command == "config" and "rename-section" in options:
        raise _refused("git config rename-section", _STARTS)
    for word in options:
        _check_option(command, word)
        if command in _REMOTE_COMMANDS and _NETWORK.match(word):
            raise Refused(
                f"'{word}' is on a network, and the sandbox has none",
                remedy="Quests bring their remotes along: name one of the folders here.",
            )
    for key, _ in _settings(command, options):
        _check_key(key)


def _check_option(command: str, word: str) -> None:
    name = word.partition("=")[0]
    for option, (commands, why) in _REFUSED_OPTIONS.items():
        if command in commands and len(name) >= _SHORTEST.get(option, 3) and option.startswith(name):
            raise _refused(f"git {command} {option}", why)
    letter, values = _REFUSED_LETTERS.get(command, ("", ""))
    if letter and re.match(rf"-[^-{letter}{values}]*{letter}", word):
        raise _refused(f"git {command} -{letter}", _STARTS)


def _refused(what: str, why: str) -> Refused:
    return Refused(f"{what} is not for the sandbox: {why}", remedy="Leave it away.")


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
        why = _REFUSED_BEFORE.get(name)
        if check and why and (name != "--exec-path" or "=" in option):
            raise _refused(f"git {name}", why)
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
        for flag, following in pairwise([*options, ""]):
            # -c KEY=VALUE, -cKEY=VALUE, --config=KEY=VALUE, and any beginning of --config.
            match = re.match(r"-[a-zA-Z]*?c|--co(?:n(?:f(?:i(?:g)?)?)?)?(?==|$)=?", flag)
            if match:
                key, _, value = (flag[match.end() :] or following).partition("=")
                yield key, value


def _check_key(key: str) -> None:
    if _EXECUTING_KEYS.fullmatch(key):
        raise Refused(
            f"the setting {key} makes git start programs or reach files of your choice",
            remedy="Quests never need it; leave it away.",
        )
