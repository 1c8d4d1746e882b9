"""Looking costs nothing in a duel; changing something does."""

from __future__ import annotations

import pytest

from gitquest_kernel.sandbox import parse
from gitquest_kernel.sandbox.looking import only_looks


def looks(line: str) -> bool:
    ((pipeline,),) = ((found.pipelines) for found in parse(line))
    return all(only_looks(command) for command in pipeline.commands)


@pytest.mark.parametrize(
    "line",
    [
        *("git status", "git log --oneline main", "git diff --staged", "git reflog", "git show HEAD~1", "git branch"),
        *("git branch -vv", "git stash list", "git tag", "git remote -v", "git config user.name", "git --no-pager log"),
        *("ls -a", "cat notes.txt", "pwd", "cd log", "echo hello", "git log | head -1", "git", "git config --list"),
    ],
)
def test_these_only_look(line: str) -> None:
    assert looks(line)


@pytest.mark.parametrize(
    "line",
    [
        *("git add .", "git commit -m x", "git branch topic", "git branch -d topic", "git stash", "git stash pop"),
        *(
            "git tag v1",
            "git remote add o x",
            "git config user.name Ada",
            "git reflog expire --all",
            "git reset HEAD~1",
        ),
        *("echo hello > a.txt", "cat a >> b", "rm a", "cp a b", "touch a", "sed -i s/a/b/ f", "git fetch"),
        *("git frobnicate", "git log | tee log.txt"),
    ],
)
def test_these_change_something(line: str) -> None:
    assert not looks(line)
