"""Draw a repository's commit graph as SVG: no scripts, no fonts, nothing from outside."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import UTC, datetime
from html import escape

from gitquest_kernel.graph import labels
from gitquest_kernel.graph.describe import describe
from gitquest_kernel.graph.history import History, history
from gitquest_kernel.graph.layout import Edge
from gitquest_kernel.graph.plain import fit, number
from gitquest_kernel.graph.style import LANES, STYLE
from gitquest_kernel.sandbox.snapshot import Commit, Repository

__all__ = ["picture", "svg"]

ROW = 28
"""Height of a row in pixels."""

_LEFT = 15
_WIDEST_GRAPH = 240
_RADIUS = 5
_ID_WIDTH = 60
_CELL = 7.7
_LEAST_SUBJECT = 130
_BLOCK = 100


def svg(repository: Repository, *, title: str = "Commit graph", max_commits: int | None = 500, width: int = 640) -> str:
    """Return a stand-alone ``<svg>`` element: commits newest first, their edges, names, ids and subjects.

    It follows the light or dark theme around it, is described in words to screen readers, and shows whatever
    a hostile repository holds as harmless text.

    Parameters
    ----------
    title
        What the picture shows, for screen readers.
    max_commits
        Draw the newest only; None draws all.
    width
        In pixels; subjects are cut to fit.
    """
    return picture(repository, history(repository, max_commits=max_commits), title=title, width=width)


def picture(repository: Repository, shown: History, *, title: str, width: int) -> str:
    """Return what `svg` does, for a history that has been laid out already."""
    return _Drawing(shown, width).element(title, describe(repository, shown))


class _Drawing:
    """One picture in the making."""

    def __init__(self, shown: History, width: int) -> None:
        self.shown = shown
        self.width = width
        self.pitch = max(6.0, min(18.0, _WIDEST_GRAPH / max(shown.layout.lanes, 1)))
        self.text_x = _LEFT + max(shown.layout.lanes - 1, 0) * self.pitch + 16
        self.top = ROW if shown.unborn else 0

    def element(self, title: str, description: str) -> str:
        rows = len(self.shown.layout.rows)
        body = "".join((self._unborn(), *self._edges(), *map(self._commit, self.shown.layout.rows), self._older()))
        height = self.top + ROW * (rows + bool(self.shown.older or not (rows or self.shown.unborn)))
        name = hashlib.sha256(f"{description}{body}".encode()).hexdigest()[:10]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="gq-commits" role="img" width="{self.width}" '
            f'height="{height}" viewBox="0 0 {self.width} {height}" '
            f'aria-labelledby="gq-t-{name} gq-d-{name}">'
            f'<title id="gq-t-{name}">{escape(fit(title, 200))}</title>'
            f'<desc id="gq-d-{name}">{escape(description)}</desc><style>{STYLE}</style>{body}</svg>'
        )

    def _x(self, lane: float) -> float:
        return _LEFT + lane * self.pitch

    def _y(self, row: float) -> float:
        return self.top + ROW * (row + 0.5)

    def _edges(self) -> list[str]:
        """Draw the edges that look alike in few paths, in blocks that a browser can skip."""
        paths: dict[tuple[str, int], list[str]] = defaultdict(list)
        for edge in self.shown.layout.edges:
            style = f"e s{edge.lane % len(LANES)}"
            if edge.child in self.shown.faded:
                style += " u d"
            elif edge.child in self.shown.stashed:
                style += " d"
            paths[style, edge.start.row // _BLOCK].append(self._path(edge))
        for oid in self.shown.layout.cut:
            lane, row = self.shown.layout.places[oid]
            stub = f"M{number(self._x(lane))},{number(self._y(row))}v{number(ROW * 0.6)}"
            paths[f"e d s{lane % len(LANES)}", row // _BLOCK].append(stub)
        return [f'<path class="{style}" d="{"".join(paths[style, block])}"/>' for style, block in sorted(paths)]

    def _path(self, edge: Edge) -> str:
        x, y = self._x(edge.start.lane), self._y(edge.start.row)
        steps = [f"M{number(x)},{number(y)}"]
        for point in edge.points[1:]:
            to_x, to_y = self._x(point.lane), self._y(point.row)
            middle = (y + to_y) / 2
            steps.append(
                f"V{number(to_y)}"
                if to_x == x
                else f"C{number(x)},{number(middle)} {number(to_x)},{number(middle)} {number(to_x)},{number(to_y)}"
            )
            x, y = to_x, to_y
        return "".join(steps)

    def _commit(self, oid: str) -> str:
        commit, (lane, row) = self.shown.commits[oid], self.shown.layout.places[oid]
        y, x = self._y(row), self.text_x
        parts = [
            self._mark(commit, self._x(lane), y, lane),
            f'<text class="i" x="{number(x)}" y="{number(y + 4)}">{oid[:7]}</text>',
        ]
        x += _ID_WIDTH
        for box in labels.boxes(self.shown.labels.get(oid, ()), self.width - x - _LEAST_SUBJECT):
            parts.append(labels.draw(box, x, y))
            x += box.width + labels.GAP
        subject = fit(commit.subject, max(int((self.width - x - 4) / _CELL), 6))
        parts.append(f'<text x="{number(x)}" y="{number(y + 4.5)}">{escape(subject)}</text>' if subject else "")
        style = ' class="u"' if oid in self.shown.faded else ""
        return f'<g{style} data-commit="{oid}"><title>{escape(_hint(commit))}</title>{"".join(parts)}</g>'

    def _mark(self, commit: Commit, x: float, y: float, lane: int) -> str:
        colour = lane % len(LANES)
        ring = ""
        if any(label.current for label in self.shown.labels.get(commit.id, ())):
            ring = f'<circle class="h" cx="{number(x)}" cy="{number(y)}" r="{_RADIUS + 3.5}"/>'
        if commit.id in self.shown.stashed:
            corner, side = f'x="{number(x - _RADIUS)}" y="{number(y - _RADIUS)}"', 2 * _RADIUS
            return f'<rect class="f{colour}" {corner} width="{side}" height="{side}"/>'
        if len(commit.parents) > 1:
            return f'{ring}<circle class="m s{colour}" cx="{number(x)}" cy="{number(y)}" r="{_RADIUS - 0.5}"/>'
        return f'{ring}<circle class="f{colour}" cx="{number(x)}" cy="{number(y)}" r="{_RADIUS}"/>'

    def _unborn(self) -> str:
        if self.shown.unborn is None:
            return ""
        head = labels.Box("k-head", "HEAD →")
        branch = labels.Box("k-unborn", fit(f"no commits yet on {self.shown.unborn}", 60))
        y = ROW / 2
        return labels.draw(head, _LEFT, y) + labels.draw(branch, _LEFT + head.width + labels.GAP, y)

    def _older(self) -> str:
        rows = len(self.shown.layout.rows)
        if self.shown.older:
            text = f"… {self.shown.older:,} older commit{'s' if self.shown.older > 1 else ''} not shown"
        elif not rows and self.shown.unborn is None:
            text = "no commits"
        else:
            return ""
        return f'<text class="t" x="{number(self.text_x)}" y="{number(self._y(rows) + 4)}">{text}</text>'


def _hint(commit: Commit) -> str:
    try:
        when = f"{datetime.fromtimestamp(commit.time, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        when = f"time {commit.time}"
    return f"{commit.id[:12]} · {fit(commit.author, 60)} · {when}\n{fit(commit.subject, 200)}"
