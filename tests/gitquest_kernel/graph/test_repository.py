"""Any real repository can be read; what cannot is named with a remedy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gitquest_kernel.errors import GitQuestError
from gitquest_kernel.graph import history, read_repository, svg
from gitquest_kernel.sandbox.snapshot import Head
from tests.gitquest_kernel.graph.conftest import Scratch

Make = Callable[..., Scratch]


def test_commits_refs_tags_and_head_are_read(make: Make) -> None:
    kitchen = make()
    one, two = kitchen.commit("One"), kitchen.commit("Two")
    kitchen.git("tag", "-a", "-m", "first", "v1", one)
    repository, more = read_repository(kitchen.path)
    assert repository.path == "kitchen"
    assert list(repository.commits) == [two, one]
    assert repository.commits[two].parents == (one,)
    assert repository.head == Head("refs/heads/main", two)
    assert [tag.target for tag in repository.tags.values()] == [one]
    assert not more


def test_it_says_what_git_log_says(make: Make) -> None:
    kitchen = make()
    kitchen.commit("One")
    for branch in ("soup", "pie"):
        kitchen.git("switch", "-q", "-c", branch, "main")
        kitchen.commit(f"Work on {branch}")
    kitchen.git("switch", "-q", "main")
    kitchen.git("merge", "-q", "--no-ff", "-m", "Octopus", "soup", "pie")
    repository, _ = read_repository(kitchen.path)
    log = kitchen.git("log", "--all", "--date-order", "--format=%H|%P|%s").splitlines()
    shown = history(repository)
    found = [shown.commits[oid] for oid in shown.layout.rows]
    assert [f"{c.id}|{' '.join(c.parents)}|{c.subject}" for c in found] == log


def test_this_projects_own_clone_is_drawn() -> None:
    root = next((f for f in Path(__file__).parents if (f / ".git").exists()), None)
    if root is None:
        pytest.skip("these tests do not run in a clone")
    repository, _ = read_repository(Path(__file__).parent, max_commits=300)
    assert repository.head.commit in repository.commits
    assert svg(repository).count("data-commit=") == len(repository.commits)


def test_an_empty_repository_is_unborn(make: Make) -> None:
    repository, _ = read_repository(make().path)
    assert repository.head == Head("refs/heads/main", None)
    assert not repository.commits


def test_bare_detached_worktree_and_folder_inside_are_read(make: Make) -> None:
    kitchen = make()
    one = kitchen.commit("One")
    kitchen.commit("Two")
    kitchen.git("clone", "-q", "--bare", ".", "../pantry.git")
    kitchen.git("worktree", "add", "-q", "--detach", "../cellar", one)
    (kitchen.path / "deep" / "er").mkdir(parents=True)
    pantry, _ = read_repository(kitchen.path.parent / "pantry.git")
    assert (pantry.path, pantry.bare, len(pantry.commits)) == ("pantry", True, 2)
    cellar, _ = read_repository(kitchen.path.parent / "cellar")
    assert (cellar.path, cellar.head, len(cellar.commits)) == ("cellar", Head(None, one), 2)
    assert len(read_repository(kitchen.path / "deep" / "er")[0].commits) == 2


def test_shallow_and_partial_clones_are_read_as_far_as_they_go(make: Make) -> None:
    kitchen = make()
    for number in range(4):
        kitchen.commit(f"Commit {number}")
    kitchen.git("config", "uploadpack.allowFilter", "true")
    kitchen.git("clone", "-q", "--depth", "2", f"file://{kitchen.path}", "../shallow")
    kitchen.git("clone", "-q", "--bare", "--filter=blob:none", f"file://{kitchen.path}", "../partial")
    shallow, _ = read_repository(kitchen.path.parent / "shallow")
    assert len(shallow.commits) == 2
    assert len(history(shallow).layout.cut) == 1
    assert len(read_repository(kitchen.path.parent / "partial")[0].commits) == 4


def test_stash_and_what_only_the_reflog_knows(make: Make) -> None:
    kitchen = make()
    kitchen.commit("One")
    lost = kitchen.commit("Two")
    kitchen.git("reset", "-q", "--hard", "HEAD~1")
    (kitchen.path / "file").write_text("text")
    kitchen.git("add", "file")
    kitchen.git("stash", "-q")
    without, _ = read_repository(kitchen.path)
    assert len(without.stash) == 1
    assert lost not in without.commits
    assert lost in history(read_repository(kitchen.path, reflog=True)[0]).faded


def test_only_the_newest_are_read(make: Make) -> None:
    kitchen = make()
    ids = [kitchen.commit(f"Commit {number}") for number in range(5)]
    repository, more = read_repository(kitchen.path, max_commits=2)
    assert list(repository.commits) == [ids[4], ids[3]]
    assert more


def test_only_what_chosen_branches_reach_is_read(make: Make) -> None:
    kitchen = make()
    one = kitchen.commit("One")
    kitchen.git("branch", "soup")
    kitchen.commit("Two")
    repository, _ = read_repository(kitchen.path, branches=["soup"])
    assert list(repository.commits) == [one]
    assert list(repository.refs) == ["refs/heads/soup"]
    assert repository.head == Head(None, None)
    with pytest.raises(GitQuestError, match="no branch or tag 'pie'") as caught:
        read_repository(kitchen.path, branches=["pie"])
    assert "main, soup" in caught.value.remedy


def test_other_encodings_are_read(make: Make) -> None:
    kitchen = make()
    kitchen.git("-c", "i18n.commitEncoding=latin1", "commit", "-q", "--allow-empty", "-F", "-", data=b"caf\xe9\n")
    (kitchen.path / ".git" / "refs" / "heads" / "caf\udce9").write_text(kitchen.git("rev-parse", "HEAD"))
    repository, _ = read_repository(kitchen.path, reflog=True)
    assert [commit.subject for commit in repository.commits.values()] == ["café"]
    svg(repository).encode("utf-8")


def test_odd_refs_do_no_harm(make: Make) -> None:
    kitchen = make()
    one = kitchen.commit("One")
    kitchen.git("tag", "blob", kitchen.git("hash-object", "-w", "--stdin", data=b"text"))
    kitchen.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
    kitchen.git("symbolic-ref", "refs/heads/dangling", "refs/heads/nowhere")
    repository, _ = read_repository(kitchen.path)
    assert history(repository).layout.rows == (one,)


def test_nothing_that_a_repository_names_is_run(make: Make) -> None:
    kitchen = make()
    kitchen.commit("One")
    trap = kitchen.path / "trap"
    program = kitchen.path / "program"
    program.write_text(f"#!/bin/sh\ntouch {trap}\n")
    program.chmod(0o755)
    for key in ("core.fsmonitor", "core.sshCommand", "core.pager", "core.alternateRefsCommand", "alias.log"):
        kitchen.git("config", key, str(program))
    for hook in ("post-index-change", "reference-transaction", "post-checkout"):
        shutil.copy(program, kitchen.path / ".git" / "hooks" / hook)
    before = sorted(path.stat().st_mtime_ns for path in kitchen.path.rglob("*"))
    svg(read_repository(kitchen.path, reflog=True)[0])
    assert not trap.exists()
    assert sorted(path.stat().st_mtime_ns for path in kitchen.path.rglob("*")) == before


def missing_tip(kitchen: Scratch) -> None:
    oid = kitchen.commit("One")
    (kitchen.path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()


def damaged_commit(kitchen: Scratch) -> None:
    oid = kitchen.commit("One")
    path = kitchen.path / ".git" / "objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(b"garbage")


def damaged_head(kitchen: Scratch) -> None:
    (kitchen.path / ".git" / "HEAD").write_text("garbage\n")


def damaged_settings(kitchen: Scratch) -> None:
    (kitchen.path / ".git" / "config").write_text("[core\n")


def reftable(kitchen: Scratch) -> None:
    text = "[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefstorage = reftable\n"
    (kitchen.path / ".git" / "config").write_text(text)


def moved_away(kitchen: Scratch) -> None:
    shutil.rmtree(kitchen.path / ".git")
    (kitchen.path / ".git").write_text("gitdir: /nowhere\n")


@pytest.mark.parametrize(
    ("damage", "problem", "remedy"),
    [
        (missing_tip, "HEAD names .* which is missing", "git fsck"),
        (damaged_commit, "cannot be read", "git fsck"),
        (damaged_head, "HEAD", "git fsck"),
        (damaged_settings, "cannot be opened: .*config", "permissions"),
        (reftable, "only git itself reads", "git clone"),
        (moved_away, "is not there", "worktree repair"),
    ],
)
def test_what_cannot_be_read_is_named_with_a_remedy(
    make: Make, damage: Callable[[Scratch], None], problem: str, remedy: str
) -> None:
    kitchen = make()
    damage(kitchen)
    with pytest.raises(GitQuestError, match=problem) as caught:
        read_repository(kitchen.path)
    assert remedy in caught.value.remedy
    assert str(kitchen.path) in caught.value.where


def test_sha256_is_named(make: Make) -> None:
    kitchen = make(init=False)
    kitchen.git("init", "-q", "--object-format=sha256")
    with pytest.raises(GitQuestError, match="SHA-256"):
        read_repository(kitchen.path)


def test_a_folder_that_is_no_repository_or_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(GitQuestError, match="not a git repository"):
        read_repository(tmp_path)
    with pytest.raises(GitQuestError, match="no such folder"):
        read_repository(tmp_path / "nowhere")
