"""Place commits in rows and lanes: a pure function of ids, parents and times.

Newest is on top. A first-parent chain keeps one lane from its newest commit to its oldest: a straight line
means that a fast-forward is possible, a fork that histories have diverged. Lanes are handed out from the
oldest row up: a commit that arrives on top takes what is left, and what is drawn already tends to stay.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from gitquest_kernel.graph.lanes import assign, chains, spans

__all__ = ["BEND", "Edge", "Layout", "Node", "Place", "Point", "layout", "newest_first"]

BEND = 0.1
"""How far below and above a row, in rows, an edge stays in its lane before it changes to another."""


class Node(NamedTuple):
    """A commit as the layout sees it; ``time`` in Unix seconds orders what ancestry leaves open."""

    id: str
    parents: tuple[str, ...]
    time: int


class Place(NamedTuple):
    """Where a commit is drawn: lane 0 is leftmost, row 0 on top."""

    lane: int
    row: int


class Point(NamedTuple):
    """A corner of an edge, in lanes and rows."""

    lane: float
    row: float


class Edge(NamedTuple):
    """A line from a child down to a parent.

    Parameters
    ----------
    order
        Which parent: 0 is the first parent, more is a merged-in history.
    start, end
        The places of child and parent.
    via
        The lane in which the edge covers the rows between them.
    lane
        The lane whose colour the edge takes: the child's for a first parent, else the parent's.
    """

    child: str
    parent: str
    order: int
    start: Place
    end: Place
    via: int
    lane: int

    @property
    def points(self) -> tuple[Point, ...]:
        """The edge as a polyline."""
        points = [Point(*self.start)]
        if self.via != self.start.lane:
            points.append(Point(self.start.lane, self.start.row + BEND))
            points.append(Point(self.via, self.start.row + 1 - BEND))
        if self.via != self.end.lane:
            points.append(Point(self.via, self.end.row - 1 + BEND))
            points.append(Point(self.end.lane, self.end.row - BEND))
        return (*points, Point(*self.end))


class Layout(NamedTuple):
    """A graph with a place for everything.

    Parameters
    ----------
    rows
        Commit ids from top to bottom.
    places
        Lane and row by commit id.
    edges
        One for each parent that is drawn, by child from top to bottom.
    cut
        Commits with a parent that is not drawn.
    lanes
        How many lanes there are.
    """

    rows: tuple[str, ...]
    places: Mapping[str, Place]
    edges: tuple[Edge, ...]
    cut: frozenset[str]
    lanes: int


def newest_first(commits: Iterable[Node]) -> list[Node]:
    """Sort children before their parents and, where ancestry leaves it open, newer before older, then by id.

    Raises
    ------
    ValueError
        When the commits' parents form a cycle, which no git repository holds.
    """
    nodes = {node.id: node for node in commits}
    children = dict.fromkeys(nodes, 0)
    for node in nodes.values():
        for parent in node.parents:
            if parent in children:
                children[parent] += 1
    ready = [(-nodes[oid].time, oid) for oid, count in children.items() if not count]
    heapq.heapify(ready)
    ordered: list[Node] = []
    while ready:
        node = nodes[heapq.heappop(ready)[1]]
        ordered.append(node)
        for parent in node.parents:
            if parent in children:
                children[parent] -= 1
                if not children[parent]:
                    heapq.heappush(ready, (-nodes[parent].time, parent))
    if len(ordered) < len(nodes):
        raise ValueError("the commits' parents form a cycle")
    return ordered


def layout(commits: Sequence[Node], tips: Sequence[str] = (), aside: Collection[str] = ()) -> Layout:
    """Place commits and route edges in O(n log n); the order of ``commits`` does not matter.

    No two commits share a place, parents lie below their children, no edge passes through a strange commit.

    Parameters
    ----------
    commits
        Nodes with unique ids; a parent that is not among them is cut off.
    tips
        Ids whose first-parent chains are laid first, the main branch's foremost: it alone gets lane 0.
    aside
        Ids that never continue another chain's line, such as a stash.

    Examples
    --------
    >>> layout([Node("b", ("a",), 2), Node("a", (), 1)]).places["a"]
    Place(lane=0, row=1)
    """
    ordered = newest_first(commits)
    row = {node.id: number for number, node in enumerate(ordered)}
    parents = {node.id: [p for p in dict.fromkeys(node.parents) if p in row] for node in ordered}
    first = {node.id: node.parents[0] for node in ordered if node.parents and node.parents[0] in row}
    found = chains(tuple(row), first, [tip for tip in tips if tip in row], aside)
    wanted, detours = spans(found, parents, first, row)
    lanes = assign(wanted)
    lane = {oid: lanes[number] for number, chain in enumerate(found) for oid in chain}
    places = {oid: Place(lane[oid], number) for oid, number in row.items()}
    edges: list[Edge] = []
    for child, its_parents in parents.items():
        start = places[child]
        for order, parent in enumerate(its_parents, start=child not in first):
            end = places[parent]
            colour = end.lane if order else start.lane
            span = detours.get((child, parent)) if order else None
            via = colour if span is None else lanes[span]
            edges.append(Edge(child, parent, order, start, end, via, colour))
    return Layout(
        rows=tuple(row),
        places=places,
        edges=tuple(edges),
        cut=frozenset(node.id for node in ordered if any(p not in row for p in node.parents)),
        lanes=max(lanes, default=-1) + 1,
    )
