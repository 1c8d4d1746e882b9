"""The layout of commits: properties that hold for any history, and the pictures a student relies on."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitquest_kernel.graph.layout import BEND, Layout, Node, layout, newest_first

relaxed = settings(deadline=None)


@st.composite
def histories(draw: st.DrawFn) -> list[Node]:
    """Any directed acyclic graph: several roots, octopus merges, equal and wrong times, parents that are missing."""
    nodes: list[Node] = []
    for number in range(draw(st.integers(0, 40))):
        older = [node.id for node in nodes] + ["missing"]
        parents = draw(st.lists(st.sampled_from(older), max_size=4))
        nodes.append(Node(f"c{number}", tuple(parents), draw(st.integers(0, 9))))
    return nodes


def distance(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return how far a point is from a segment."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    along = 0.0 if not length else max(0.0, min(1.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length))
    return ((x - x1 - along * (x2 - x1)) ** 2 + (y - y1 - along * (y2 - y1)) ** 2) ** 0.5


@given(histories())
@relaxed
def test_every_commit_has_a_place_of_its_own(nodes: list[Node]) -> None:
    drawn = layout(nodes)
    assert sorted(drawn.rows) == sorted(node.id for node in nodes)
    assert len(set(drawn.places.values())) == len(nodes)
    assert [drawn.places[oid].row for oid in drawn.rows] == list(range(len(nodes)))
    assert all(0 <= place.lane < drawn.lanes for place in drawn.places.values())


@given(histories())
@relaxed
def test_every_parent_that_is_drawn_lies_below_its_child_and_is_joined_to_it(nodes: list[Node]) -> None:
    drawn = layout(nodes)
    assert all(edge.start.row < edge.end.row for edge in drawn.edges)
    joined = {(edge.child, edge.parent) for edge in drawn.edges}
    assert joined == {(node.id, parent) for node in nodes for parent in node.parents if parent != "missing"}
    assert drawn.cut == {node.id for node in nodes if "missing" in node.parents}


@given(histories())
@relaxed
def test_an_edge_keeps_clear_of_every_commit_but_its_own(nodes: list[Node]) -> None:
    drawn = layout(nodes)
    for edge in drawn.edges:
        assert edge.points[0] == edge.start
        assert edge.points[-1] == edge.end
        for oid, place in drawn.places.items():
            if oid not in (edge.child, edge.parent):
                near = min(distance(place, start, end) for start, end in pairwise(edge.points))
                assert near >= BEND / 2, (edge, oid)


@given(histories())
@relaxed
def test_an_edge_never_runs_back_up(nodes: list[Node]) -> None:
    for edge in layout(nodes).edges:
        assert all(start.row <= end.row for start, end in pairwise(edge.points))


@given(histories(), st.randoms(use_true_random=False))
@relaxed
def test_the_order_in_which_commits_are_given_does_not_matter(nodes: list[Node], chance: random.Random) -> None:
    shuffled = chance.sample(nodes, len(nodes))
    tips = [node.id for node in nodes[:2]]
    assert layout(shuffled, tips) == layout(nodes, tips)


@given(histories())
@relaxed
def test_a_first_parent_edge_leaves_its_lane_only_to_join_another_line(nodes: list[Node]) -> None:
    drawn = layout(nodes)
    for edge in drawn.edges:
        if edge.order == 0:
            assert edge.via == edge.start.lane


@given(histories())
@relaxed
def test_the_first_tip_and_its_first_parents_have_lane_0_to_themselves(nodes: list[Node]) -> None:
    if not nodes:
        return
    by_id = {node.id: node for node in nodes}
    main: list[str] = []
    at: str | None = nodes[-1].id
    while at in by_id:
        main.append(at)
        at = by_id[at].parents[0] if by_id[at].parents else None
    drawn = layout(nodes, tips=[nodes[-1].id])
    assert all(drawn.places[oid].lane == 0 for oid in main)


@given(histories())
@relaxed
def test_a_new_commit_on_the_newest_leaves_everything_else_in_its_lane(nodes: list[Node]) -> None:
    if not nodes:
        return
    before = layout(nodes, tips=[newest_first(nodes)[0].id])
    top = before.rows[0]
    after = layout([*nodes, Node("new", (top,), 99)], tips=["new"])
    assert {oid: place.lane for oid, place in after.places.items() if oid != "new"} == {
        oid: place.lane for oid, place in before.places.items()
    }


def test_newer_commits_are_above_older_ones_where_ancestry_allows() -> None:
    nodes = [Node("base", (), 1), Node("left", ("base",), 3), Node("right", ("base",), 2), Node("late", ("left",), 0)]
    assert [node.id for node in newest_first(nodes)] == ["right", "late", "left", "base"]


def test_a_branch_that_is_ahead_stays_on_the_same_line() -> None:
    drawn = layout([Node("a", (), 1), Node("main", ("a",), 2), Node("topic", ("main",), 3)], tips=["main", "topic"])
    assert lanes(drawn) == {"a": 0, "main": 0, "topic": 0}


def test_histories_that_diverge_fork() -> None:
    drawn = layout([Node("a", (), 1), Node("main", ("a",), 2), Node("topic", ("a",), 3)], tips=["main", "topic"])
    assert lanes(drawn) == {"a": 0, "main": 0, "topic": 1}


def test_what_is_set_aside_never_continues_a_line() -> None:
    nodes = [Node("a", (), 1), Node("stash", ("a",), 2)]
    assert lanes(layout(nodes, tips=["a"], aside={"stash"})) == {"a": 0, "stash": 1}


def test_a_lane_is_used_again_once_its_line_has_ended() -> None:
    nodes = [Node("m0", (), 0)]
    for number in range(1, 60, 3):
        base = nodes[-1].id
        nodes.append(Node(f"b{number}", (base,), number))
        nodes.append(Node(f"m{number}", (base,), number + 1))
        nodes.append(Node(f"m{number + 1}", (f"m{number}", f"b{number}"), number + 2))
    assert layout(nodes).lanes == 2


def test_an_empty_history_has_an_empty_layout() -> None:
    assert layout([]) == Layout((), {}, (), frozenset(), 0)


def test_parents_that_form_a_cycle_are_refused() -> None:
    with pytest.raises(ValueError, match="cycle"):
        layout([Node("a", ("b",), 1), Node("b", ("a",), 2)])


def lanes(drawn: Layout) -> dict[str, int]:
    """Return the lane by commit."""
    return {oid: place.lane for oid, place in drawn.places.items()}
