"""Splitting a lesson's text."""

from __future__ import annotations

from pathlib import Path

import pytest

from courses.lesson import Demonstration, Part, Prose, QuestPlace, parts
from gitquest_kernel.errors import BuildError
from gitquest_kernel.quest import load_course


def split(root: Path) -> tuple[Part, ...]:
    return parts(load_course(root / "courses" / "tiny").lessons[0])


def write_body(lesson_folder: Path, body: str) -> None:
    file = lesson_folder / "lesson.md"
    head = file.read_text().split("---\n", 2)[1]
    file.write_text(f"---\n{head}---\n{body}")


PLACES = "```{quest} save\n```\n\n```{quest} what-is-head\n```\n"


def test_parts_come_in_reading_order_with_their_lines(root: Path) -> None:
    found = split(root)
    kinds = [type(part) for part in found]
    assert kinds == [Prose, Prose, Demonstration, Prose, Prose, QuestPlace, Prose, QuestPlace]
    lines = (root / "courses/tiny/basics/01-start/lesson.md").read_text().splitlines()
    assert lines[found[2].line - 1] == "```{code-cell}"
    assert lines[found[4].line - 1] == "## Do it"
    assert lines[found[5].line - 1] == "```{quest} save"


def test_a_fence_of_another_language_stays_text(root: Path) -> None:
    prose = [part.text for part in split(root) if isinstance(part, Prose)]
    assert "```bash\nthis fence stays text\n```" in prose


def test_a_demonstration_is_kept_verbatim(root: Path, lesson_folder: Path) -> None:
    write_body(lesson_folder, f"````{{code-cell}}\n\n  git log\n```\n# end\n````\n\n{PLACES}")
    assert split(root)[0].source == "\n  git log\n```\n# end"


def test_a_rule_of_plus_signs_divides_prose_and_disappears(root: Path, lesson_folder: Path) -> None:
    write_body(lesson_folder, f"One.\n+++\nTwo.\n\n~~~\n+++\n~~~\n\n{PLACES}")
    prose = [part.text for part in split(root) if isinstance(part, Prose)]
    assert prose == ["One.", "Two.\n\n~~~\n+++\n~~~"]


def test_headings_of_level_three_stay_in_their_cell(root: Path, lesson_folder: Path) -> None:
    write_body(lesson_folder, f"# A\n\n## B\n\n### C\n\ntext\n\n{PLACES}")
    assert [part.text for part in split(root)[:2]] == ["# A", "## B\n\n### C\n\ntext"]


@pytest.mark.parametrize(
    ("body", "line", "problem"),
    [
        (f"{PLACES}\n```{{quest}} sav\n```\n", 15, "there is no quest 'sav'"),
        (f"{PLACES}\n```{{quest}} save\n```\n", 15, "placed twice, first on line 9"),
        ("```{quest} save\n```\n", None, "'what-is-head' is never placed"),
        (f"{PLACES}\n```{{code-cell}}\ngit init\n", 15, "never closed"),
        (f"{PLACES}\n````text\n```\n", 15, "never closed"),
        (f"{PLACES}\n```{{quest}}\n```\n", 15, "names one quest"),
        (f"{PLACES}\n```{{quest}} save\nwords\n```\n", 15, "empty body"),
        (f"{PLACES}\n```{{code-cell}}\n```\n", 15, "is empty"),
        (f"{PLACES}\n- item\n\n  ```{{quest}} save\n  ```\n", 17, "inside a list"),
    ],
)
def test_a_mistake_names_file_line_and_remedy(
    root: Path, lesson_folder: Path, body: str, line: int | None, problem: str
) -> None:
    write_body(lesson_folder, body)
    with pytest.raises(BuildError) as error:
        split(root)
    assert problem in error.value.problem
    file = lesson_folder / "lesson.md" if line else lesson_folder / "what-is-head.yaml"
    assert error.value.where == f"{file}:{line or 1}"
    assert error.value.remedy
