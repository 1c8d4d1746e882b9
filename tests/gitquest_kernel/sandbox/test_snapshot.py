"""A snapshot holds the whole state, and reading it executes nothing."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitquest_kernel.sandbox import Repository, Snapshot, Workspace, read_snapshot

FIRST = "git init\necho hello > notes.txt\ngit add notes.txt\ngit commit -m 'First notes'"


def state(script: str) -> Snapshot:
    with Workspace() as workspace:
        for result in workspace.run_script(script):
            assert result.outcome == "ran", result
        return workspace.snapshot()


def only(script: str) -> Repository:
    repository = state(script).repository
    assert repository is not None
    return repository


def test_an_empty_workspace_has_no_repository() -> None:
    found = state("echo x > loose.txt")
    assert found.repository is None
    assert list(found.files) == ["loose.txt"]


def test_an_unborn_branch_is_where_head_is() -> None:
    head = only("git init").head
    assert (head.branch, head.commit) == ("refs/heads/main", None)


def test_three_trees_are_told_apart() -> None:
    found = only(FIRST + "\necho 1 > staged.txt\ngit add staged.txt\necho 2 >> notes.txt\necho 3 > new.txt")
    assert (found.staged, found.unstaged, found.untracked) == (("staged.txt",), ("notes.txt",), ("new.txt",))
    assert not found.clean


def test_a_deleted_file_is_unstaged_and_a_staged_deletion_is_staged() -> None:
    assert only(FIRST + "\nrm notes.txt").unstaged == ("notes.txt",)
    removed = only(FIRST + "\ngit rm notes.txt")
    assert (removed.staged, removed.unstaged) == (("notes.txt",), ())


def test_ignored_files_are_not_untracked() -> None:
    found = only(FIRST + "\necho '*.log' > .gitignore\ngit add .\ngit commit -m ignore\ntouch a.log")
    assert found.ignored == ("a.log",)
    assert found.clean


def test_history_refs_tags_stash_and_reflog_are_there() -> None:
    found = only(
        FIRST
        + "\ngit switch -c topic\ngit commit --allow-empty -m Topic\ngit switch main\ngit merge --no-ff topic -m Merge"
        + "\ngit tag light\ngit tag -a v1 -m 'Version 1'\necho more >> notes.txt\ngit stash"
    )
    assert set(found.branches) == {"main", "topic"}
    tip = found.commits[found.branches["main"]]
    assert (tip.subject, len(tip.parents)) == ("Merge", 2)
    (tag,) = found.tags.values()
    assert (tag.name, tag.target) == ("v1", tip.id)
    assert len(found.stash) == 1
    assert found.reflog["HEAD"][0].message.startswith("reset:")


def test_lost_commits_stay_visible_through_the_reflog() -> None:
    found = only(FIRST + "\ngit commit --allow-empty -m Lost\ngit reset --hard HEAD~1")
    assert "Lost" in {commit.subject for commit in found.commits.values()}
    assert "Lost" not in {commit.subject for commit in found.ancestors(found.branches["main"]).values()}


def test_a_conflict_has_its_three_stages() -> None:
    found = only(
        FIRST
        + "\ngit switch -c topic\necho theirs > notes.txt\ngit commit -am Theirs\ngit switch main"
        + "\necho ours > notes.txt\ngit commit -am Ours\ngit merge topic"
    )
    assert found.operation == "merge"
    assert [entry.stage for entry in found.index] == [1, 2, 3]
    assert found.conflicts == ("notes.txt",)


def test_several_repositories_and_their_remotes_are_found() -> None:
    found = state("git init --bare hub.git\ngit clone hub.git work\ncd work\ngit commit --allow-empty -m One\ngit push")
    assert set(found.repositories) == {"hub.git", "work"}
    assert found.repositories["hub.git"].bare
    work = found.repository
    assert work is not None
    assert work.path == "work"
    assert work.upstreams == {"main": "refs/remotes/origin/main"}
    assert work.remotes["origin"].url == "hub.git"


def test_json_is_canonical_and_reads_back_equal() -> None:
    script = FIRST + "\ngit tag -a v1 -m x\ngit stash\nprintf '\\377' > binary\nln -s notes.txt link"
    found = state(script)
    assert Snapshot.from_json(found.to_json()) == found
    assert found.to_json() == state(script).to_json()


def test_reading_runs_no_hook_filter_or_monitor() -> None:
    with Workspace() as workspace:
        workspace.run_script(FIRST)
        marker = workspace.root / "executed"
        for key in ("core.fsmonitor", "filter.x.clean", "filter.x.smudge", "core.hooksPath", "core.pager"):
            subprocess.run(["git", "-C", workspace.root, "config", key, f"touch {marker}"], check=True)
        (workspace.root / ".gitattributes").write_text("* filter=x\n")
        (workspace.root / "notes.txt").write_text("changed\n")
        repository = workspace.snapshot().repository
        assert repository is not None
        assert repository.unstaged == ("notes.txt",)
        assert not marker.exists()


@pytest.mark.parametrize(
    "damage", ["rm .git/HEAD", "echo garbage > .git/HEAD", "echo x > .git/index", "rm -rf .git/objects"]
)
def test_a_damaged_repository_is_said_to_be_unreadable(damage: str) -> None:
    found = state(FIRST + "\n" + damage)
    assert found.repositories["."].operation == "unreadable"


COMMANDS = st.sampled_from(
    """\
