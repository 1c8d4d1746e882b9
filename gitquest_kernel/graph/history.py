"""What of a repository is drawn: its commits with a place each, and the names beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gitquest_kernel.graph.layout import Layout, Node, layout, newest_first
from gitquest_kernel.sandbox.snapshot import Commit, Repository

__all__ = ["History", "Label", "LabelKind", "history"]

_MAIN = ("main", "master", "trunk")


class LabelKind(StrEnum):
    """What a label beside a commit names."""

    HEAD = "head"
    DETACHED = "detached"
    BRANCH = "branch"
    REMOTE = "remote"
    TAG = "tag"
    STASH = "stash"
    OTHER = "other"
    REFLOG = "reflog"


_ORDER = tuple(LabelKind)


@dataclass(frozen=True, slots=True)
class Label:
    """A name beside a commit: ``text`` is what a student would type."""

    kind: LabelKind
    text: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """The part of a repository that a drawing shows.

    Parameters
    ----------
    commits
        By id; a stash has lost the parents that git keeps for its own use.
    labels
        By commit id, in the order in which they are read.
    faded
        Commits that no ref reaches: only the reflog still knows them.
    stashed
        Stash commits.
    unborn
        The branch that HEAD names and that has no commit yet.
    older
        How many commits were left out below.
    """

    commits: Mapping[str, Commit]
    layout: Layout
    labels: Mapping[str, tuple[Label, ...]]
    faded: frozenset[str]
    stashed: frozenset[str]
    unborn: str | None
    older: int


def history(repository: Repository, *, max_commits: int | None = None) -> History:
    """Choose the commits to draw, the newest ``max_commits`` of them, and lay them out."""
    stashed = frozenset(repository.stash)
    names = _labels(repository)
    reached = _reachable(repository, names, stashed)
    shown = _reachable(repository, [*names, *_reflog(repository, stashed, reached)], stashed)
    nodes = newest_first(_node(repository.commits[oid], stashed) for oid in shown)
    names |= _lost(repository, nodes, reached)
    drawn = nodes if max_commits is None else nodes[:max_commits]
    branch = repository.head.branch
    return History(
        commits={node.id: repository.commits[node.id] for node in drawn},
        layout=layout(drawn, _tips(repository, names), stashed),
        labels={node.id: names[node.id] for node in drawn if node.id in names},
        faded=frozenset(shown - reached),
        stashed=stashed,
        unborn=_short(branch) if branch and repository.head.commit is None else None,
        older=len(nodes) - len(drawn),
    )


def _node(commit: Commit, stashed: frozenset[str]) -> Node:
    return Node(commit.id, commit.parents[:1] if commit.id in stashed else commit.parents, commit.time)


def _reachable(repository: Repository, starts: Iterable[str], stashed: frozenset[str]) -> set[str]:
    seen: set[str] = set()
    waiting = [oid for oid in starts if oid in repository.commits]
    while waiting:
        oid = waiting.pop()
        if oid not in seen:
            seen.add(oid)
            parents = _node(repository.commits[oid], stashed).parents
            waiting.extend(parent for parent in parents if parent in repository.commits)
    return seen


def _reflog(repository: Repository, stashed: frozenset[str], reached: set[str]) -> list[str]:
    """Return what the reflogs name besides, without the commits that git makes for a stash."""
    inner = {parent for oid in stashed if oid in repository.commits for parent in repository.commits[oid].parents[1:]}
    known = dict.fromkeys(
        oid
        for ref, entries in sorted(repository.reflog.items())
        if ref != "refs/stash"
        for entry in entries
        for oid in (entry.new, entry.old)
    )
    return [oid for oid in known if oid not in reached and oid not in inner]


def _labels(repository: Repository) -> dict[str, tuple[Label, ...]]:
    found: dict[str, list[Label]] = {}
    head = repository.head
    if head.commit is not None:
        kind = LabelKind.DETACHED if head.branch is None else LabelKind.HEAD
        found.setdefault(head.commit, []).append(Label(kind, "HEAD", current=True))
    for ref, target in sorted(repository.refs.items()):
        if ref == "refs/stash" or (ref.startswith("refs/remotes/") and ref.endswith("/HEAD")):
            continue
        while target in repository.tags:
            target = repository.tags[target].target
        found.setdefault(target, []).append(Label(_kind(ref), _short(ref), current=ref == head.branch))
    for number, oid in enumerate(repository.stash):
        found.setdefault(oid, []).append(Label(LabelKind.STASH, f"stash@{{{number}}}"))
    return {
        oid: tuple(sorted(labels, key=lambda label: (not label.current, _ORDER.index(label.kind))))
        for oid, labels in found.items()
        if oid in repository.commits
    }


def _lost(repository: Repository, nodes: Sequence[Node], reached: set[str]) -> dict[str, tuple[Label, ...]]:
    """Name the newest of the commits that no ref reaches as the reflog does: ``HEAD@{1}``."""
    faded = [node for node in nodes if node.id not in reached]
    inner = {parent for node in faded for parent in node.parents}
    entries = {e.new: f"HEAD@{{{n}}}" for n, e in reversed([*enumerate(repository.reflog.get("HEAD", ()))])}
    return {
        node.id: (Label(LabelKind.REFLOG, entries[node.id]),)
        for node in faded
        if node.id in entries and node.id not in inner
    }


def _tips(repository: Repository, names: Mapping[str, tuple[Label, ...]]) -> list[str]:
    """Order the tips by importance: the main branch, HEAD, branches, then whatever else has a name."""
    branches = repository.branches
    main = [branches[name] for name in _MAIN if name in branches]
    head = [repository.head.commit] if repository.head.commit else []
    ranked = sorted(
        (min(_ORDER.index(label.kind) for label in labels), labels[0].text, oid) for oid, labels in names.items()
    )
    return [*main, *head, *(oid for _, _, oid in ranked)]


def _kind(ref: str) -> LabelKind:
    for prefix, kind in (("heads", LabelKind.BRANCH), ("remotes", LabelKind.REMOTE), ("tags", LabelKind.TAG)):
        if ref.startswith(f"refs/{prefix}/"):
            return kind
    return LabelKind.OTHER


def _short(ref: str) -> str:
    for prefix in ("refs/heads/", "refs/remotes/", "refs/tags/", "refs/"):
        if ref.startswith(prefix):
            return ref.removeprefix(prefix)
    return ref
