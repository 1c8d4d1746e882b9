"""Draw the names beside a commit as rounded boxes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from gitquest_kernel.graph.history import Label, LabelKind
from gitquest_kernel.graph.plain import cells, fit, number

__all__ = ["Box", "boxes", "caption", "draw"]

GAP = 5
LONGEST = 30
_CELL = 6.65
_PADDING = 12
_HEIGHT = 18
_CORNER = {LabelKind.TAG: 9, LabelKind.STASH: 9}


class Box(NamedTuple):
    """A box of a style, ``hint`` being what its tooltip adds."""

    style: str
    text: str
    corner: int = 4
    hint: str = ""

    @property
    def width(self) -> float:
        """How wide the box is, in pixels."""
        return round(cells(self.text) * _CELL + _PADDING, 1)


def caption(label: Label) -> str:
    """Say in words what a label is, as git's own decorations do."""
    match label.kind:
        case LabelKind.HEAD:
            return "HEAD →"
        case LabelKind.DETACHED:
            return "HEAD (detached)"
        case LabelKind.TAG:
            return f"tag: {label.text}"
        case _:
            return label.text


def boxes(labels: Sequence[Label], room: float) -> list[Box]:
    """Turn labels into boxes until ``room`` pixels are used; a last box counts the others."""
    found: list[Box] = []
    used = 0.0
    for position, label in enumerate(labels):
        text = caption(label)
        box = Box(f"k-{label.kind}", fit(text, LONGEST), _CORNER.get(label.kind, 4), text)
        rest = labels[position:]
        if found and used + box.width + GAP > room:
            names = ", ".join(fit(caption(other), LONGEST) for other in rest[:40])
            return [*found, Box("k-more", f"+{len(rest)}", 4, names)]
        found.append(box)
        used += box.width + GAP
    return found


def draw(box: Box, x: float, y: float) -> str:
    """Return the box with its left edge at ``x`` and its middle at ``y``."""
    hint = f"<title>{escape(fit(box.hint, 400))}</title>" if box.hint not in {"", box.text} else ""
    return (
        f'<g>{hint}<rect class="{box.style}" x="{number(x)}" y="{number(y - _HEIGHT / 2)}" '
        f'width="{number(box.width)}" height="{_HEIGHT}" rx="{box.corner}"/>'
        f'<text class="l" x="{number(x + box.width / 2)}" y="{number(y + 4)}">{escape(box.text)}</text></g>'
    )
