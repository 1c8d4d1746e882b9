"""The graph in words."""

from __future__ import annotations

from gitquest_kernel.graph.describe import describe
from tests.gitquest_kernel.graph.history_of import repository


def test_branches_are_compared_with_head() -> None:
    drawn = repository(
        "a\nb < a\nc < a\nd < c",
        refs={"refs/heads/main": "b", "refs/heads/soup": "d", "refs/heads/old": "a", "refs/remotes/origin/main": "b"},
    )
    assert describe(drawn) == (
        "4 commits. HEAD is on main, at b “Work on b”. Branch old: a “Work on a”, 1 behind HEAD. "
        "Branch soup: d “Work on d”, 2 ahead of and 1 behind HEAD. "
        "Remote branch origin/main: b “Work on b”, at the same commit as HEAD."
    )


def test_tags_stash_reflog_and_operation_are_told() -> None:
    drawn = repository(
        "a\nb < a\ns < a",
        refs={"refs/heads/main": "a", "refs/tags/v1": "a", "refs/stash": "s"},
        stash=("s",),
        reflog=("a", "b"),
        operation="rebase",
    )
    assert describe(drawn) == (
        "1 commit. HEAD is on main, at a “Work on a”. Tags: v1. 1 stash entry. "
        "1 commit only the reflog still knows. A rebase is in progress."
    )


def test_where_head_is_is_always_said() -> None:
    assert "which has no commit yet" in describe(repository(""))
    assert "detached at a “Work on a”" in describe(repository("a", refs={}, head=None, at="a"))
    assert "not in the picture" in describe(repository("a", refs={"refs/heads/x": "a"}, head=None))


def test_many_branches_are_counted() -> None:
    refs = {"refs/heads/main": "a"} | {f"refs/heads/topic-{number:02}": "a" for number in range(30)}
    assert "And 18 more branches." in describe(repository("a", refs=refs))
