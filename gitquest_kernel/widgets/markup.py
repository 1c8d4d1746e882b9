"""Text of authors and students as HTML that cannot carry code."""

from __future__ import annotations

import html
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import mistune

__all__ = ["inline", "markdown", "plain", "section", "table"]

MAX_CELL = 200


@cache
def _renderer() -> Any:
    return mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])


def markdown(text: str) -> str:
    """Render an author's Markdown; raw HTML in it is shown as text, and links that run code are cut."""
    return str(_renderer()(text))


def inline(text: str) -> str:
    """Render one sentence of Markdown without its paragraph."""
    rendered = markdown(text).strip()
    single = rendered.startswith("<p>") and rendered.count("<p>") == 1 and rendered.endswith("</p>")
    return rendered[3:-4] if single else rendered


def plain(text: object) -> str:
    """Escape any text for HTML."""
    return html.escape(str(text))


def section(title: str, content: str) -> str:
    """Return HTML under a small heading, or nothing when there is nothing to head."""
    return f'<div class="gq"><div class="gq-section">{plain(title)}</div>{content}</div>' if content else ""


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], types: Sequence[str] = ()) -> str:
    """Return a small HTML table; NULL is told apart from text, numbers are set to the right.

    Parameters
    ----------
    types
        A type to name under each column, or nothing.
    """
    below = [f'<div class="gq-type">{plain(kind.lower())}</div>' for kind in types] or [""] * len(columns)
    head = "".join(f'<th scope="col">{plain(name)}{kind}</th>' for name, kind in zip(columns, below, strict=True))
    body = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
    return f'<table class="gq-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cell(value: object) -> str:
    if value is None:
        return '<td class="gq-null">NULL</td>'
    text = str(value)
    shown = text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return f'<td class="gq-number">{plain(shown)}</td>' if number else f"<td>{plain(shown)}</td>"
