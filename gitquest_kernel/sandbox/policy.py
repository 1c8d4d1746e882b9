"""Which commands the sandbox runs, and what it says of the others.

The policy protects students from accidents and tells them why; what it cannot foresee is stopped by the operating
system's confinement (`gitquest_kernel.confinement`).
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from gitquest_kernel.errors import AnswerSyntaxError, Refused
from gitquest_kernel.sandbox.git_policy import check_git, programs_of
from gitquest_kernel.sandbox.grammar import parse
from gitquest_kernel.sandbox.place import SHOWN_ROOT

__all__ = ["FILE_COMMANDS", "check_command", "check_program", "inside"]

FILE_COMMANDS = frozenset(
    "[ basename cat cd chmod cmp cp cut date diff dirname echo false find grep head ln ls mkdir mv nl printf pwd rev rm"
    " rmdir sed seq sort stat tac tail tee test touch tr tree true uniq wc".split()
)
_PATHLESS = {"basename", "date", "dirname", "echo", "printf", "seq", "tr"}
_TEXT_FIRST = {"grep", "sed"}
_TEXT_FOLLOWS = re.compile(r"-[SG]|--(grep|author|date|since|until|after|before|subject-prefix)")
_MESSAGE_FOLLOWS = re.compile(r"-[A-Za-z]*m|--message")
_WITH_MESSAGE = {"commit", "commit-tree", "merge", "notes", "stash", "subtree", "symbolic-ref", "tag", "update-ref"}
"""git's commands whose -m takes a text; elsewhere a path may follow it."""
_INSTEAD = {
    **dict.fromkeys(
        ("nano", "vi", "vim", "emacs", "code", "notepad", "ed"),
        "Write a file with cat > NAME <<'END', its text, END. A text for git follows its command: <<'EDITOR'.",
    ),
    **dict.fromkeys(("export", "set", "env", "declare", "local"), "Write NAME=value; git has settings of its own."),
    **dict.fromkeys(("for", "while", "if", "case", "until", "function", "do"), "Write each command out."),
    **dict.fromkeys(("less", "more"), "Nothing pages here: use cat, or leave it away."),
    **dict.fromkeys(("clear", "history", "exit"), "The panel keeps what you typed; go on with a git command."),
    **dict.fromkeys(("awk", "perl", "python", "python3", "xargs"), "Use grep, cut, sed, sort, uniq and wc."),
    **dict.fromkeys(("sudo", "su"), "Nothing here needs more rights: leave it away."),
    **dict.fromkeys(("dir",), "It is called ls here."),
    **dict.fromkeys(("copy",), "It is called cp here."),
    **dict.fromkeys(("del", "erase"), "It is called rm here."),
    **dict.fromkeys(("type", "bat"), "It is called cat here."),
    **dict.fromkeys(("$",), "The $ before a command is the terminal's own: leave it away."),
    **dict.fromkeys(("md",), "It is called mkdir here."),
}
_FIND_ACTIONS = {"-exec", "-execdir", "-ok", "-okdir", "-delete", "-fprint", "-fprint0", "-fprintf", "-fls"}


def check_command(arguments: Sequence[str], root: Path, cwd: Path) -> None:
    """Let a command pass, or say why not and what to do instead.

    Parameters
    ----------
    arguments
        The program and its arguments, expanded.
    root, cwd
        The workspace's folder and the one the command runs in; nothing outside ``root`` may be named, but the private
        home beside it.

    Raises
    ------
    Refused
        The sandbox does not run this.
    """
    program = arguments[0]
    if program == "git":
        check_git(arguments[1:], root, cwd)
        for nested in programs_of(arguments[1:]):
            check_program(nested, root, cwd)
    elif program not in FILE_COMMANDS:
        _refuse(program)
    elif program == "find" and not _FIND_ACTIONS.isdisjoint(arguments):
        raise Refused("find may only look for files here", remedy="Use rm for what it found.")
    elif program == "sort" and any(word.startswith("--comp") for word in arguments):
        raise Refused("sort --compress-program starts a program of your choice", remedy="Leave the option away.")
    elif program in {"find", "sort", "wc"} and any(re.match("--?files0", word) for word in arguments):
        raise Refused(f"{program} reads only files that the command names", remedy="Name the files yourself.")
    elif program == "ln":
        _check_link(arguments[1:], root, cwd)
        return
    if program not in _PATHLESS:
        for word in _paths(arguments):
            _check_paths(word, root, cwd, letters="mSGL" if program == "git" else "")


