"""Predicates on what real git leaves: each holds of its state, and says in words what is wrong with another."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gitquest_kernel.predicates import Facts, Predicate
from gitquest_kernel.sandbox import Snapshot
from tests.gitquest_kernel.sandbox.real_git import Place

Case = tuple[dict[str, Any], str | None]


def check(place: Place, cases: list[Case]) -> None:
    """Test each predicate: it holds where no words are given, else its sentence contains them."""
    facts = Facts(place.snapshot())
    for predicate, words in cases:
        found = Predicate.model_validate(predicate).test(facts)
        if words is None:
            assert found is None, predicate
        else:
            assert words in (found or "it held"), predicate


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place.new(tmp_path)
    found.git("init", "-q")
    found.commit("Base", a_txt="one\ntwo\nthree\n")
    return found


def branch(place: Place, name: str, **files: str) -> str:
    place.git("switch", "-q", "-c", name, "main")
    tip = place.commit(f"On {name}", **files)
    place.git("switch", "-q", "main")
    return tip


def test_merges_are_told_apart_by_how_they_were_made(place: Place) -> None:
    for name in ("fast", "true", "squash", "left", "one", "two"):
        branch(place, name, **{f"{name}_txt": name})
    place.git("merge", "-q", "--ff-only", "fast")
    place.git("merge", "-q", "--no-ff", "-m", "Merge true", "true")
    place.git("merge", "-q", "--squash", "squash")
    place.git("commit", "-q", "-m", "Squashed")
    place.git("merge", "-q", "-m", "All", "one", "two")
    check(
        place,
        [
            ({"merge": {"of": "fast", "into": "main", "kind": "fast-forward"}}, None),
            ({"merge": {"of": "true", "into": "main", "kind": "merge-commit"}}, None),
            ({"merge": {"of": "squash", "into": "main", "kind": "squash"}}, None),
            ({"merge": {"of": ["one", "two"], "kind": "octopus"}}, None),
            ({"merge": {"of": "left", "kind": "none"}}, None),
            (
                {"merge": {"of": "left", "kind": "merge-commit"}},
                "left is not merged into HEAD; it should be a merge commit",
            ),
            (
                {"merge": {"of": "fast", "into": "main", "kind": "merge-commit"}},
                "fast went into main by a fast-forward",
            ),
            (
                {"merge": {"of": "true", "kind": "octopus"}},
                "by a merge commit with two parents; it should be one merge",
            ),
            ({"merge": {"of": "squash", "kind": "merge-commit"}}, "as one squashed commit"),
            ({"merge": {"of": "gone", "kind": "merge-commit"}}, "gone names no commit"),
            ({"history": {"merges": 2, "linear": False, "first_parents": 5}}, None),
            ({"history": {"linear": True}}, "the history of HEAD is not one straight line"),
            ({"history": {"of": "HEAD~1..HEAD", "count": 3, "subjects": ["All"]}}, None),
            ({"history": {"of": "HEAD~1..HEAD", "count": 1}}, "HEAD~1..HEAD holds 3 commits, not 1"),
            ({"history": {"subjects": ["All"]}}, "HEAD reads “Base”, “On fast”, “Merge true”, “Squashed” and “All”"),
            ({"history": {"authors": ["Ada <ada@example.com>"]}}, None),
            ({"history": {"authors": ["Bob <b@b>"]}}, "was written by Ada <ada@example.com>, not by Bob <b@b>"),
            ({"history": {"of": "gone..main"}}, "gone..main names no commits"),
            ({"ancestor": {"older": "one", "newer": "main"}}, None),
            ({"ancestor": {"older": "left"}}, "left cannot be reached from HEAD"),
            ({"ancestor": {"older": "gone"}}, "gone names no commit"),
        ],
    )


def test_an_octopus_needs_one_commit_of_them_all(place: Place) -> None:
    for name in ("one", "two", "three", "four"):
        branch(place, name, **{f"{name}_txt": name})
    place.git("branch", "other")
    place.git("merge", "-q", "-m", "All", "one", "two", "three")
    check(place, [({"merge": {"of": ["one", "two", "three"], "kind": "octopus"}}, None)])
    place.git("switch", "-q", "other")
    place.commit("Ours", b_txt="b")
    place.git("merge", "-q", "-m", "A", "one", "two")
    place.git("merge", "-q", "-m", "B", "three", "four")
    check(place, [({"merge": {"of": ["one", "three"], "kind": "octopus"}}, "by several merges, not by one")])


def test_the_same_change_is_known_wherever_it_is_made(place: Place) -> None:
    branch(place, "topic", a_txt="one\ntwo\nthree\nfour\n")
    branch(place, "spaced", a_txt="one\ntwo\nthree\n  four\n")
    branch(place, "other", a_txt="one\ntwo\nthree\nfive\n")
    place.commit("Elsewhere", b_txt="b")
    place.git("cherry-pick", "topic")
    check(
        place,
        [
            ({"patch": {"at": "topic", "like": "HEAD"}}, None),
            ({"patch": {"at": "topic", "among": "main"}}, None),
            ({"patch": {"at": "spaced", "like": "HEAD"}}, None),
            ({"patch": {"at": "topic", "like": "other", "exists": False}}, None),
            ({"patch": {"at": "main~2..topic", "among": "main~1..main"}}, None),
            ({"patch": {"at": "other", "among": "main"}}, "no commit of main makes the change of other"),
            ({"patch": {"at": "topic", "like": "other"}}, "other does not make the same change as topic"),
            ({"patch": {"at": "topic", "like": "HEAD", "exists": False}}, "HEAD makes the same change as topic"),
            ({"patch": {"at": "gone", "like": "HEAD"}}, "gone names no commit"),
            ({"patch": {"at": "HEAD", "like": "gone"}}, "gone names no commit"),
        ],
    )


def test_a_text_is_looked_for_where_it_can_still_be_found(place: Place) -> None:
    secret = {"contains": "hunter2"}
    gone = {**secret, "exists": False}
    place.commit("Oops", key_txt="hunter2")
    check(
        place,
        [
            ({"text": secret}, None),
            ({"text": {**secret, "of": "HEAD~1..HEAD"}}, None),
            ({"text": {**gone, "of": "HEAD~1"}}, None),
            ({"text": gone}, "“hunter2” can still be found from a branch, tag or other ref"),
            ({"text": {**gone, "where": "index"}}, "in the staging area"),
            ({"text": {**secret, "of": "HEAD~1"}}, "can no longer be found"),
        ],
    )
    place.git("reset", "-q", "--hard", "HEAD~1")
    check(
        place,
        [
            ({"text": gone}, None),
            ({"text": {**secret, "where": "reflog"}}, None),
            ({"text": {**gone, "where": "anywhere"}}, "can still be found through the reflog"),
        ],
    )
    place.git("reflog", "expire", "--expire=now", "--all")
    check(place, [({"text": {**gone, "where": "anywhere"}}, "in objects that nothing names any more")])
    place.git("gc", "-q", "--prune=now")
    check(place, [({"text": {**gone, "where": "anywhere"}}, None), ({"text": {**secret, "where": "anywhere"}}, "no")])


def test_remotes_upstreams_and_divergence(tmp_path: Path) -> None:
    place = Place.new(tmp_path)
    place.git("init", "-q", "--bare", "hub.git")
    place.git("clone", "-q", "hub.git", "work", check=False)
    place.commit("One", cwd="work", a_txt="a")
    place.git("push", "-q", cwd="work")
    place.git("remote", "add", "backup", "../hub.git", cwd="work")
    place.git("branch", "alone", cwd="work")
    place.commit("Two", cwd="work", a_txt="b")

    def at(predicate: str, **keys: Any) -> dict[str, Any]:
        return {predicate: {"repo": "work", **keys}}

    check(
        place,
        [
            (at("remote", name="origin", url="hub.git", fetch=["+refs/heads/*:refs/remotes/origin/*"]), None),
            (at("remote", name="backup", url="hub.git"), None),
            (at("remote", name="gone", exists=False), None),
            (at("remote", name="gone"), "there is no remote called gone (there is backup and origin)"),
            (at("remote", name="origin", url="other.git"), "the remote origin is at hub.git, not at other.git"),
            (at("remote", name="origin", exists=False), "the remote origin still exists"),
            (at("upstream", branch="main", ref="origin/main"), None),
            (at("upstream", branch="alone", exists=False), None),
            (at("upstream", branch="alone"), "alone has no upstream"),
            (at("upstream", ref="origin/dev"), "main follows origin/main, not origin/dev"),
            (at("upstream", exists=False), "main still follows origin/main"),
            (at("divergence", ahead=1, behind=0), None),
            (at("divergence", ahead=0), "HEAD is 1 commit ahead of its upstream, not 0"),
            (at("divergence", of="origin/main", base="main", behind=2), "origin/main is 1 commit behind main, not 2"),
            (at("divergence", of="gone"), "gone names no commit"),
            (at("ref", name="origin/main", at="main~1"), None),
            (at("ref", name="origin/main", at="main", at_repo="hub.git"), None),
            (at("ref", name="main", at="main", at_repo="hub.git"), "main is not at main of hub.git"),
            (at("ref", name="main", at="main", at_repo="none"), "there is no git repository in none"),
            (at("ref", name="refs/heads/gone"), "there is no refs/heads/gone"),
            (at("ref", name="origin/main", exists=False), "origin/main still exists"),
            (at("commit", at="main@{upstream}", subject="One"), None),
        ],
    )


def test_the_stash_is_looked_into(place: Place) -> None:
    place.write("a.txt", "changed")
    place.write("new.txt", "new")
    place.git("stash", "push", "-q", "-u", "-m", "half done")
    check(
        place,
        [
            ({"stash": {"count": 1, "message_contains": "half done", "files": ["a.txt", "new.txt"]}}, None),
            ({"stash": {"untracked": True}}, None),
            ({"stash": {"count": 0}}, "the stash holds 1 entry, not 0"),
            ({"stash": {"untracked": False}}, "stash@{0} holds untracked files"),
            ({"stash": {"files": ["a.txt"]}}, "stash@{0} holds a.txt and new.txt, not a.txt"),
            ({"stash": {"message_contains": "x y"}}, "stash@{0} is called “On main: half done”, not “x y”"),
            ({"stash": {"entry": 1, "untracked": True}}, "there is no stash@{1}"),
            ({"reflog": {"ref": "stash", "count": 1}}, None),
            ({"commit": {"at": "stash@{0}", "parents": 3}}, None),
        ],
    )


def test_operations_are_told_with_their_details(place: Place) -> None:
    theirs = branch(place, "topic", a_txt="theirs\n")
    place.git("switch", "-q", "topic")
    place.commit("Later", b_txt="b")
    place.git("switch", "-q", "main")
    place.commit("Ours", a_txt="ours\n")
    place.git("merge", theirs, check=False)
    check(
        place,
        [
            ({"operation": {"operation": "merge", "heads": ["topic~1"]}}, None),
            ({"operation": {"operation": "merge", "heads": ["main"]}}, "what is being brought in is not main"),
            ({"operation": "none"}, "a merge is still in progress"),
            ({"operation": {"operation": "rebase"}}, "a merge is still in progress"),
            ({"conflicts": ["a.txt"]}, None),
            ({"conflicts": []}, "a.txt is in conflict but should not be"),
            ({"conflicts": {"repo": ".", "paths": ["a.txt", "b.txt"]}}, "b.txt should be in conflict but is not"),
        ],
    )
    place.git("merge", "--abort")
    place.git("rebase", "main", "topic", check=False)
    rebase = {"operation": "rebase", "branch": "topic", "onto": "main", "left": ["Later"]}
    check(
        place,
        [
            ({"operation": rebase}, None),
            ({"operation": {**rebase, "branch": "main"}}, "the rebase is of topic, not of main"),
            ({"operation": {**rebase, "onto": "main~1"}}, "the rebase is not onto main~1"),
            ({"operation": {**rebase, "left": []}}, "the steps left are Later, not nothing"),
        ],
    )
    place.git("rebase", "--abort")
    place.git("bisect", "start", "topic", "main~1")
    bisect = {"operation": "bisect", "good": ["main~1"], "bad": ["topic"]}
    check(place, [({"operation": bisect}, None), ({"operation": {**bisect, "bad": []}}, "what is called bad is not")])


def test_the_reflog_tells_what_was_done(place: Place) -> None:
    place.commit("Second", a_txt="2")
    place.git("reset", "-q", "--hard", "HEAD~1")
    check(
        place,
        [
            ({"reflog": {"count": 3, "message_matches": "^reset: moving"}}, None),
            ({"reflog": {"ref": "main", "at": "ORIG_HEAD"}}, None),
            ({"reflog": {"message_matches": "^rebase", "exists": False}}, None),
            ({"reflog": {"message_matches": "^rebase"}}, "the reflog of HEAD has no such entry"),
            (
                {"reflog": {"message_matches": "^reset", "exists": False}},
                "still has an entry “reset: moving to HEAD~1”",
            ),
            ({"reflog": {"ref": "gone", "count": 2}}, "the reflog of gone has 0 entries, not 2"),
            ({"reflog": {"at": "gone"}}, "gone names no commit"),
        ],
    )


def test_house_rules(place: Place) -> None:
    place.write(".git/hooks/pre-commit", "#!/bin/sh\nmake lint\n").chmod(0o755)
    place.write(".git/hooks/pre-push", "x")
    place.write(".gitattributes", "*.txt text eol=lf\n*.png -diff\n")
    place.write(".gitignore", "*.log\n!keep.log\nbuild/\n")
    place.write("x.log", "")
    check(
        place,
        [
            ({"hook": {"name": "pre-commit", "executable": True, "contains": "make lint"}}, None),
            ({"hook": {"name": "post-merge", "exists": False}}, None),
            ({"hook": {"name": "post-merge"}}, "there is no hook called post-merge"),
            ({"hook": {"name": "pre-push", "executable": True}}, "the hook pre-push is not executable"),
            ({"hook": {"name": "pre-push", "contains": "y"}}, "the hook pre-push does not contain “y”"),
            ({"hook": {"name": "pre-push", "exists": False}}, "the hook pre-push still exists"),
            ({"attribute": {"path": "new/b.txt", "name": "eol", "value": "lf"}}, None),
            ({"attribute": {"path": "b.png", "name": "diff", "value": "unset"}}, None),
            ({"attribute": {"path": "b.png", "name": "text"}}, "text of b.png is unspecified, not set"),
            ({"ignores": {"path": "deep/y.log"}}, None),
            ({"ignores": {"path": "build/out.txt"}}, None),
            ({"ignores": {"path": "keep.log", "ignored": False}}, None),
            ({"ignores": {"path": "build", "ignored": True}}, "build is not ignored"),
            ({"ignores": {"path": "a.log", "ignored": False}}, "a.log is ignored"),
            ({"ignored": ["x.log"]}, None),
            ({"ignored": []}, "x.log is ignored but should not be"),
            ({"untracked": {"paths": [".gitattributes", ".gitignore"]}}, None),
            ({"sparse": {"enabled": False}}, None),
            ({"sparse": {}}, "no sparse checkout is in force"),
        ],
    )


def test_a_sparse_checkout(place: Place) -> None:
    place.write("docs/b.txt", "b")
    place.commit("Docs")
    place.git("sparse-checkout", "set", "--no-cone", "/docs/")
    check(
        place,
        [
            ({"sparse": {"patterns": ["/docs/"], "leaves_out": ["a.txt"]}}, None),
            ({"sparse": {"patterns": ["/src/"]}}, "the sparse patterns are /docs/, not /src/"),
            ({"sparse": {"leaves_out": []}}, "the folder leaves out a.txt, not nothing"),
            ({"sparse": {"enabled": False}}, "a sparse checkout is still in force"),
            ({"clean": True}, None),
        ],
    )


def test_the_index_and_what_rerere_keeps(place: Place) -> None:
    place.git("config", "rerere.enabled", "true")
    branch(place, "topic", a_txt="theirs\n")
    place.commit("Ours", a_txt="ours\n", b_txt="b")
    place.write("new.txt", "x")
    place.git("merge", "topic", check=False)
    place.git("add", "-N", "new.txt")
    check(
        place,
        [
            ({"index": {"path": "a.txt", "stages": [1, 2, 3]}}, None),
            ({"index": {"path": "b.txt", "stages": [0], "flags": []}}, None),
            ({"index": {"path": "new.txt", "flags": ["intent-to-add"]}}, None),
            ({"index": {"path": "none", "exists": False}}, None),
            ({"index": {"path": "none"}}, "none is not in the index"),
            ({"index": {"path": "b.txt", "exists": False}}, "b.txt is still in the index"),
            ({"index": {"path": "a.txt", "stages": [0]}}, "a.txt is in the index in stage 1, 2 and 3, not 0"),
            ({"index": {"path": "new.txt", "flags": []}}, "new.txt is marked intent-to-add, not nothing"),
            ({"rerere": {"recorded": 1, "resolved": 0}}, None),
            ({"rerere": {"recorded": 0}}, "1 conflict is recorded, not 0"),
            ({"rerere": {"resolved": 1}}, "0 resolutions are recorded, not 1"),
        ],
    )


def test_linked_worktrees(place: Place) -> None:
    place.git("worktree", "add", "-q", "-b", "fix", "fix")
    place.git("worktree", "add", "-q", "--detach", "look")
    place.git("worktree", "lock", "look")
    check(
        place,
        [
            ({"worktree": {"path": "fix", "branch": "fix", "at": "main", "locked": False}}, None),
            ({"worktree": {"path": "look", "detached": True, "locked": True}}, None),
            ({"worktree": {"path": "gone", "exists": False}}, None),
            ({"worktree": {"path": "gone"}}, "there is no worktree in gone"),
            ({"worktree": {"path": "fix", "branch": "main"}}, "the worktree fix is on fix, not on main"),
            ({"worktree": {"path": "look", "branch": "main"}}, "the worktree look is detached, not on main"),
            ({"worktree": {"path": "look", "locked": False}}, "the worktree look is locked"),
            ({"worktree": {"path": "fix", "exists": False}}, "the worktree fix is still known"),
        ],
    )


def test_submodules(tmp_path: Path) -> None:
    place = Place.new(tmp_path)
    place.git("init", "-q", "lib")
    place.git("init", "-q", "app")
    place.commit("One", cwd="lib", a_txt="a")
    place.git("submodule", "--quiet", "add", str(place.work / "lib"), "vendor", cwd="app")
    asked = {"repo": "app", "path": "vendor"}
    check(
        place,
        [
            ({"submodule": {**asked, "url": "lib", "commit": "main", "in_step": True, "clean": True}}, None),
            ({"submodule": {**asked, "path": "x", "exists": False}}, None),
            ({"submodule": {**asked, "path": "x"}}, "there is no submodule in x"),
            ({"submodule": {**asked, "url": "other"}}, "the submodule vendor comes from lib, not from other"),
            ({"submodule": {**asked, "exists": False}}, "the submodule vendor still exists"),
            ({"submodule": {**asked, "checked_out": False}}, "the submodule vendor is checked out"),
        ],
    )
    place.commit("Two", cwd="app/vendor", b_txt="b")
    place.write("app/vendor/c.txt", "c")
    check(
        place,
        [
            ({"submodule": {**asked, "in_step": True}}, "the submodule vendor is not at the commit that is recorded"),
            ({"submodule": {**asked, "clean": True}}, "the submodule vendor is not clean"),
            ({"submodule": {**asked, "commit": "main"}}, "the commit recorded of the submodule vendor is not its main"),
            ({"submodule": {**asked, "commit": "main~1"}}, None),
            ({"clean": {"repo": "app/vendor", "holds": False}}, None),
            ({"clean": {"repo": "app/vendor"}}, "c.txt is untracked"),
        ],
    )


def test_notes_and_tags_say_something(place: Place) -> None:
    place.git("notes", "add", "-m", "Tested on the boat")
    place.git("tag", "-a", "v1", "-m", "First release\n\nMany thanks")
    check(
        place,
        [
            ({"note": {"contains": "boat"}}, None),
            ({"note": {"ref": "build", "exists": False}}, None),
            ({"note": {"ref": "build"}}, "HEAD has no note in build"),
            ({"note": {"contains": "ship"}}, "the note on HEAD does not contain “ship”"),
            ({"note": {"exists": False}}, "HEAD still has a note"),
            ({"note": {"at": "gone"}}, "gone names no commit"),
            ({"tag": {"name": "v1", "message_contains": "thanks"}}, None),
            ({"tag": {"name": "v1", "message_contains": "sorry"}}, "does not contain “sorry”"),
        ],
    )


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for name, kind in (("ours", "ed25519"), ("strange", "ed25519"), ("rsa", "rsa")):
        command = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", str(folder / name)]
        subprocess.run(command, check=True)
    return folder


def signing(place: Place, key: Path) -> Callable[..., str]:
    options = ["-c", "gpg.format=ssh", "-c", f"user.signingKey={key}"]
    return lambda *arguments: place.git(*options, *arguments)


def test_signatures_are_verified_without_running_anything(place: Place, keys: Path) -> None:
    home = place.folder / "home"
    (home / "signers").write_text(f"# ours\nada@example.com {(keys / 'ours.pub').read_text()}")
    with (home / ".gitconfig").open("a") as config:
        config.write(f'[gpg "ssh"]\n\tallowedSignersFile = {home}/signers\n\tprogram = /bin/false\n')
    config_line = ["-c", "gpg.ssh.program=ssh-keygen"]
    for name in ("ours", "strange", "rsa"):
        signing(place, keys / name)(
            *config_line, "commit", "-q", "--allow-empty", "-S", "-m", f"Signed, {name}\n\nBody"
        )
    signing(place, keys / "ours")(*config_line, "tag", "-s", "v1", "-m", "Version 1")
    place.git("tag", "-a", "v2", "-m", "Version 2")
    raw = place.git("cat-file", "commit", "HEAD~2").replace("Body", "Changed")
    forged = place.git("hash-object", "-t", "commit", "-w", "--stdin", data=raw.encode()).strip()
    place.git("update-ref", "refs/heads/forged", forged)
    check(
        place,
        [
            ({"signature": {"at": "HEAD~2", "kind": "ssh", "valid": True}}, None),
            ({"signature": {"at": "v1", "tag": True, "valid": True}}, None),
            ({"signature": {"at": "HEAD~3", "exists": False}}, None),
            ({"signature": {"at": "HEAD~3"}}, "HEAD~3 is not signed"),
            ({"signature": {"at": "HEAD~2", "kind": "gpg"}}, "HEAD~2 is signed by ssh, not by gpg"),
            ({"signature": {"at": "HEAD~2", "exists": False}}, "HEAD~2 is signed"),
            ({"signature": {"at": "HEAD~2", "valid": False}}, "the signature of HEAD~2 is good"),
            ({"signature": {"at": "HEAD~1", "valid": True}}, "is by a key that the allowed signers do not know"),
            ({"signature": {"at": "HEAD", "valid": True}}, "the signature of HEAD cannot be verified here"),
            ({"signature": {"at": "forged", "valid": True}}, "the signature of forged is not one of this content"),
            ({"signature": {"at": "v2", "tag": True}}, "the tag v2 is not signed"),
            ({"signature": {"at": "v3", "tag": True}}, "no annotated tag is called v3"),
            ({"tag": {"name": "v1", "message_contains": "Version 1"}}, None),
        ],
    )


def test_files_anywhere_in_the_workspace(tmp_path: Path) -> None:
    place = Place.new(tmp_path)
    place.write("loose.txt", "hello\n")
    place.write("run.sh", "x").chmod(0o755)
    (place.work / "link").symlink_to("loose.txt")
    cases: list[Case] = [
        ({"file": {"path": "/loose.txt", "equals": "hello", "executable": False}}, None),
        ({"file": {"path": "/run.sh", "executable": True}}, None),
        ({"file": {"path": "/link", "link": "loose.txt"}}, None),
        ({"file": {"path": "/loose.txt", "matches": "^he.*o$"}}, None),
        ({"file": {"path": "/gone", "exists": False}}, None),
        ({"file": {"path": "/loose.txt", "executable": True}}, "loose.txt in the workspace is not executable"),
        ({"file": {"path": "/link", "link": "run.sh"}}, "is a link to loose.txt, not to run.sh"),
        ({"file": {"path": "/run.sh", "link": "x"}}, "run.sh in the workspace is not a symbolic link"),
        ({"file": {"path": "/loose.txt", "exists": False}}, "loose.txt is still in the workspace"),
        ({"file": {"path": "/loose.txt", "matches": "^bye"}}, "is not of the form that was asked for"),
    ]
    check(place, [*cases, ({"file": {"path": "loose.txt", "contains": "hello"}}, None)])
    place.git("init", "-q", "inner")
    place.commit("One", cwd="inner", a_txt="a")
    check(place, [*cases, ({"file": {"path": "/inner/a.txt"}}, None)])


def test_a_repository_is_whole_or_not(place: Place) -> None:
    check(
        place,
        [
            ({"repository": {"intact": True, "shallow": False, "packs": 0, "packed_refs": 0}}, None),
            ({"repository": {"intact": False}}, "in this folder, nothing is missing"),
            ({"repository": {"packs": 1}}, "this folder has 0 packs, not 1"),
            ({"repository": {"packed_refs": 1}}, "in this folder, 0 refs are packed, not 1"),
            ({"repository": {"shallow": True}}, "the history of this folder is complete"),
        ],
    )
    blob = place.git("rev-parse", "HEAD:a.txt").strip()
    (place.work / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    check(place, [({"repository": {"intact": True}}, "in this folder, 1 object is missing")])


@pytest.mark.parametrize(
    "predicate",
    [
        {"clean": False},
        {"staged": []},
        {"operation": "none"},
        {"branch": {"name": "x", "exists": False}},
        {"not": {"branch": {"name": "main"}}},
        {"text": {"contains": "x", "exists": False}},
        {"repository": {"intact": True}},
    ],
)
def test_nothing_holds_of_a_repository_that_cannot_be_read(place: Place, predicate: dict[str, Any]) -> None:
    place.write(".git/HEAD", "nonsense")
    check(place, [(predicate, "the git repository here cannot be read: its HEAD says nothing that git understands")])


def test_looking_is_free() -> None:
    facts = Facts(Snapshot({}), ["git status", "git add .", "git commit -m x"], ["git add .", "git commit -m x"])
    assert Predicate.model_validate({"commands": {"most": 2}}).test(facts) is None
    wrong = Predicate.model_validate({"commands": {"most": 1}}).test(facts)
    assert wrong == "that took 2 commands that change something; 1 are enough"


def test_a_setting_may_have_to_be_gone(place: Place) -> None:
    place.git("config", "alias.st", "status")
    check(
        place,
        [
            ({"config": {"key": "alias.co", "exists": False}}, None),
            ({"config": {"key": "alias.st", "exists": False}}, "alias.st is still set, to “status”"),
        ],
    )
