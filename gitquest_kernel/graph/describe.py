"""Say in words what a commit graph shows."""

from __future__ import annotations

from gitquest_kernel.graph.history import History, history
from gitquest_kernel.graph.plain import fit
from gitquest_kernel.sandbox.snapshot import Repository

__all__ = ["describe"]

_MOST = 12


def describe(repository: Repository, shown: History | None = None) -> str:
    """Describe a repository for a screen reader: how much there is, where HEAD is, where each name points.

    Parameters
    ----------
    shown
        The part of it that is drawn; by default all.
    """
    shown = shown or history(repository)
    sentences = [_size(shown), _head(repository), *_branches(repository)]
    tags = [_name(ref) for ref in sorted(repository.refs) if ref.startswith("refs/tags/")]
    if tags:
        sentences.append(f"Tags: {_list(tags)}.")
    if repository.stash:
        sentences.append(f"{_count(len(repository.stash), 'stash entry', 'stash entries')}.")
    if shown.faded:
        sentences.append(f"{_count(len(shown.faded), 'commit')} only the reflog still knows.")
    if shown.older:
        sentences.append(f"{_count(shown.older, 'older commit is', 'older commits are')} not shown.")
    if repository.operation:
        sentences.append(f"A {repository.operation} is in progress.")
    return " ".join(sentences)


def _size(shown: History) -> str:
    visible = [c for oid, c in shown.commits.items() if oid not in shown.stashed and oid not in shown.faded]
    merges = sum(len(commit.parents) > 1 for commit in visible)
    size = _count(len(visible), "commit") if visible else "No commits yet"
    return f"{size}, {_count(merges, 'merge')} among them." if merges else f"{size}."


def _head(repository: Repository) -> str:
    head = repository.head
    if head.branch is None and head.commit is None:
        return "HEAD is not in the picture."
    if head.branch is None:
        return f"HEAD is detached at {_commit(repository, head.commit)}."
    branch = _name(head.branch)
    if head.commit is None:
        return f"HEAD is on {branch}, which has no commit yet."
    return f"HEAD is on {branch}, at {_commit(repository, head.commit)}."


def _branches(repository: Repository) -> list[str]:
    """Say where every other branch is, compared with HEAD."""
    here = set(repository.ancestors(repository.head.commit)) if repository.head.commit else set()
    others = [
        (ref, oid)
        for ref, oid in sorted(repository.refs.items())
        if ref != repository.head.branch
        and ref.startswith(("refs/heads/", "refs/remotes/"))
        and not (ref.startswith("refs/remotes/") and ref.endswith("/HEAD"))
    ]
    sentences = []
    for ref, oid in others[:_MOST]:
        there = set(repository.ancestors(oid))
        ahead, behind = len(there - here), len(here - there)
        apart = [f"{ahead} ahead of"] * bool(ahead) + [f"{behind} behind"] * bool(behind)
        relation = f"{' and '.join(apart)} HEAD" if apart else "at the same commit as HEAD"
        kind = "Branch" if ref.startswith("refs/heads/") else "Remote branch"
        sentences.append(f"{kind} {_name(ref)}: {_commit(repository, oid)}, {relation}.")
    if len(others) > _MOST:
        sentences.append(f"And {len(others) - _MOST} more branches.")
    return sentences


def _commit(repository: Repository, oid: str | None) -> str:
    if oid is None or oid not in repository.commits:
        return "a missing commit"
    return f"{oid[:7]} “{fit(repository.commits[oid].subject, 60)}”"


def _name(ref: str) -> str:
    return fit(ref.split("/", 2)[-1], 60)


def _list(names: list[str]) -> str:
    more = [f"and {len(names) - _MOST} more"] if len(names) > _MOST else []
    return ", ".join([*names[:_MOST], *more])


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
