"""Draw a commit graph in characters, for terminals, e-mail and wherever no picture is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from gitquest_kernel.graph.history import History, Label, LabelKind, history
from gitquest_kernel.graph.labels import caption
from gitquest_kernel.graph.plain import fit
from gitquest_kernel.sandbox.snapshot import Repository

__all__ = ["text"]

_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8
_ACROSS = _LEFT | _RIGHT
_LINES, _LINES_ASCII = " ╵╷│╴╯╮┤╶╰╭├─┴┬┼", " |||-/\\|-\\/|-+++"
_COMMIT, _MERGE, _STASH, _FADED = "●*", "○*", "■s", "◌o"
_MOST_NAMES = 9

Strokes = dict[int, int]
"""The directions drawn in a cell, by column."""


def text(repository: Repository, *, max_commits: int | None = 500, width: int = 100, ascii_only: bool = False) -> str:
    """Return the graph as lines, newest first, in the manner of ``git log --graph --oneline --decorate``.

    Parameters
    ----------
    max_commits
        Draw the newest only; None draws all.
    width
        In columns; subjects are cut to fit.
    ascii_only
        Draw with ``* | / \\`` instead of dots and lines.
    """
    shown = history(repository, max_commits=max_commits)
    lines = [f"HEAD → {fit(shown.unborn, 60)} (no commits yet)"] if shown.unborn else []
    rows, gaps = _strokes(shown)
    characters = _LINES_ASCII if ascii_only else _LINES
    for number, oid in enumerate(shown.layout.rows):
        marks = {2 * shown.layout.places[oid].lane: _mark(shown, oid)[ascii_only]}
        names = _names(shown.labels.get(oid, ()))
        start = f"{_line(rows[number], characters, marks)}  {oid[:7]} {names}"
        lines.append(start + fit(shown.commits[oid].subject, max(width - len(start), 12)))
        if any(stroke & _ACROSS for stroke in gaps[number].values()):
            lines.append(_line(gaps[number], characters))
    if shown.older:
        lines.append(f"… {shown.older:,} older not shown")
    drawing = "\n".join(lines) or "no commits"
    return drawing.replace("→", "->").replace("…", "...") if ascii_only else drawing


def _strokes(shown: History) -> tuple[Mapping[int, Strokes], Mapping[int, Strokes]]:
    """Return what the edges draw on each commit's line, and on the line below it."""
    rows: dict[int, Strokes] = defaultdict(lambda: defaultdict(int))
    gaps: dict[int, Strokes] = defaultdict(lambda: defaultdict(int))
    for edge in shown.layout.edges:
        for row in range(edge.start.row, edge.end.row):
            above = edge.start.lane if row == edge.start.row else edge.via
            below = edge.end.lane if row == edge.end.row - 1 else edge.via
            _bend(gaps[row], above, below)
            if row > edge.start.row:
                rows[row][2 * edge.via] |= _UP | _DOWN
    return rows, gaps


def _bend(strokes: Strokes, above: int, below: int) -> None:
    left, right = 2 * min(above, below), 2 * max(above, below)
    strokes[2 * above] |= _UP
    strokes[2 * below] |= _DOWN
    if left < right:
        strokes[left] |= _RIGHT
        strokes[right] |= _LEFT
        for column in range(left + 1, right):
            strokes[column] |= _ACROSS


def _line(strokes: Strokes, characters: str, marks: Mapping[int, str] | None = None) -> str:
    marks = marks or {}
    last = max((*strokes, *marks), default=-1)
    return "".join(marks.get(column) or characters[strokes.get(column, 0)] for column in range(last + 1))


def _mark(shown: History, oid: str) -> str:
    if oid in shown.stashed:
        return _STASH
    if oid in shown.faded:
        return _FADED
    return _MERGE if len(shown.commits[oid].parents) > 1 else _COMMIT


def _names(labels: Sequence[Label]) -> str:
    names: list[str] = []
    arrow = ""
    for label in labels[:_MOST_NAMES]:
        if label.kind is LabelKind.HEAD:
            arrow = f"{caption(label)} "
        else:
            names.append(arrow + fit(caption(label), 40))
            arrow = ""
    if len(labels) > _MOST_NAMES:
        names.append(f"+{len(labels) - _MOST_NAMES}")
    return f"({', '.join(names)}) " if names else ""
