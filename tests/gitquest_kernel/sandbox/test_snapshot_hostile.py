"""Whatever lies in a workspace, it is read to an end, and nothing outside of it is."""

from __future__ import annotations

import os
import signal
import zlib
from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path

import pytest

from gitquest_kernel.sandbox.texts import LARGEST_TEXTS
from gitquest_kernel.sandbox.worktree import LARGEST_HASHED, LARGEST_TEXT
from tests.gitquest_kernel.sandbox.real_git import Place

SECRET = "nobody may read this"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "outside").mkdir()
    found = Place.new(tmp_path / "place")
    found.git("init", "-q")
    found.commit(a_txt="a")
    return found


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    """End a reading that hangs."""

    def fail(*_: object) -> None:
        raise TimeoutError("reading a snapshot hangs")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


FILES = """\
HEAD config index packed-refs shallow description info/exclude info/attributes refs/heads/main refs/heads/new
logs/HEAD logs/refs/heads/main MERGE_HEAD ORIG_HEAD BISECT_LOG rebase-merge/onto hooks/pre-commit commondir
objects/info/alternates objects/pack/pack-1.idx objects/pack/multi-pack-index worktrees/x/gitdir rr-cache/x/preimage
""".split()


@pytest.mark.parametrize("name", FILES)
def test_a_pipe_is_never_waited_for(place: Place, name: str) -> None:
    file = place.work / ".git" / name
    file.unlink(missing_ok=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(file)
    assert set(place.snapshot().repositories) == {"."}


@pytest.mark.parametrize("name", [".git", ".gitignore", ".gitattributes", ".gitmodules", "a.txt", "d/.git"])
def test_a_pipe_among_the_files_is_passed_over(place: Place, name: str) -> None:
    file = place.work / name
    if name == ".git":
        file.rename(place.work / "elsewhere")
    file.unlink(missing_ok=True)
    file.parent.mkdir(exist_ok=True)
    os.mkfifo(file)
    found = place.snapshot()
    assert "." in found.repositories
    assert name not in found.repositories["."].worktree


def test_a_pipe_in_an_objects_place_is_a_missing_object(place: Place) -> None:
    blob = place.git("rev-parse", "HEAD:a.txt").strip()
    file = place.work / ".git" / "objects" / blob[:2] / blob[2:]
    file.unlink()
    os.mkfifo(file)
    assert place.repository().missing == (blob,)


@pytest.mark.parametrize(
    "name", ["config", "HEAD", "index", "packed-refs", "refs/heads/main", "info/exclude", "logs/HEAD", "hooks/pre-push"]
)
def test_a_link_out_of_the_workspace_is_not_read(place: Place, name: str) -> None:
    file = place.work / ".git" / name
    outside = place.folder.parent / "outside" / "file"
    outside.write_bytes(file.read_bytes() if file.is_file() else b"")
    with outside.open("ab") as more:
        more.write(f"\n# {SECRET}\n".encode())
    file.unlink(missing_ok=True)
    file.symlink_to(outside)
    assert SECRET not in place.snapshot().to_json()


def test_a_repository_outside_is_unreadable_whatever_names_it(place: Place) -> None:
    outside = Place.new(place.folder.parent / "outside" / "place")
    outside.git("init", "-q")
    outside.commit(SECRET, a_txt=SECRET)
    git = place.work / ".git"
    git.rename(place.work / "kept")
    git.symlink_to(outside.work / ".git")
    assert place.snapshot().repositories["."].operation == "unreadable"
    git.unlink()
    git.write_text(f"gitdir: {outside.work}/.git\n")
    found = place.snapshot()
    assert found.repositories["."].problem == "it lies outside this quest's folder"
    assert SECRET not in found.to_json()


def test_objects_outside_are_not_borrowed(place: Place) -> None:
    outside = Place.new(place.folder.parent / "outside" / "place")
    outside.git("init", "-q")
    tip = outside.commit(SECRET, a_txt=SECRET)
    place.write(".git/objects/info/alternates", f"{outside.work}/.git/objects\n")
    place.write(".git/refs/heads/stolen", tip)
    found = place.snapshot()
    assert found.repositories["."].operation == "unreadable"
    assert SECRET not in found.to_json()


def test_objects_of_a_neighbour_are_borrowed(place: Place) -> None:
    place.git("clone", "-q", "--shared", ".", "copy")
    assert place.repository("copy").missing == ()


@pytest.mark.parametrize("setting", ["core.worktree", "include.path", "core.excludesFile", "core.attributesFile"])
def test_no_setting_leads_out(place: Place, setting: str) -> None:
    outside = place.folder.parent / "outside"
    (outside / "secret.txt").write_text(f"# {SECRET}\n*.txt\n")
    place.git("config", setting, str(outside if setting == "core.worktree" else outside / "secret.txt"))
    place.write("b.txt", "b")
    found = place.snapshot()
    assert found.repositories["."].worktree.keys() == {"a.txt", "b.txt"}
    assert found.repositories["."].ignored == ()
    assert SECRET not in found.to_json()


def test_large_files_are_known_by_their_hash_and_huge_ones_by_their_size(place: Place) -> None:
    large = place.write("large.txt", "x" * (LARGEST_TEXT + 1))
    with place.write("huge", "").open("wb") as file:
        file.truncate(LARGEST_HASHED + 1)
    found = place.snapshot()
    worktree = found.repositories["."].worktree
    assert worktree["large.txt"][1] == place.git("hash-object", str(large)).strip()
    assert found.blobs[worktree["large.txt"][1]] is None
    assert worktree["huge"][1] == f"large-{LARGEST_HASHED + 1}"


@pytest.mark.parametrize("packed", [False, True])
def test_a_huge_blob_of_the_history_has_no_text(place: Place, monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    monkeypatch.setattr("gitquest_kernel.sandbox.store.LARGEST_OBJECT", 1000)
    place.commit(large_txt="x" * 1001)
    (place.work / "large.txt").unlink()
    if packed:
        place.git("gc", "-q")
    found = place.snapshot()
    repository = found.repositories["."]
    assert repository.missing == ()
    assert found.blobs[repository.tree_of(repository.head.commit)["large.txt"][1]] is None


def test_the_text_that_is_kept_has_a_bound(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert LARGEST_TEXTS >= 100 * LARGEST_TEXT
    monkeypatch.setattr("gitquest_kernel.sandbox.texts.LARGEST_TEXTS", 1000)
    for number in range(20):
        place.write(f"{number}.txt", str(number % 10) * 100 * (number + 1))
    found = place.snapshot()
    kept = [text for text in found.blobs.values() if text is not None]
    assert sum(map(len, kept)) <= 1000
    assert "a" in kept


def test_an_object_that_unpacks_without_end_is_missing(place: Place) -> None:
    content = b"blob 10\0" + b"\0" * 50_000_000
    oid = sha1(content).hexdigest()
    place.write(f".git/objects/{oid[:2]}/{oid[2:]}", zlib.compress(content))
    place.git("update-index", "--add", "--cacheinfo", f"100644,{oid},bomb")
    assert oid in place.repository().missing


def test_deep_folders_and_trees_are_read_or_refused(place: Place) -> None:
    folder = os.open(place.work, os.O_RDONLY)
    for _ in range(600):
        os.mkdir("dddddddd", dir_fd=folder)
        inner = os.open("dddddddd", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(folder)
    assert "." in place.snapshot().repositories
    tree = place.git("rev-parse", "HEAD^{tree}").strip()
    for _ in range(1100):
        tree = place.git("mktree", data=f"040000 tree {tree}\td\n".encode()).strip()
    commit = place.git("commit-tree", "-m", "deep", tree).strip()
    place.git("update-ref", "refs/heads/deep", commit)
    assert place.snapshot().repositories["."].operation in {None, "unreadable"}


def test_folders_that_may_not_be_read_are_passed_over(place: Place) -> None:
    folder = place.work / "closed"
    folder.mkdir()
    folder.chmod(0)
    assert place.repository().clean
    folder.chmod(0o700)


def test_paths_of_any_bytes_read_back_equal(place: Place) -> None:
    for name in (b"new\nline", b"-dash", b"tab\t", b"\xff\xfe", "\U0001f40b".encode(), b'"quoted"', b"back\\slash"):
        Path(os.fsdecode(os.path.join(os.fsencode(place.work), name))).write_text("x")  # noqa: PTH118 (bytes)
    place.git("add", "-A")
    found = place.repository()
    assert len(found.staged) == 7
    assert found.unstaged == ()
