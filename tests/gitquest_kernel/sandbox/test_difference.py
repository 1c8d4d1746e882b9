"""Two states are told apart in a student's words."""

from __future__ import annotations

import pytest

from gitquest_kernel.sandbox import Snapshot, Workspace
from gitquest_kernel.sandbox.difference import difference

BASE = """\
git init
echo 1 > notes.txt
git add notes.txt
git commit -m One
git commit --allow-empty -m Two
"""


def state(script: str) -> Snapshot:
    with Workspace() as workspace:
        workspace.run_script(BASE + script)
        return workspace.snapshot()


CASES = [
    ("", "", ()),
    ("", "git reset --hard HEAD~1", ("main is 1 commit behind where it should be",)),
    ("git reset --hard HEAD~1", "", ("main is 1 commit ahead of where it should be",)),
    (
        "",
        "git commit --amend --allow-empty -m Other",
        ("main lacks 1 commit that it should have, and has 1 commit that",),
    ),
    ("", "echo 2 > notes.txt\ngit add .", ("notes.txt is staged but should not be",)),
    ("echo 2 > notes.txt", "", ("notes.txt should be changed and unstaged but is not",)),
    ("", "touch new.txt", ("new.txt is untracked but should not be",)),
    ("echo 2 > notes.txt", "echo 3 > notes.txt", ("notes.txt in the folder does not hold the text that it should",)),
    ("", "git switch --detach", ("HEAD is detached but should be on main",)),
    ("git switch --detach", "", ("HEAD is on main but should be detached",)),
    ("git switch --detach", "git switch --detach HEAD~1", ("HEAD is not at the commit where it should be",)),
    ("git branch topic", "git tag v1", ("there is no branch called topic", "the tag v1 should not be there")),
    ("git tag v1", "git tag v1 HEAD~1", ("the tag v1 is not what it should be",)),
    ("", "echo 2 > notes.txt\ngit stash", ("the stash holds 1 entry, not 0",)),
    ("git remote add origin a", "git remote add origin b", ("origin is not what it should be",)),
    ("git remote add origin a", "", ("there is no origin",)),
    ("", "git bisect start", ("a bisect is still in progress",)),
    ("git bisect start", "", ("no bisect is in progress",)),
    ("git init inner", "", ("there is no repository in inner",)),
    ("", "rm .git/HEAD", ("the repository cannot be read: its HEAD is gone",)),
]


@pytest.mark.parametrize(("wanted", "found", "sentences"), CASES)
def test_a_difference_is_told(wanted: str, found: str, sentences: tuple[str, ...]) -> None:
    told = difference(state(wanted), state(found))
    assert len(told) >= len(sentences)
    assert all(any(part in sentence for sentence in told) for part in sentences), told
    if not sentences:
        assert told == ()


def test_a_conflict_that_should_not_be_is_told() -> None:
    fork = "git switch -c topic HEAD~1\necho a > notes.txt\ngit commit -am A\ngit switch main\necho b > notes.txt\n"
    merge = fork + "git commit -am B\ngit merge topic"
    told = difference(state(merge + "\ngit merge --abort"), state(merge))
    assert "notes.txt is in conflict but should not be" in told
    assert "a merge is still in progress" in told


def test_files_outside_repositories_and_other_repositories_are_told() -> None:
    with Workspace() as one, Workspace() as other:
        one.run_script("git init a\necho x > loose.txt")
        other.run_script("git init a\ngit -C a switch -c topic\necho y > loose.txt")
        told = difference(one.snapshot(), other.snapshot())
    assert told == (
        "in a, HEAD is on topic but should be on main",
        "loose.txt in the workspace does not hold the text that it should",
    )
