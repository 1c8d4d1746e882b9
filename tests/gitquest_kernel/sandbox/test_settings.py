"""Configuration files are read as git reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitquest_kernel.sandbox.settings import parse_settings
from tests.gitquest_kernel.sandbox.real_git import Place

FILE = """\
; a comment
[core]
\teditor = "vi # no comment" # a comment
\tbare
\tname = one \\
two
[remote "My \\"Hub\\""] url = hub.git
[Alias]
\tST = status   ; trailing
\tquoted = "a  b"  c\\tx
[branch.main]
\tmerge =
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place.new(tmp_path_factory.mktemp("settings"))


def said(place: Place, text: str) -> tuple[tuple[str, str], ...] | None:
    """Return what git reads, or None when it refuses the file."""
    file = place.write("config", text)
    try:
        listed = place.git("config", "-z", "--list", "--file", str(file))
    except AssertionError:
        return None
    return tuple((key, value) for entry in listed.split("\0")[:-1] for key, _, value in [entry.partition("\n")])


def test_every_form_is_read(place: Place) -> None:
    assert parse_settings(FILE) == said(place, FILE)


def test_nothing_that_is_included_is_read(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("[user]\nname = x\n")
    assert parse_settings(f"[include]\npath = {tmp_path}/other\n") == (("include.path", f"{tmp_path}/other"),)


@pytest.mark.parametrize("text", ["[core]\nx #", "[core", '[core]\nname = "open', "[core]\nname = \\q", "[core]\n= 1"])
def test_what_git_refuses_is_refused(place: Place, text: str) -> None:
    assert said(place, text) is None
    with pytest.raises(ValueError, match="configuration"):
        parse_settings(text)


WORDS = st.sampled_from(["[a]", '[b "C d"]', "\n", " ", "x", "key", "=", '"', "#", ";", "\\\\", "\\n", "\t", "\\\n"])


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(WORDS, max_size=12))
def test_any_file_reads_as_git_reads_it(place: Place, words: list[str]) -> None:
    text = "[a]\n" + "".join(words)
    wanted = said(place, text)
    try:
        found = parse_settings(text)
    except ValueError:
        found = None
    assert found == wanted
