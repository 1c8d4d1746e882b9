"""How reports look: colours that everybody can tell apart, and text that is never taken for markup."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import plotly.io as pio
from IPython.display import HTML, display

__all__ = ["BLUES", "COLOURS", "cards", "end", "label", "note", "percent", "show", "table"]

COLOURS = {
    "blue": "#0072b2",
    "orange": "#e69f00",
    "green": "#009e73",
    "vermilion": "#d55e00",
    "purple": "#cc79a7",
    "sky": "#56b4e9",
    "grey": "#9aa5b1",
}
"""Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), which stays distinct for colour-blind readers."""

BLUES = ("#c6dbef", "#7fb3d9", "#3a85bd", "#08467f")
"""Four steps of one colour, from light to dark, for stages that follow each other."""

_INK, _FAINT, _GRID = "#1f2933", "#616e7c", "#e4e7eb"
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_LAYOUT = {
    "template": "none",
    "font": {"family": _FONT, "size": 13, "color": _INK},
    "paper_bgcolor": "white",
    "plot_bgcolor": "white",
    "margin": {"l": 10, "r": 24, "t": 44, "b": 44},
    "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal"},
    "hoverlabel": {"bgcolor": "white", "bordercolor": _GRID, "font": {"color": _INK, "family": _FONT}},
    "xaxis": {"gridcolor": _GRID, "zeroline": False, "automargin": True, "tickfont": {"color": _FAINT}},
    "yaxis": {"gridcolor": _GRID, "zeroline": False, "automargin": True, "ticklabelstandoff": 8},
}


def show(figure: go.Figure, *, alt: str, **layout: Any) -> None:
    """Show a figure in the house style.

    Parameters
    ----------
    alt
        What the figure shows, for those who cannot see it.
    layout
        Settings of plotly's layout, besides the style's.
    """
    figure.update_layout(_LAYOUT)
    figure.update_layout(layout)
    division = pio.to_html(
        figure,
        full_html=False,
        include_plotlyjs=False,  # the page holds it, once
        config={"displayModeBar": False, "responsive": True},
        default_height=f"{figure.layout.height or 420}px",
    )
    marked = f'<figure role="img" aria-label="{html.escape(alt)}">{division}</figure>'
    data = {"application/vnd.plotly.v1+json": json.loads(figure.to_json()), "text/html": marked, "text/plain": alt}
    display(data, raw=True)


def label(text: object, longest: int = 48) -> str:
    """Return a text for plotly, which reads some HTML, so that it is shown as it is, cut when long."""
    plain = " ".join(str(text).split())
    return html.escape(plain if len(plain) <= longest else plain[: longest - 1] + "…", quote=False)


def percent(share: float | None) -> str:
    """Write a share as a whole percentage; a dash when there is none."""
    return "–" if share is None or share != share else f"{share:.0%}"


def cards(facts: Mapping[str, object]) -> None:
    """Show a row of figures with their names."""
    parts = (
        f"<div><b>{html.escape(str(value))}</b><span>{html.escape(name)}</span></div>" for name, value in facts.items()
    )
    display(HTML(f'<div class="cards">{"".join(parts)}</div>'))


def note(text: str) -> None:
    """Show a sentence where a figure would be: why there is none."""
    display(HTML(f'<p class="empty">{html.escape(text)}</p>'))


def end(text: str) -> None:
    """Say why there is nothing to show; the page ends here, whatever the notebook's other cells hold."""
    data = {"text/html": f'<p class="empty">{html.escape(text)}</p>', "text/plain": text}
    display(data, raw=True, metadata={"gitquest": "end"})


def table(rows: Sequence[Mapping[str, object]], numbers: Sequence[str] = ()) -> None:
    """Show rows as a table; columns named in ``numbers`` are set right. All text is escaped."""
    if not rows:
        return

    def cell(tag: str, name: str, value: object) -> str:
        css = ' class="number"' if name in numbers else ""
        return f"<{tag}{css}>{html.escape(str(value))}</{tag}>"

    head = "".join(cell("th", name, name) for name in rows[0])
    body = "".join(f"<tr>{''.join(cell('td', name, value) for name, value in row.items())}</tr>" for row in rows)
    display(HTML(f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'))
