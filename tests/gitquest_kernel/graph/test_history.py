"""What of a repository is drawn, and what it is called."""

from __future__ import annotations

from gitquest_kernel.graph.history import LabelKind, history
from gitquest_kernel.sandbox.snapshot import Repository, Tag
from tests.gitquest_kernel.graph.history_of import FORK, repository


def names(drawn: Repository, oid: str) -> list[str]:
    return [f"{label.kind}:{label.text}" for label in history(drawn).labels.get(oid, ())]


def test_labels_are_read_from_head_to_tags() -> None:
    refs = {
        "refs/tags/v1": "a",
        "refs/remotes/origin/main": "a",
        "refs/heads/apples": "a",
        "refs/heads/main": "a",
        "refs/remotes/origin/HEAD": "a",
    }
    assert names(repository("a", refs=refs), "a") == [
        "head:HEAD",
        "branch:main",
        "branch:apples",
        "remote:origin/main",
        "tag:v1",
    ]


def test_an_annotated_tag_stands_beside_the_commit_it_names() -> None:
    tag = Tag("t", "v1", "a", "", "")
    outer = Tag("o", "v2", "t", "", "")
    drawn = repository(
        "a", refs={"refs/tags/v1": "t", "refs/tags/v2": "o", "refs/heads/main": "a"}, tags={"t": tag, "o": outer}
    )
    assert names(drawn, "a")[2:] == ["tag:v1", "tag:v2"]


def test_a_detached_head_has_a_label_of_its_own() -> None:
    drawn = repository("a\nb < a", refs={"refs/heads/main": "b"}, head=None, at="a")
    assert names(drawn, "a") == ["detached:HEAD"]


def test_main_has_lane_0_even_when_another_branch_is_newer() -> None:
    drawn = repository("a\nb < a\nc < a", refs={"refs/heads/main": "b", "refs/heads/x": "c"}, head="refs/heads/x")
    places = history(drawn).layout.places
    assert (places["b"].lane, places["c"].lane) == (0, 1)


def test_what_only_the_reflog_knows_is_faded_and_called_as_git_calls_it() -> None:
    shown = history(repository("a\nb < a\nc < b", refs={"refs/heads/main": "a"}, reflog=("a", "c", "b", "a")))
    assert shown.faded == {"b", "c"}
    assert [label.text for label in shown.labels["c"]] == ["HEAD@{1}"]
    assert "b" not in shown.labels


def test_a_stash_is_one_commit_beside_its_base() -> None:
    drawn = repository("a\ni < a\ns < a i", refs={"refs/heads/main": "a", "refs/stash": "s"}, stash=("s",))
    shown = history(drawn)
    assert shown.layout.rows == ("s", "a")
    assert [label.kind for label in shown.labels["s"]] == [LabelKind.STASH]
    assert shown.layout.places["s"].lane == 1
    assert not shown.faded


def test_only_the_newest_are_drawn_and_the_rest_are_counted() -> None:
    shown = history(repository(FORK, refs={"refs/heads/main": "d"}), max_commits=2)
    assert shown.layout.rows == ("d", "c")
    assert shown.older == 2
    assert shown.layout.cut == {"c", "d"}


def test_an_unborn_branch_is_named() -> None:
    assert history(repository("")).unborn == "main"
    assert history(repository("a", refs={"refs/heads/main": "a"})).unborn is None


def test_refs_to_what_is_no_commit_are_left_out() -> None:
    assert history(repository("a", refs={"refs/heads/main": "a", "refs/tags/blob": "b"})).layout.rows == ("a",)
