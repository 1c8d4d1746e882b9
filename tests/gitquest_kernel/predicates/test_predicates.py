"""Each predicate holds of the state it describes, and says in words what is wrong with another."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from gitquest_kernel.predicates import Facts, Predicate, resolve
from gitquest_kernel.sandbox import Snapshot, Workspace

SCRIPT = """\
git init
echo one > notes.txt
git add notes.txt
git commit -m 'First notes'
git switch -c topic
echo two >> notes.txt
git commit -am 'Second line'
git switch main
echo b > b.txt
git add b.txt
git commit -m 'Add b'
git merge --no-ff topic -m 'Merge topic'
git tag light
git tag -a v1 -m 'Version 1'
git config user.nickname ada
echo x > staged.txt
git add staged.txt
echo changed > b.txt
echo new > new.txt
"""


@pytest.fixture(scope="module")
def facts() -> Facts:
    with Workspace() as workspace:
        workspace.run_script(SCRIPT)
        commands = [line for line in SCRIPT.splitlines() if line.startswith("git")]
        return Facts(workspace.snapshot(), commands, commands)


HOLDS: list[dict[str, Any]] = [
    {"branch": {"name": "main", "commits": 4}},
    {"branch": {"name": "topic", "at": "HEAD^2", "contains": "HEAD~2"}},
    {"branch": {"name": "gone", "exists": False}},
    {"head": {"branch": "main", "at": "v1", "detached": False}},
    {"commit": {"subject": "Merge topic", "parents": 2, "files": ["b.txt", "notes.txt"]}},
    {"commit": {"at": "HEAD^2", "changes": ["notes.txt"], "author": "Ada Student <ada@example.com>"}},
    {"commit": {"at": "HEAD~1", "subject_matches": "^Add", "message_matches": "b"}},
    {"commit": {"at": "HEAD~9", "exists": False}},
    {"file": {"path": "notes.txt", "at": "HEAD", "equals": "one\ntwo"}},
    {"file": {"path": "b.txt", "contains": "changed", "lacks": "b\n"}},
    {"file": {"path": "staged.txt", "at": "index"}},
    {"file": {"path": "staged.txt", "at": "HEAD", "exists": False}},
    {"staged": ["staged.txt"]},
    {"unstaged": ["b.txt"]},
    {"untracked": ["new.txt"]},
    {"clean": False},
    {"tag": {"name": "v1", "annotated": True, "at": "main"}},
    {"tag": {"name": "light", "annotated": False}},
    {"tag": {"name": "v2", "exists": False}},
    {"config": {"key": "user.nickname", "equals": "ada"}},
    {"config": {"key": "User.Name", "matches": "^Ada"}},
    {"repository": {"path": "."}},
    {"repository": {"path": "other", "exists": False}},
    {"stash": {"count": 0}},
    {"operation": "none"},
    {"reachable": {"subject": "Second line", "start": "main", "count": 1}},
    {"commands": {"most": 14, "uses": "git merge", "avoids": "git reset"}},
    {"all": [{"clean": False}, {"operation": "none"}]},
    {"any": [{"clean": True}, {"operation": "none"}]},
    {"not": {"clean": True}},
]
FAILS: list[tuple[dict[str, Any], str]] = [
    ({"branch": {"name": "main", "commits": 3}}, "main holds 4 commits, not 3"),
    ({"branch": {"name": "gone"}}, "there is no branch called gone (there is main, topic)"),
    ({"branch": {"name": "topic", "contains": "main"}}, "topic does not contain main"),
    ({"branch": {"name": "topic", "exists": False}}, "the branch topic still exists"),
    ({"head": {"branch": "topic"}}, "you are on main, not on topic"),
    ({"head": {"detached": True}}, "HEAD is on the branch main"),
    ({"commit": {"subject": "Other"}}, "its message begins “Merge topic”, not “Other”"),
    ({"commit": {"at": "HEAD^2", "changes": []}}, "it changes notes.txt, not nothing"),
    ({"commit": {"at": "HEAD~9"}}, "HEAD~9 names no commit"),
    ({"file": {"path": "none.txt"}}, "none.txt is not in the folder"),
    ({"file": {"path": "b.txt", "equals": "b"}}, "b.txt in the folder does not hold the text that was asked for"),
    ({"staged": []}, "staged.txt is staged but should not be"),
    ({"unstaged": ["notes.txt"]}, "notes.txt should be changed and unstaged but is not; b.txt is changed and unstaged"),
    ({"clean": True}, "staged.txt is staged; b.txt is changed and unstaged; new.txt is untracked"),
    ({"tag": {"name": "light", "annotated": True}}, "the tag light is lightweight"),
    ({"config": {"key": "user.missing"}}, "user.missing is not set"),
    ({"repository": {"path": "other"}}, "other is not a git repository yet"),
    ({"operation": "merge"}, "no merge is in progress"),
    ({"reachable": {"subject": "Nothing"}}, "no commit called “Nothing” can be reached from HEAD"),
    ({"commands": {"most": 3}}, "commands that change something; 3 are enough"),
    ({"commands": {"avoids": "git merge"}}, "a command begins with git merge"),
    ({"not": {"operation": "none"}}, "this should not be so"),
    ({"any": [{"clean": True}, {"operation": "merge"}]}, "staged.txt is staged"),
]


@pytest.mark.parametrize("predicate", HOLDS, ids=str)
def test_it_holds_of_the_state_it_describes(predicate: dict[str, Any], facts: Facts) -> None:
    assert Predicate.model_validate(predicate).test(facts) is None


@pytest.mark.parametrize(("predicate", "words"), FAILS, ids=str)
def test_it_says_what_is_wrong(predicate: dict[str, Any], words: str, facts: Facts) -> None:
    assert words in (Predicate.model_validate(predicate).test(facts) or "it held")


@pytest.mark.parametrize("predicate", [p for p in HOLDS if "exists" not in str(p) and "False" not in str(p)], ids=str)
def test_without_a_repository_only_absences_hold(predicate: dict[str, Any]) -> None:
    if set(predicate) & {"commands", "operation", "any", "all", "not"}:
        return
    assert Predicate.model_validate(predicate).test(Facts(Snapshot({})))


@pytest.mark.parametrize("predicate", [{}, {"clean": True, "operation": "none"}, {"branches": {"name": "x"}}])
def test_a_check_asks_for_exactly_one_known_thing(predicate: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Predicate.model_validate(predicate)


@pytest.mark.parametrize(
    "revision", ["HEAD", "main", "refs/heads/main", "v1", "light", "main~1", "main^2", "main^2~1", "HEAD~0", "@{0}"]
)
def test_revisions_are_resolved_as_git_resolves_them(revision: str) -> None:
    with Workspace() as workspace:
        workspace.run_script(SCRIPT)
        expected = workspace.run(f"git rev-parse '{revision}^{{commit}}'").stdout.strip()
        repository = workspace.snapshot().repository
        assert repository is not None
        assert resolve(repository, revision) == expected


def state(script: str) -> Facts:
    with Workspace() as workspace:
        workspace.run_script(script)
        return Facts(workspace.snapshot())


GOAL = "git init\necho 1 > a\ngit add a\ngit commit -m A\ngit switch -c b\ngit commit --allow-empty -m B"
ROUTES = [
    (GOAL, None),
    (GOAL.replace("git add a\n", "git add .\ndate\n"), None),
    (GOAL.replace("-m B", "-m C"), "b does not have the history that it should"),
    (GOAL.replace("echo 1", "echo 2"), "main does not have the history that it should; a in the staging area does not"),
    (GOAL + "\ngit switch main", "HEAD is on main but should be on b"),
    (GOAL + "\ngit switch --detach", "HEAD is detached but should be on b"),
    (GOAL + "\ntouch new", "new is in the folder but should not be"),
    (GOAL + "\ntouch new\ngit add new", "new is in the staging area but should not be; new is in the folder but"),
    (GOAL + "\nrm a", "a should be in the folder but is not"),
    (GOAL + "\nchmod +x a", "a in the folder is not of the mode that it should be"),
    (GOAL + "\ngit branch c", "the branch c should not be there"),
    (GOAL + "\ngit branch -D main", "there is no branch called main"),
    (GOAL + "\ngit commit --allow-empty -m C", "b is 1 commit ahead of where it should be"),
    (GOAL + "\ngit reset --hard HEAD~1", "b is 1 commit behind where it should be"),
    (GOAL + "\ngit init other", "there is a repository in other that should not be there"),
    ("git init other", "there is no repository in ."),
    (
        GOAL + "\ngit branch c\ngit branch d\ngit branch e\ngit branch f",
        "e should not be there; and 1 more",
    ),
]


@pytest.mark.parametrize(("script", "difference"), ROUTES)
def test_same_as_compares_states_and_not_object_ids(script: str, difference: str | None) -> None:
    goal = Predicate.model_validate({"same_as": GOAL}).same_as
    assert goal is not None
    found = goal.compiled(state(GOAL).snapshot).test(state(script))
    assert found == difference if difference is None else difference in (found or "")
