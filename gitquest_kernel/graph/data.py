"""A commit graph as plain data, for scripts and widgets."""

from __future__ import annotations

from typing import Any

from gitquest_kernel.graph.history import History
from gitquest_kernel.graph.plain import clean
from gitquest_kernel.sandbox.snapshot import Repository

__all__ = ["as_data"]


def as_data(repository: Repository, shown: History) -> dict[str, Any]:
    """Return commits from top to bottom with their places and labels, and edges, in JSON's types."""
    return {
        "repository": repository.path,
        "head": {"branch": repository.head.branch, "commit": repository.head.commit},
        "refs": dict(repository.refs),
        "stash": list(repository.stash),
        "lanes": shown.layout.lanes,
        "older": shown.older,
        "commits": [_commit(shown, oid) for oid in shown.layout.rows],
        "edges": [
            {"child": edge.child, "parent": edge.parent, "order": edge.order, "via": edge.via, "lane": edge.lane}
            for edge in shown.layout.edges
        ],
    }


def _commit(shown: History, oid: str) -> dict[str, Any]:
    commit, place = shown.commits[oid], shown.layout.places[oid]
    return {
        "id": oid,
        "parents": list(commit.parents),
        "author": clean(commit.author),
        "time": commit.time,
        "subject": clean(commit.subject),
        "lane": place.lane,
        "row": place.row,
        "labels": [{"kind": str(label.kind), "text": label.text} for label in shown.labels.get(oid, ())],
        "unreachable": oid in shown.faded,
    }
