"""Split a history into first-parent chains, and give each a lane of its own."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

__all__ = ["assign", "chains", "spans"]

Span = tuple[int, int]
"""The first and the last row that a lane is needed for."""


def chains(
    ids: Sequence[str], first: Mapping[str, str], tips: Sequence[str], aside: Collection[str] = ()
) -> list[list[str]]:
    """Split commits into first-parent chains, each from its newest commit down.

    The chain of the first tip comes first. A commit whose first parent is the top of a chain grows that chain
    instead of beginning another, so that a branch that is merely ahead stays on the same line.

    Parameters
    ----------
    ids
        Commits from the top row to the bottom.
    first
        First parent by commit, where it is drawn.
    tips
        Commits to begin with, the most important first.
    aside
        Commits that never grow another chain.
    """
    found: list[list[str]] = []
    chain_of: dict[str, int] = {}
    for tip in (*tips, *ids):
        new: list[str] = []
        at: str | None = tip
        while at is not None and at not in chain_of:
            new.append(at)
            at = first.get(at)
        if not new:
            continue
        if at is not None and found[chain_of[at]][-1] == at and tip not in aside:
            number = chain_of[at]
        else:
            number = len(found)
            found.append([])
        found[number].extend(reversed(new))
        chain_of.update(dict.fromkeys(new, number))
    return [chain[::-1] for chain in found]


def spans(
    chains: Sequence[Sequence[str]],
    parents: Mapping[str, Sequence[str]],
    first: Mapping[str, str],
    row: Mapping[str, int],
) -> tuple[list[Span], dict[tuple[str, str], int]]:
    """Find the rows that each chain, and each edge that has to go round one, must have to itself.

    A chain reaches up to its topmost merge and down to where it joins its parent. An edge from a merge to a
    commit inside a chain makes a detour beside that chain; edges to the same commit share it.

    Returns
    -------
    spans
        One a chain, in their order, then one a detour.
    detours
        Number of the span by (child, parent).
    """
    newer_in_chain = {older: newer for chain in chains for newer, older in pairwise(chain)}
    top_of = {chain[0]: number for number, chain in enumerate(chains)}
    found: list[Span] = []
    for chain in chains:
        joins = first.get(chain[-1])
        found.append((row[chain[0]], row[chain[-1]] if joins is None else row[joins] - 1))
    around: dict[str, list[str]] = {}
    for child, its_parents in parents.items():
        for parent in its_parents:
            if parent == first.get(child):
                continue
            if parent in top_of:
                number = top_of[parent]
                found[number] = (min(found[number][0], row[child] + 1), found[number][1])
            elif row[newer_in_chain[parent]] > row[child]:
                around.setdefault(parent, []).append(child)
    detours: dict[tuple[str, str], int] = {}
    for parent, children in around.items():
        detours.update({(child, parent): len(found) for child in children})
        found.append((min(row[child] for child in children) + 1, row[parent] - 1))
    return found, detours


def assign(spans: Sequence[Span]) -> list[int]:
    """Give each span the leftmost lane that is free in its rows, from the oldest up.

    The first span has lane 0 to itself, all the way. A lane is used again only after an empty row, so that no
    line seems to continue another.
    """
    lanes = [0] * len(spans)
    free: list[int] = []
    busy: list[tuple[int, int]] = []
    used = 1
    for number in sorted(range(1, len(spans)), key=lambda n: (-spans[n][1], spans[n][0], n)):
        top, bottom = spans[number]
        while busy and -busy[0][0] > bottom + 1:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if not free:
            free.append(used)
            used += 1
        lanes[number] = heapq.heappop(free)
        heapq.heappush(busy, (-top, lanes[number]))
    return lanes
