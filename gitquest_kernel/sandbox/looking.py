"""Tell commands that change something from those that only look."""

from __future__ import annotations

from gitquest_kernel.sandbox.grammar import Command

__all__ = ["only_looks"]

_FILES = frozenset(
    "basename cat cd cmp cut date diff dirname echo false find grep head ls nl printf pwd rev seq sort stat tac tail"
    " test tr tree true uniq wc".split()
)
_GIT = frozenset(
    "annotate blame cat-file check-attr check-ignore cherry count-objects describe diff for-each-ref fsck grep help log"
    " ls-files ls-remote ls-tree merge-base name-rev range-diff reflog rev-list rev-parse shortlog show show-branch"
    " show-ref status var verify-commit verify-tag version whatchanged".split()
)
_LISTING = {
    "branch": frozenset({"", "-a", "-r", "-v", "-vv", "-av", "-avv", "--all", "--list", "--show-current", "--remotes"}),
    "bundle": frozenset({"list-heads", "verify"}),
    "config": frozenset({"-l", "--list", "--get", "--get-all", "--show-origin"}),
    "notes": frozenset({"", "list", "show"}),
    "remote": frozenset({"", "-v", "--verbose", "show", "get-url"}),
    "stash": frozenset({"list", "show"}),
    "submodule": frozenset({"", "status", "summary"}),
    "tag": frozenset({"", "-l", "--list", "-n"}),
    "worktree": frozenset({"list"}),
}


def only_looks(command: Command) -> bool:
    """Tell whether a command changes neither files nor repositories, so that a duel does not count it.

    A file command whose output goes into a file changes something. Of git's commands that both list and change, those
    forms look that only list.
    """
    words = [word.text for word in command.words]
    if any(redirect.operator in {">", ">>"} for redirect in command.redirects):
        return False
    if words[0] != "git":
        return words[0] in _FILES
    rest = [word for word in words[1:] if word not in {"--no-pager", "-p"}]
    if not rest:
        return True
    first = rest[1] if len(rest) > 1 else ""
    if rest[0] == "reflog":
        return first not in {"expire", "delete"}
    if rest[0] == "config" and len(rest) == 2 and not first.startswith("-"):
        return True
    return rest[0] in _GIT or first in _LISTING.get(rest[0], frozenset())
