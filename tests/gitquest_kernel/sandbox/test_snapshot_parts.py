"""What a snapshot tells beyond commits and files, against what git itself says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gitquest_kernel.sandbox import Snapshot, read_snapshot
from gitquest_kernel.sandbox.reader import Cache
from tests.gitquest_kernel.sandbox.real_git import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place.new(tmp_path)
    found.git("init", "-q")
    return found


def flags(place: Place) -> dict[str, tuple[str, ...]]:
    return {entry.path: entry.flags for entry in place.repository().index}


@pytest.mark.parametrize("version", [2, 3, 4])
def test_every_format_of_the_index_is_read(place: Place, version: int) -> None:
    names = {f"folder-{n}/file-{n:03}_txt": str(n) for n in range(40)}
    place.commit(**names)
    place.write("new.txt", "x")
    place.git("add", "-N", "new.txt")
    place.git("update-index", "--assume-unchanged", "folder-1/file-001.txt")
    place.git("update-index", "--skip-worktree", "folder-2/file-002.txt")
    place.git("update-index", "--index-version", str(version))
    found = place.repository()
    said = [line.split("\t") for line in place.git("ls-files", "-s").splitlines()]
    assert [(f"{entry.mode:o} {entry.blob} {entry.stage}", entry.path) for entry in found.index] == [
        tuple(s) for s in said
    ]
    assert flags(place)["new.txt"] == ("intent-to-add",)
    assert flags(place)["folder-1/file-001.txt"] == ("assume-unchanged",)
    assert flags(place)["folder-2/file-002.txt"] == ("skip-worktree",)


def test_a_file_that_is_only_intended_is_unstaged_and_not_staged(place: Place) -> None:
    place.commit(a_txt="a")
    place.write("new.txt", "x")
    place.git("add", "-N", "new.txt")
    found = place.repository()
    assert (found.staged, found.unstaged, found.untracked) == ((), ("new.txt",), ())


@pytest.mark.parametrize("options", [[], ["--no-cone"], ["--sparse-index"]])
def test_files_outside_a_sparse_checkout_are_not_deleted(place: Place, options: list[str]) -> None:
    for name in ("docs/a.md", "src/b.py", "src/deep/c.py", "top.txt"):
        place.write(name, name)
    place.commit()
    place.git("sparse-checkout", "set", *options, "docs")
    found = place.repository()
    assert found.clean
    assert {entry.path for entry in found.index} == {"docs/a.md", "src/b.py", "src/deep/c.py", "top.txt"}
    assert "src/b.py" not in found.worktree
    assert found.sparse == (("docs",) if "--no-cone" in options else ("/*", "!/*/", "/docs/"))
    place.git("sparse-checkout", "disable")
    assert place.repository().sparse is None


def test_linked_worktrees_are_listed_and_read(place: Place) -> None:
    tip = place.commit(a_txt="a")
    place.git("config", "user.nickname", "ada")
    place.git("worktree", "add", "-q", "side", "-b", "side")
    place.git("worktree", "add", "-q", "--detach", "loose")
    place.git("worktree", "lock", "--reason", "on a stick", "loose")
    place.write(".git/hooks/pre-commit", "#!/bin/sh\n").chmod(0o755)
    place.commit("On the side", cwd="side", b_txt="b")
    found = place.snapshot()
    loose, side = found.repositories["."].worktrees
    assert (loose.path, loose.head.branch, loose.head.commit, loose.locked) == ("loose", None, tip, "on a stick")
    assert (side.path, side.head.branch, side.locked) == ("side", "refs/heads/side", None)
    inner = found.repositories["side"]
    assert (inner.main, inner.head.branch) == (".", "refs/heads/side")
    assert inner.config["user.nickname"] == "ada"
    assert set(inner.hooks) == {"pre-commit"}
    assert set(inner.branches) == {"main", "side"}
    assert inner.tree_of(inner.head.commit).keys() == {"a.txt", "b.txt"}
    assert inner.clean
    assert "side/b.txt" not in found.repositories["."].worktree


def test_submodules_are_told_with_what_is_recorded_and_checked_out(tmp_path: Path) -> None:
    place = Place.new(tmp_path)
    for name in ("lib", "app"):
        place.git("init", "-q", name)
    first = place.commit("One", cwd="lib", a_txt="a")
    place.git("submodule", "--quiet", "add", str(place.work / "lib"), "vendor/lib", cwd="app")
    place.commit("Add lib", cwd="app")
    app = place.repository("app")
    module = app.submodules["vendor/lib"]
    assert (module.name, module.url, module.commit, module.checked_out) == ("vendor/lib", "lib", first, first)
    assert app.clean
    assert place.repository("app/vendor/lib").remotes["origin"].url == "lib"
    second = place.commit("Two", cwd="app/vendor/lib", b_txt="b")
    app = place.repository("app")
    assert app.submodules["vendor/lib"].checked_out == second
    assert app.unstaged == ("vendor/lib",)
    shutil.rmtree(place.work / "app" / "vendor" / "lib")
    (place.work / "app" / "vendor" / "lib").mkdir()
    app = place.repository("app")
    assert app.submodules["vendor/lib"].checked_out is None
    assert app.clean


def test_notes_are_read_by_what_they_are_on(place: Place) -> None:
    tip = place.commit(a_txt="a")
    place.git("notes", "add", "-m", "Reviewed by Grace")
    place.git("notes", "--ref", "build", "add", "-m", "passed")
    assert place.repository().notes == {
        "refs/notes/commits": {tip: "Reviewed by Grace\n"},
        "refs/notes/build": {tip: "passed\n"},
    }


def test_hooks_excludes_and_attributes_are_read(place: Place) -> None:
    place.write(".git/hooks/pre-push", "exit 1\n")
    place.write(".git/info/exclude", "# comment\n*.tmp\n")
    place.write(".git/info/attributes", "*.md text\n")
    place.write(".gitattributes", "*.txt text eol=crlf\n*.png binary\n")
    place.write("x.tmp", "")
    place.commit(a_txt="a", b_md="b", c_py="c")
    found = place.repository()
    assert not found.hooks["pre-push"].executable
    assert (found.exclude, found.info_attributes, found.ignored) == (("*.tmp",), ("*.md text",), ("x.tmp",))
    assert found.attributes == {"a.txt": {"eol": "crlf", "text": "set"}, "b.md": {"text": "set"}}


def test_hooks_elsewhere_in_the_workspace_are_found(place: Place) -> None:
    place.write("hooks/commit-msg", "x").chmod(0o755)
    place.git("config", "core.hooksPath", "hooks")
    assert place.repository().hooks["commit-msg"].executable


@pytest.mark.parametrize(("attributes", "config"), [("* text=auto\n", ""), ("*.txt eol=lf\n", ""), ("", "input")])
def test_line_ends_that_git_converts_are_no_change(place: Place, attributes: str, config: str) -> None:
    place.write(".gitattributes", attributes)
    if config:
        place.git("config", "core.autocrlf", config)
    place.commit(a_txt="one\r\ntwo\r\n")
    found = place.repository()
    assert place.git("status", "--porcelain") == ""
    assert found.clean
    place.write("a.txt", "one\r\nthree\r\n")
    assert place.repository().unstaged == ("a.txt",)


def test_a_filtered_file_is_known_by_what_the_index_remembers(place: Place) -> None:
    place.write(".gitattributes", "*.txt filter=upper\n")
    place.git("config", "filter.upper.clean", "tr a-z A-Z")
    place.commit(a_txt="small")
    assert place.repository().clean
    place.write("a.txt", "other")
    assert place.repository().unstaged == ("a.txt",)


def test_a_merge_tells_what_is_merged(place: Place) -> None:
    place.commit(a_txt="a")
    place.git("switch", "-q", "-c", "topic")
    theirs = place.commit("Theirs", a_txt="b")
    place.git("switch", "-q", "main")
    ours = place.commit("Ours", a_txt="c")
    place.git("merge", "topic", check=False)
    found = place.repository()
    assert (found.operation, found.progress.heads) == ("merge", (theirs,))
    assert (found.pseudo["MERGE_HEAD"], found.pseudo["ORIG_HEAD"]) == (theirs, ours)


def test_a_rebase_tells_where_it_stands(place: Place) -> None:
    place.commit(a_txt="a")
    place.git("switch", "-q", "-c", "topic")
    stopped = place.commit("Topic 1", a_txt="b")
    place.commit("Topic 2", b_txt="b")
    place.git("switch", "-q", "main")
    onto = place.commit("Ours", a_txt="c")
    place.git("rebase", "main", "topic", check=False)
    progress = place.repository().progress
    assert place.repository().operation == "rebase"
    assert (progress.branch, progress.onto, progress.stopped) == ("refs/heads/topic", onto, stopped)
    assert [step.split(" ", 2)[::2] for step in progress.todo] == [["pick", "Topic 2"]]
    assert [step.split(" ", 2)[::2] for step in progress.done] == [["pick", "Topic 1"]]


@pytest.mark.parametrize("operation", ["cherry-pick", "revert"])
def test_a_stopped_pick_or_revert_is_in_progress(place: Place, operation: str) -> None:
    place.commit(a_txt="a")
    place.git("switch", "-q", "-c", "topic")
    picked = place.commit("Topic", a_txt="b")
    if operation == "cherry-pick":
        place.git("switch", "-q", "main")
    place.commit("Ours", a_txt="c")
    place.git(operation, picked, check=False)
    found = place.repository()
    assert (found.operation, found.progress.heads) == (operation, (picked,))


def test_a_bisection_tells_what_is_good_and_bad(place: Place) -> None:
    ids = [place.commit(str(number), a_txt=str(number)) for number in range(5)]
    place.git("bisect", "start", ids[4], ids[0])
    found = place.repository()
    assert found.operation == "bisect"
    assert (found.progress.good, found.progress.bad) == ((ids[0],), (ids[4],))
    assert found.progress.branch == "refs/heads/main"


def test_recorded_resolutions_are_told(place: Place) -> None:
    place.git("config", "rerere.enabled", "true")
    place.commit(a_txt="a")
    place.git("switch", "-q", "-c", "topic")
    place.commit("Theirs", a_txt="b")
    place.git("switch", "-q", "main")
    place.commit("Ours", a_txt="c")
    place.git("merge", "topic", check=False)
    assert list(place.repository().rerere.values()) == [False]
    place.commit("Merged", a_txt="d")
    assert list(place.repository().rerere.values()) == [True]


def test_packed_refs_and_packs_are_told(place: Place) -> None:
    place.commit(a_txt="a")
    place.git("tag", "-a", "v1", "-m", "One")
    place.git("gc", "-q")
    place.commit("Two", a_txt="b")
    found = place.repository()
    assert found.packed == ("refs/tags/v1",)
    assert found.packs == 1
    assert {commit.subject for commit in found.commits.values()} == {"A commit", "Two"}


def test_a_shallow_clone_ends_at_a_commit_with_parents(tmp_path: Path) -> None:
    place = Place.new(tmp_path)
    place.git("init", "-q", "hub")
    for number in range(3):
        place.commit(str(number), cwd="hub", a_txt=str(number))
    place.git("clone", "-q", "--depth", "1", f"file://{place.work}/hub", "clone")
    found = place.repository("clone")
    (only,) = found.commits.values()
    assert len(only.parents) == 1
    assert found.shallow == (only.id,)
    assert found.missing == ()


def test_a_partial_clone_is_read_without_what_it_lacks(tmp_path: Path) -> None:
    place = Place.new(tmp_path)
    place.git("init", "-q", "hub")
    place.git("config", "uploadpack.allowFilter", "true", cwd="hub")
    place.commit("One", cwd="hub", a_txt="old")
    place.commit("Two", cwd="hub", a_txt="new")
    place.git("clone", "-q", "--filter=blob:none", f"file://{place.work}/hub", "clone")
    found = place.repository("clone")
    assert len(found.commits) == 2
    assert len(found.missing) == 1
    assert found.clean


def test_damage_is_told_by_what_is_missing(place: Place) -> None:
    place.commit(a_txt="a")
    blob = place.git("rev-parse", "HEAD:a.txt").strip()
    file = place.work / ".git" / "objects" / blob[:2] / blob[2:]
    file.unlink()
    assert place.repository().missing == (blob,)
    file.write_bytes(b"something else")
    assert place.repository().missing == (blob,)


def test_what_nothing_leads_to_is_told_with_its_text(place: Place) -> None:
    place.commit(a_txt="a")
    place.write("secret.txt", "hunter2")
    place.git("add", "secret.txt")
    place.git("reset", "-q", "--hard")
    lost = place.commit("Lost", b_txt="b")
    place.git("reset", "-q", "--hard", "HEAD~1")
    place.git("reflog", "expire", "--expire=now", "--all")
    found = place.snapshot()
    kinds = found.repositories["."].unreachable
    assert kinds[lost] == "commit"
    assert "hunter2" in {found.blobs.get(oid) for oid, kind in kinds.items() if kind == "blob"}
    place.git("gc", "-q", "--prune=now")
    place.git("gc", "-q", "--prune=now")
    assert place.repository().unreachable == {}


def test_messages_are_decoded_as_the_commit_says(place: Place) -> None:
    place.git("-c", "i18n.commitEncoding=latin1", "commit", "-q", "--allow-empty", "-F", "-", data=b"caf\xe9\n")
    (commit,) = place.repository().commits.values()
    assert commit.subject == "café"


@pytest.mark.parametrize(("option", "words"), [("--object-format=sha256", "SHA-256"), ("extensions.x", "only git")])
def test_repositories_of_other_kinds_are_unreadable_and_say_why(tmp_path: Path, option: str, words: str) -> None:
    place = Place.new(tmp_path)
    place.git("init", "-q", *([option] if option.startswith("--") else []))
    if not option.startswith("--"):
        place.git("config", "core.repositoryFormatVersion", "1")
        place.git("config", option, "true")
    found = place.snapshot().repositories["."]
    assert found.operation == "unreadable"
    assert words in found.problem


def test_all_of_it_reads_back_equal(place: Place) -> None:
    place.commit(a_txt="a")
    place.write(".gitattributes", "* text=auto\n")
    place.git("notes", "add", "-m", "A note")
    place.git("worktree", "add", "-q", "side")
    place.write("b.txt", "b")
    place.git("add", "-N", "b.txt")
    found = place.snapshot()
    assert Snapshot.from_json(found.to_json()) == found
    assert place.snapshot().to_json() == found.to_json()


@pytest.mark.parametrize("data", ["[]", '{"repositories": 3}', '{"repositories": {}, "other": 1}', '{"cwd": 3}'])
def test_other_data_is_no_snapshot(data: str) -> None:
    with pytest.raises(ValueError, match="no Snapshot"):
        Snapshot.from_json(data)


def test_a_reflog_is_read_anew_when_it_did_more_than_grow(place: Place) -> None:
    cache = Cache()
    log = place.work / ".git" / "logs" / "HEAD"

    def entries() -> list[str]:
        return [e.message for e in read_snapshot(place.folder, cache).repositories["."].reflog.get("HEAD", ())]

    place.commit("One", a_txt="1")
    assert entries() == ["commit (initial): One"]
    place.commit("Two", a_txt="2")
    assert entries() == ["commit: Two", "commit (initial): One"]
    log.write_text(log.read_text().replace("commit: Two", "commit: Owt"))
    assert entries() == ["commit: Owt", "commit (initial): One"]
    log.write_text(log.read_text().splitlines(keepends=True)[1])
    assert entries() == ["commit: Owt"]
    log.unlink()
    assert entries() == []


def test_objects_that_are_gone_are_missed_with_a_cache_too(place: Place) -> None:
    cache = Cache()
    tip = place.commit("One", a_txt="1")
    assert tip in read_snapshot(place.folder, cache).repositories["."].commits
    (place.work / ".git" / "objects" / tip[:2] / tip[2:]).unlink()
    found = read_snapshot(place.folder, cache).repositories["."]
    assert found.missing == (tip,)
    assert found == place.repository()
    assert found.staged == ("a.txt",)
