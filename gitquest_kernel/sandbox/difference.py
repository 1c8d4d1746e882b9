"""What is different between two states, in a student's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from gitquest_kernel.sandbox.shape import Aspect, Shape, names_of, shape
from gitquest_kernel.sandbox.snapshot import Repository, Snapshot

__all__ = ["difference", "unlike"]

_MOST: tuple[Aspect, ...] = ("refs", "head", "operation", "stash", "remotes")
_STAGE = re.compile(r" \([123]\)$")
_STATES: Mapping[str, Callable[[Repository], tuple[str, ...]]] = {
    "in conflict": lambda repository: repository.conflicts,
    "staged": lambda repository: repository.staged,
    "changed and unstaged": lambda repository: repository.unstaged,
    "untracked": lambda repository: repository.untracked,
}


def difference(wanted: Snapshot, found: Snapshot) -> tuple[str, ...]:
    """Return what is different in ``found`` from how it should be, object ids aside.

    Examples
    --------
    ``main is 1 commit behind where it should be``, ``notes.txt is staged but should not be``.
    """
    sentences = list(unlike(shape(wanted, _MOST), found, _MOST, wanted.repositories))
    for path in sorted(wanted.repositories.keys() & found.repositories.keys()):
        told = _of_files(wanted.repositories[path], found.repositories[path])
        sentences += [_placed(sentence, path) for sentence in told]
    for path in sorted(wanted.files.keys() | found.files.keys()):
        sentences += _of_file(path, wanted.files.get(path), found.files.get(path), "the workspace")
    return tuple(sentences)


def unlike(
    goal: Shape, found: Snapshot, aspects: Sequence[Aspect], full: Mapping[str, Repository] | None = None
) -> Iterator[str]:
    """Yield what is different in ``found`` from the shape of a goal, sentence by sentence.

    Parameters
    ----------
    full
        The goal's repositories, where they are known: history that is missing can then be counted.
    """
    here = shape(found, aspects)
    for path in sorted(goal.keys() - here.keys()):
        yield f"there is no repository in {path}"
    for path in sorted(here.keys() - goal.keys()):
        yield f"there is a repository in {path} that should not be there"
    for path in sorted(goal.keys() & here.keys()):
        repository = found.repositories[path]
        lines = _Lines(repository, (full or {}).get(path))
        for aspect in aspects:
            for sentence in _ASPECTS[aspect](goal[path][aspect], here[path][aspect], lines):
                yield _placed(sentence, path)


def _placed(sentence: str, path: str) -> str:
    return sentence if path == "." else f"in {path}, {sentence}"


class _Lines:
    """The lines of history of what was found, and of the goal where it is known."""

    def __init__(self, found: Repository, goal: Repository | None) -> None:
        self.found, self.names = found, names_of(found)
        self.goal, self.goal_names = goal, names_of(goal) if goal else {}

    def compare(self, ref: str, wanted: str) -> str:
        """Tell how a ref that is not at the commit called ``wanted`` has to move."""
        mine = self._above(self.found, self.names, self.found.refs[ref])
        theirs: set[str] = set()
        if self.goal and ref in self.goal.refs:
            theirs = self._above(self.goal, self.goal_names, self.goal.refs[ref])
        elif tip := next((oid for oid, name in self.names.items() if name == wanted), None):
            theirs = self._above(self.found, self.names, tip)
        name = _short(ref)
        if not theirs:
            return f"{name} does not have the history that it should"
        if theirs <= mine:
            return f"{name} is {_commits(len(mine - theirs))} ahead of where it should be"
        if mine <= theirs:
            return f"{name} is {_commits(len(theirs - mine))} behind where it should be"
        extra = f"has {_commits(len(mine - theirs))} that it should not"
        return f"{name} lacks {_commits(len(theirs - mine))} that it should have, and {extra}"

    def _above(self, repository: Repository, names: Mapping[str, str], oid: str) -> set[str]:
        oid = repository.tags[oid].target if oid in repository.tags else oid
        return {names[commit] for commit in repository.ancestors(oid)}


def _refs(wanted: Mapping[str, Any], found: Mapping[str, Any], lines: _Lines) -> Iterator[str]:
    for ref in sorted({*wanted, *found}):
        kind = "tag" if ref.startswith("refs/tags/") else "branch"
        if ref not in found:
            yield f"there is no {kind} called {_short(ref)}"
        elif ref not in wanted:
            yield f"the {kind} {_short(ref)} should not be there"
        elif wanted[ref] != found[ref]:
            yield (
                f"the tag {_short(ref)} is not what it should be" if kind == "tag" else lines.compare(ref, wanted[ref])
            )


def _head(wanted: Mapping[str, Any], found: Mapping[str, Any], lines: _Lines) -> Iterator[str]:
    there, here = (branch and _short(branch) for branch in (wanted["branch"], found["branch"]))
    if there != here and here is None:
        yield f"HEAD is detached but should be on {there}"
    elif there != here:
        yield f"HEAD is on {here} but should be {f'on {there}' if there else 'detached'}"
    elif here is None and wanted["commit"] != found["commit"]:
        yield "HEAD is not at the commit where it should be"


def _index(wanted: Mapping[str, Any], found: Mapping[str, Any], lines: _Lines) -> Iterator[str]:
    conflicts = [{_STAGE.sub("", key) for key in side if _STAGE.search(key)} for side in (wanted, found)]
    for path in sorted(conflicts[0] - conflicts[1]):
        yield f"{path} should be in conflict but is not"
    for path in sorted(conflicts[1] - conflicts[0]):
        yield f"{path} is in conflict but should not be"
    told = conflicts[0] ^ conflicts[1]
    for path in sorted({_STAGE.sub("", key) for key in {*wanted, *found} if wanted.get(key) != found.get(key)} - told):
        yield from _of_file(path, wanted.get(path), found.get(path), "the staging area")


def _worktree(wanted: Mapping[str, Any], found: Mapping[str, Any], lines: _Lines) -> Iterator[str]:
    for path in sorted({*wanted, *found}):
        yield from _of_file(path, wanted.get(path), found.get(path), "the folder")


def _of_file(path: str, wanted: Any, found: Any, place: str) -> Iterator[str]:
    if found is None and wanted is not None:
        yield f"{path} should be in {place} but is not"
    elif wanted is None and found is not None:
        yield f"{path} is in {place} but should not be"
    elif wanted != found:
        what = (
            "does not hold the text that it should" if wanted[1] != found[1] else "is not of the mode that it should be"
        )
        yield f"{path} in {place} {what}"


def _stash(wanted: Mapping[str, Any], found: Mapping[str, Any], lines: _Lines) -> Iterator[str]:
    if len(wanted) != len(found):
        yield f"the stash holds {len(found) or 'no'} {'entry' if len(found) == 1 else 'entries'}, not {len(wanted)}"
    else:
        yield from (f"{key} is not what it should be" for key in sorted(wanted) if wanted[key] != found[key])


def _settings(wanted: Mapping[str, Any], found: Mapping[str, Any], lines: _Lines) -> Iterator[str]:
    for key in sorted({*wanted, *found}):
        name = key.removeprefix("refs/remotes/")
        if key not in found:
            yield f"there is no {name}"
        elif key not in wanted:
            yield f"{name} should not be there"
        elif wanted[key] != found[key]:
            yield f"{name} is not {'where' if key.startswith('refs/') else 'what'} it should be"


def _operation(wanted: Mapping[str, Any], found: Mapping[str, Any], lines: _Lines) -> Iterator[str]:
    here, there = found["operation"], wanted["operation"]
    if here == "unreadable" and there != here:
        yield "the repository cannot be read" + (f": {lines.found.problem}" if lines.found.problem else "")
    elif here and here != there:
        yield f"a {here} is still in progress"
    elif there and here != there:
        yield f"no {there} is in progress"


_ASPECTS: Mapping[Aspect, Callable[[Mapping[str, Any], Mapping[str, Any], _Lines], Iterator[str]]] = {
    "refs": _refs,
    "head": _head,
    "index": _index,
    "worktree": _worktree,
    "stash": _stash,
    "remotes": _settings,
    "config": _settings,
    "operation": _operation,
}


def _of_files(wanted: Repository, found: Repository) -> Iterator[str]:
    """Tell the paths that are in another state, then those in the same state with other contents."""
    told: set[str] = set()
    for state, paths in _STATES.items():
        there, here = set(paths(wanted)), set(paths(found))
        yield from (f"{path} is {state} but should not be" for path in sorted(here - there))
        yield from (f"{path} should be {state} but is not" for path in sorted(there - here))
        told |= here ^ there
    for place, want, have in (
        ("the staging area", wanted.staged_tree, found.staged_tree),
        ("the folder", wanted.worktree, found.worktree),
    ):
        for path in sorted({*want, *have} - told):
            yield from _of_file(path, want.get(path), have.get(path), place)


def _short(ref: str) -> str:
    return ref.removeprefix("refs/heads/").removeprefix("refs/tags/")


def _commits(number: int) -> str:
    return f"{number} commit" if number == 1 else f"{number} commits"