def check_program(text: str, root: Path, cwd: Path) -> None:
    """Let a program pass that git starts itself (``rebase --exec``, ``bisect run``, a filter), or say why not.

    It is written in the answer grammar, with the same commands; a script of the workspace passes as well.

    Raises
    ------
    Refused
        It is none of these.
    """
    try:
        lines = parse(text)
    except AnswerSyntaxError as error:
        raise Refused(f"git would start “{text}”: {error.problem}", remedy=error.remedy) from error
    for line in lines:
        for pipeline in line.pipelines:
            for command in pipeline.commands:
                words = [word.text for word in command.words]
                words = words[1:] if words[0] == "!" and len(words) > 1 else words
                if words[0] in {"sh", "bash"} and words[1:2] == ["-c"] and len(words) > 2:
                    check_program(words[2], root, cwd)
                elif words[0] in {"sh", "bash"} and len(words) > 1 and not words[1].startswith("-"):
                    _check_script(words[1], root, cwd)
                elif os.sep in words[0]:
                    _check_script(words[0], root, cwd)
                else:
                    check_command(words, root, cwd)


def inside(path: str, root: Path, cwd: Path) -> bool:
    """Tell whether a path, links followed, lies in ``root``, or is the private home or in it."""
    real = os.path.realpath(os.path.join(cwd, path))  # noqa: PTH118 (an absolute path must win)
    home = os.path.join(os.path.dirname(root), "home")  # noqa: PTH118, PTH120 (strings, as this is called often)
    return any(real == top or real.startswith(f"{top}{os.sep}") for top in (str(root), home))


def _refuse(program: str) -> None:
    if re.match(r"[A-Za-z_]\w*=", program):
        raise Refused(
            f"'{program}' before a command changes what the command sees",
            remedy="Write NAME=value on a line of its own to use $NAME; git's own variables are set by the sandbox.",
        )
    instead = _INSTEAD.get(program)
    if instead is None:
        near = difflib.get_close_matches(program, ["git", *FILE_COMMANDS], n=1)
        instead = f"Did you mean '{near[0]}'?" if near else "It runs git and the everyday file commands."
    raise Refused(f"'{program}' is not a command of the sandbox", remedy=instead)


def _check_script(name: str, root: Path, cwd: Path) -> None:
    if not inside(name, root, cwd):
        raise Refused(f"'{name}' lies outside this quest's folder", remedy="Name a script of this folder: ./NAME.")


def _check_link(words: Sequence[str], root: Path, cwd: Path) -> None:
    """A link's goal is read from where the link lies, not from where the command runs."""
    names = [word for word in words if not word.startswith("-")]
    if not any(re.fullmatch(r"-[a-z]*s[a-z]*|--symbolic", word) for word in words):
        for name in names:
            _check_paths(name, root, cwd)
        return
    link = cwd / (names[-1] if len(names) > 1 else ".")
    _check_paths(str(link), root, cwd)
    folder = link if link.is_dir() else link.parent
    for name in names[:-1] if len(names) > 1 else names:
        _check_paths(name, root, folder)


def _paths(arguments: Sequence[str]) -> list[str]:
    """Return the arguments that may be paths."""
    found: list[str] = []
    text_first = arguments[0] in _TEXT_FIRST or list(arguments[:2]) == ["git", "grep"]
    before = arguments[0]
    for word in arguments[1:]:
        if _text_follows(before, arguments):
            text_first = text_first and before not in {"-e", "-f"}
        elif before in {"-c", "--config"} and "=" in word:
            found.append(word.partition("=")[2])
        elif word.startswith(SHOWN_ROOT) and list(arguments[:2]) == ["git", "config"]:
            pass  # the value of a setting, kept as it is written
        elif text_first and not word.startswith("-") and word != "grep":
            text_first = False
        else:
            found.append(word)
        before = word
    return found


def _text_follows(option: str, arguments: Sequence[str]) -> bool:
    """Tell whether the word after an option is a text, which may look like a path."""
    if arguments[0] in _TEXT_FIRST:
        return option == "-e"
    if arguments[0] != "git":
        return False
    if _MESSAGE_FOLLOWS.fullmatch(option):
        return not _WITH_MESSAGE.isdisjoint(arguments)
    return bool(_TEXT_FOLLOWS.fullmatch(option)) or (option == "-e" and "grep" in arguments)


def _check_paths(word: str, root: Path, cwd: Path, *, letters: str = "") -> None:
    """Refuse a word that is, or ends in, a path to the outside; after one of ``letters`` an option's text begins."""
    texts = [word]
    if word.startswith("-"):
        flags = re.match(rf"-(?:[A-Za-z]{{0,6}}?[{letters}]|[A-Za-z]{{1,6}})" if letters else r"-[A-Za-z]{1,6}", word)
        values = [] if flags is None or flags[0][-1] in letters else [word[end:] for end in range(2, flags.end() + 1)]
        texts = [word.partition("=")[2], *values]
    for text in texts:
        if url := re.match(r"file://[^/]*", text, re.IGNORECASE):
            # git reads the folder's shown name as its real one.
            text = re.sub(rf"^{SHOWN_ROOT}(?=/|$)", lambda _: str(root), text[url.end() :])
        # Links are followed: a name that is there may be one, or lie behind one.
        if text and not inside(text, root, cwd):
            raise Refused(
                f"'{text}' lies outside this quest's folder",
                remedy="Name files by their path from the folder you are in.",
            )
