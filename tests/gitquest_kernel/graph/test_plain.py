"""Text for one line of a drawing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gitquest_kernel.graph.plain import cells, clean, fit, number


def test_what_would_be_hidden_is_shown() -> None:
    assert clean("a\x00b\x1b[1m\x7f") == "a␀b␛[1m␡"
    assert clean("safe\u202efdp.exe") == "safe�fdp.exe"
    assert clean("one\r\ntwo\u2028three") == "one  two three"


def test_letters_of_every_script_stay() -> None:
    assert clean("日本語 العربية é 👩‍👧") == "日本語 العربية é 👩‍👧"


def test_marks_piled_on_a_letter_are_cut_off() -> None:
    assert clean("a" + "\u0301" * 100) == "a" + "\u0301" * 3


def test_wide_characters_take_two_columns() -> None:
    assert cells("日本") == 4
    assert fit("日本語", 5) == "日本…"


@given(st.text(), st.integers(1, 50))
def test_a_fitted_text_never_takes_more_than_its_columns(text: str, width: int) -> None:
    assert cells(fit(text, width)) <= width


def test_numbers_are_short() -> None:
    assert [number(value) for value in (3.0, 2.25, 280_000.04)] == ["3", "2.2", "280000"]