git init
git add .
git commit -m x
git commit --allow-empty -m y
echo a > a
echo b >> a
rm a
git switch -c t
git switch main
git merge t
git merge --abort
git rebase main
git rebase --abort
git stash
git stash pop
git tag v
git reset --hard HEAD~1
git reset --soft HEAD~1
git checkout --detach
git branch -D t
git mv a b
mkdir d
cd d
cd ..
git cherry-pick t
git revert --no-edit HEAD
git rm --cached a
git clean -fd
ln -s a l
rm -rf .git
git add -N a
git update-index --assume-unchanged a
git sparse-checkout set --no-cone d
git sparse-checkout disable
git worktree add -q -b w side
git worktree remove --force side
git notes add -f -m n
git tag -a -m m w
git config core.autocrlf input
printf 'a\\r\\n' > c
echo '*.log' > .gitignore
touch x.log
echo 'a eol=crlf' > .gitattributes
git gc -q
git reflog expire --expire=now --all
git bisect start
git pack-refs --all
git clone -q . copy
git stash -u
git branch -m main trunk
chmod +x a
""".splitlines()
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(COMMANDS, max_size=14))
def test_any_sequence_of_commands_is_read_and_replays_equal(commands: list[str]) -> None:
    script = "\n".join(["git init", *commands])
    snapshots = []
    for _ in range(2):
        with Workspace() as workspace:
            workspace.run_script(script)
            snapshots.append(workspace.snapshot())
    assert snapshots[0] == snapshots[1]
    assert Snapshot.from_json(snapshots[0].to_json()) == snapshots[0]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(COMMANDS, max_size=12))
def test_what_a_snapshot_remembers_changes_nothing_in_the_next(commands: list[str]) -> None:
    with Workspace() as workspace:
        for command in ["git init", *commands]:
            workspace.run(command)
            fresh = read_snapshot(workspace.root.parent).moved(workspace.folder)
            assert workspace.snapshot() == fresh


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(COMMANDS, max_size=14))
def test_the_state_of_every_file_is_what_git_status_says(commands: list[str]) -> None:
    with Workspace() as workspace:
        for command in ["git init", *commands]:
            if not command.startswith("cd"):
                workspace.run(command)
        found = workspace.snapshot().repositories.get(".")
        if found is None:
            return
        status = workspace.run("git status --porcelain=v2 --untracked-files=all --ignored -z").stdout
        assert (set(found.staged), set(found.unstaged), set(found.untracked), set(found.ignored)) == said(status)


def said(status: str) -> tuple[set[str], set[str], set[str], set[str]]:
    """Return what is staged, unstaged, untracked and ignored by ``git status --porcelain=v2 -z``."""
    staged, unstaged, untracked, ignored = set[str](), set[str](), set[str](), set[str]()
    fields = iter(status.split("\0"))
    for line in fields:
        match line[:1]:
            case "1" | "2":
                path = line.split(" ", 8 if line[0] == "1" else 9)[-1]
                staged |= {path} if line[2] != "." else set()
                unstaged |= {path} if line[3] != "." else set()
                staged |= {next(fields)} if line[0] == "2" and line.split(" ", 9)[8].startswith("R") else set()
            case "u":
                path = line.split(" ", 10)[-1]
                staged, unstaged = staged | {path}, unstaged | {path}
            case "?" if not line.endswith("/"):  # a folder is a repository of its own
                untracked.add(line[2:])
            case "!" if not line.endswith("/"):
                ignored.add(line[2:])
    return staged, unstaged, untracked, ignored


def test_a_ref_that_names_itself_ends_nothing() -> None:
    found = only(FIRST + "\necho 'ref: refs/heads/loop' > .git/refs/heads/loop")
    assert set(found.branches) == {"main"}
