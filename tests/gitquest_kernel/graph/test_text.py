"""The drawing in characters."""

from __future__ import annotations

from gitquest_kernel.graph.text import text
from tests.gitquest_kernel.graph.history_of import FORK, repository


def test_a_merge_is_drawn_in_lines() -> None:
    drawn = repository(FORK, refs={"refs/heads/main": "d", "refs/heads/soup": "c"})
    assert text(drawn).splitlines() == [
        "○  d (HEAD → main) Work on d",
        "├─╮",
        "│ ●  c (soup) Work on c",
        "● │  b Work on b",
        "├─╯",
        "●  a Work on a",
    ]


def test_plain_ascii_is_enough() -> None:
    drawn = text(repository(FORK, refs={"refs/heads/main": "d"}), ascii_only=True)
    assert drawn.isascii()
    assert drawn.splitlines()[:3] == ["*  d (HEAD -> main) Work on d", "|-\\", "| *  c Work on c"]


def test_lines_that_cross_are_drawn_as_a_crossing() -> None:
    history = "a\nl < a\nr < a\nm < l r\nn < r l\nr2 < n\nl2 < m\ntop < l2 r2"
    drawn = repository(history, refs={"refs/heads/main": "top"})
    assert text(drawn).splitlines()[4:] == [
        "│ ○  n Work on n",
        "│ ├─╮",
        "○ │ │  m Work on m",
        "├─┤ │",
        "│ ● │  r Work on r",
        "├─┼─╯",
        "● │  l Work on l",
        "├─╯",
        "●  a Work on a",
    ]


def test_stash_unreachable_and_unborn_have_marks() -> None:
    drawn = repository("a\nb < a\ns < a", refs={"refs/heads/main": "a"}, stash=("s",), reflog=("a", "b"))
    assert "■  s (stash@{0})" in text(drawn)
    assert "◌ │  b (HEAD@{1})" in text(drawn)
    assert text(repository("")) == "HEAD → main (no commits yet)"
    assert text(repository("", head=None)) == "no commits"


def test_lines_keep_to_the_width_and_older_commits_are_counted() -> None:
    drawn = repository("a\nb < a", refs={"refs/heads/main": "b"}, subjects={"b": "x" * 500})
    lines = text(drawn, max_commits=1, width=60).splitlines()
    assert len(lines[0]) == 60
    assert lines[-1] == "… 1 older not shown"


def test_escape_sequences_do_not_reach_the_terminal() -> None:
    drawn = repository("a", refs={"refs/heads/main": "a"}, subjects={"a": "\x1b]0;owned\x07"})
    assert "\x1b" not in text(drawn)
    assert "\x07" not in text(drawn)
