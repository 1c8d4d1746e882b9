"""Patterns of .gitignore and .gitattributes mean what git takes them to mean."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitquest_kernel.sandbox.ignoring import AttributeRules, IgnoreRules
from gitquest_kernel.sandbox.patterns import parse_pattern
from tests.gitquest_kernel.sandbox.real_git import Place

PATHS = ("a", "b.txt", "d/a", "d/b.txt", "d/e/a", "d/e/f/b.log", "ab", "d/ab", "A", "[x", "x y", "e/d/a", "e/#a", "!b")
PIECES = st.sampled_from(
    ["a", "b", "*", "**", "/", "?", "[ab]", "[!a]", "[a-d]", "!", ".txt", "d", "e", "\\", "#", " ", "[[:alpha:]]", "["]
)
LINES = (
    st.lists(PIECES, min_size=1, max_size=6)
    .map("".join)
    .filter(lambda line: line.strip() == line and "\\/" not in line)
)
QUIET = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    found = Place.new(tmp_path_factory.mktemp("patterns"))
    found.git("init", "-q")
    for path in PATHS:
        found.write(path, "x")
    return found


@QUIET
@given(top=st.lists(LINES, max_size=4), inner=st.lists(LINES, max_size=2))
def test_ignored_paths_are_those_that_git_ignores(place: Place, top: list[str], inner: list[str]) -> None:
    place.write(".gitignore", "\n".join(top) + "\n")
    place.write("d/.gitignore", "\n".join(inner) + "\n")
    listed = place.git("ls-files", "-z", "--others", "--ignored", "--exclude-standard")
    rules = IgnoreRules((), {"": tuple(top), "d": tuple(inner)})
    assert {path for path in PATHS if rules.ignored(path)} == {p for p in listed.split("\0") if p in PATHS}


@QUIET
@given(st.lists(st.tuples(LINES, st.sampled_from(["text", "-text", "!text", "eol=lf", "binary", "mine"])), max_size=4))
def test_attributes_are_those_that_git_gives(place: Place, lines: list[tuple[str, str]]) -> None:
    text = [f"{pattern} {words}" for pattern, words in lines if not pattern.startswith(("!", '"'))]
    place.write(".gitattributes", "\n".join(["[attr]mine text eol=crlf", *text]) + "\n")
    names = ("text", "eol", "diff", "merge")
    said = place.git("check-attr", "-z", *names, "--", *PATHS, check=False).split("\0")
    rules = AttributeRules({"": ("[attr]mine text eol=crlf", *text)})
    for path, name, value in zip(said[0::3], said[1::3], said[2::3], strict=False):
        assert rules.of(path).get(name, "unspecified") == value, (path, name)


def test_a_hostile_pattern_costs_little_time() -> None:
    pattern = parse_pattern("*a" * 2000 + "b")
    folders = parse_pattern("**/a/" * 300 + "b")
    assert pattern is not None
    assert folders is not None
    start = time.process_time()
    assert not pattern.matches("a" * 4000, folder=False)
    assert not folders.matches("/".join("a" * 1000), folder=False)
    assert time.process_time() - start < 20


@pytest.mark.parametrize("line", ["", "   ", "# a comment", "/", "!"])
def test_a_line_without_a_pattern_is_none(line: str) -> None:
    assert parse_pattern(line) is None
