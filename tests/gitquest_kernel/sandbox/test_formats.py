"""Whatever bytes stand in git's files, they are read or refused."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gitquest_kernel.sandbox.index_file import parse_index
from gitquest_kernel.sandbox.inside import Unreadable
from gitquest_kernel.sandbox.objects import parse_commit, parse_tag, parse_tree
from tests.gitquest_kernel.sandbox.real_git import Place

QUIET = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
HEADERS = b"tree %s\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n" % (b"0" * 40)


@pytest.fixture(scope="module", params=[2, 4])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    place = Place.new(tmp_path_factory.mktemp("index"))
    place.git("init", "-q")
    place.commit(a_txt="a", ab_txt="b", b_txt="c")
    place.git("update-index", "--index-version", str(request.param))
    return Path(place.work, ".git", "index").read_bytes()


@QUIET
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=4), st.integers(0, 400))
def test_a_changed_index_is_read_or_refused(index: bytes, changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(index)
    for place, value in changes:
        data[place % len(data)] = value
    with contextlib.suppress(Unreadable):
        parse_index(bytes(data[: len(data) - cut % len(data)]), lambda _: {})


@QUIET
@given(st.binary(max_size=200))
@example(HEADERS + b"encoding idna\n\nx\xff")
@example(HEADERS + b"encoding zlib\n\nx\xff")
@example(HEADERS + b"encoding no such\n\nx\xff")
@example(HEADERS + b"gpgsig x\n y\n\nx")
def test_objects_of_any_bytes_are_read_or_refused(data: bytes) -> None:
    for parse in (parse_commit, parse_tag, lambda _, raw: list(parse_tree(raw))):
        with contextlib.suppress(ValueError):
            parse("0" * 40, data)


@pytest.mark.parametrize(("encoding", "word"), [("iso-8859-1", "é"), ("windows-1251", "й"), ("shift-jis", "ﾃ")])
def test_character_sets_are_decoded(encoding: str, word: str) -> None:
    raw = HEADERS + b"encoding " + encoding.encode() + b"\n\n" + word.encode(encoding.replace("windows-", "cp"))
    assert parse_commit("0" * 40, raw).message == word
