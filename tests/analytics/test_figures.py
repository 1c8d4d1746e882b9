"""Text in reports is text."""

from __future__ import annotations

import pytest
from IPython.display import HTML

from analytics.figures import cards, label, note, percent, table

HOSTILE = "<script>alert(1)</script>"


def test_a_label_for_plotly_is_escaped_and_cut() -> None:
    assert label(HOSTILE) == "&lt;script&gt;alert(1)&lt;/script&gt;"
    assert label("x" * 100, longest=10) == "xxxxxxxxx…"


def test_tables_cards_and_notes_escape_what_they_show(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[HTML] = []
    monkeypatch.setattr("analytics.figures.display", pieces.append)
    table([{HOSTILE: HOSTILE}])
    cards({HOSTILE: HOSTILE})
    note(HOSTILE)
    shown = "".join(piece.data for piece in pieces)
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") == 5


@pytest.mark.parametrize(("share", "text"), [(0.705, "70%"), (1, "100%"), (None, "–"), (float("nan"), "–")])
def test_a_share_without_value_is_a_dash(share: float | None, text: str) -> None:
    assert percent(share) == text
