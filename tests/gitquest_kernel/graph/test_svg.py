"""The drawing: readable by machines and screen readers, harmless whatever the repository holds."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitquest_kernel.graph.page import page
from gitquest_kernel.graph.style import LANES, STYLE
from gitquest_kernel.graph.svg import svg
from gitquest_kernel.sandbox.snapshot import Repository
from tests.gitquest_kernel.graph.history_of import FORK, repository

SVG = "{http://www.w3.org/2000/svg}"
MAIN = {"refs/heads/main": "d"}


def parsed(drawn: Repository, **options: int) -> ElementTree.Element:
    return ElementTree.fromstring(svg(drawn, **options))  # type: ignore[arg-type]


def texts(picture: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in picture.iter(f"{SVG}text")]


def test_every_commit_has_a_mark_an_id_and_a_subject() -> None:
    picture = parsed(repository(FORK, refs=MAIN))
    assert [group.get("data-commit") for group in picture.iter(f"{SVG}g") if group.get("data-commit")] == list("dcba")
    assert texts(picture) == ["d", "HEAD →", "main", "Work on d", "c", "Work on c", "b", "Work on b", "a", "Work on a"]


def test_a_merge_is_hollow_and_head_has_a_ring() -> None:
    classes = [
        circle.get("class", "").split()[0] for circle in parsed(repository(FORK, refs=MAIN)).iter(f"{SVG}circle")
    ]
    assert classes == ["h", "m", "f1", "f0", "f0"]


def test_it_is_an_image_described_in_words() -> None:
    picture = parsed(repository(FORK, refs=MAIN))
    assert picture.get("role") == "img"
    described = (picture.get("aria-labelledby") or "").split()
    assert [child.get("id") for child in picture if child.tag in {f"{SVG}title", f"{SVG}desc"}] == described
    description = picture.findtext(f"{SVG}desc") or ""
    assert description.startswith("4 commits, 1 merge among them. HEAD is on main, at d “Work on d”.")


def test_an_unborn_branch_is_a_hint() -> None:
    assert texts(parsed(repository(""))) == ["HEAD →", "no commits yet on main"]


def test_commits_left_out_are_counted() -> None:
    assert "… 3 older commits not shown" in texts(parsed(repository(FORK, refs=MAIN), max_commits=1))


def test_many_names_are_counted_and_listed_in_a_tooltip() -> None:
    refs = {"refs/heads/main": "a"} | {f"refs/tags/v{number}": "a" for number in range(200)}
    picture = parsed(repository("a", refs=refs))
    more = next(text for text in texts(picture) if text.startswith("+"))
    assert any(
        "tag: v199" not in (title.text or "") and "tag: v" in (title.text or "")
        for title in picture.iter(f"{SVG}title")
    )
    assert int(more) > 190


def test_long_subjects_end_in_an_ellipsis_inside_the_picture() -> None:
    picture = parsed(repository("a", refs={"refs/heads/main": "a"}, subjects={"a": "x" * 10_000}))
    assert texts(picture)[-1].endswith("x…")
    assert len(texts(picture)[-1]) < 90


def test_equal_repositories_give_equal_pictures() -> None:
    assert svg(repository(FORK, refs=MAIN)) == svg(repository(FORK, refs=MAIN))


@pytest.mark.parametrize(
    "hostile",
    [
        "</text><script>alert(1)</script>",
        '"/><image href="https://example.com/x.png" onload="alert(1)"/>',
        "]]><!--&lt;&#x3c;",
        "\x1b[31m\x00\x07\u202egpj.exe\u2066\ufffe\ud800",
        "\u200b\u200b\u200b",
        "é" + "\u0301" * 5000,
    ],
)
def test_a_hostile_message_is_only_text(hostile: str) -> None:
    drawn = repository("a", refs={"refs/heads/main": "a", f"refs/heads/{hostile}": "a"}, subjects={"a": hostile})
    harmless(svg(replace(drawn, path=hostile), title=hostile))
    document = page(replace(drawn, path=hostile))
    assert "<script" not in document
    document.encode("utf-8")


@given(st.text(max_size=200), st.text(min_size=1, max_size=40))
@settings(deadline=None)
def test_any_text_gives_well_formed_xml_without_anything_active(subject: str, branch: str) -> None:
    refs = {"refs/heads/main": "a", f"refs/heads/{branch}": "a", f"refs/tags/{branch}": "a"}
    harmless(svg(repository("a", refs=refs, subjects={"a": subject}), title=subject))


def harmless(picture: str) -> None:
    picture.encode("utf-8")
    known = {"svg", "title", "desc", "style", "g", "path", "circle", "rect", "text"}
    for element in ElementTree.fromstring(picture).iter():
        assert element.tag.removeprefix(SVG) in known
        assert not any(name.startswith("on") or "href" in name for name in element.attrib)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f]", element.text or "")


def test_lanes_are_told_apart_on_white_and_on_black() -> None:
    assert all(contrast(colour, "#ffffff") >= 3 and contrast(colour, "#111111") >= 3 for colour in LANES)


def test_the_style_takes_nothing_from_outside() -> None:
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.1, section 1.4.3."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
