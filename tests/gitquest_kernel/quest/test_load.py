"""Courses are read whole, and every mistake names file, line, key and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitquest_kernel.errors import CourseError
from gitquest_kernel.quest import complete_json, digest, load_course, load_courses, load_quest, parse_quest

COURSE = "id: git\ntitle: Git\nchapters:\n  - id: one\n    title: One\n    lessons: [01-first]\n"
LESSON = "---\ntitle: First\nminutes: 10\n---\n# First\n\n```{quest} commit\n```\n"
QUEST = """\
id: commit
title: Commit
kind: git
type: tutorial
difficulty: beginner
points: 4
xp: 40
task: Commit.
checks:
  - branch: {name: main, commits: 1}
    say: main holds one commit
solutions:
  - git init
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    path = tmp_path / "courses" / "git"
    lesson = path / "one" / "01-first"
    lesson.mkdir(parents=True)
    (path / "course.yaml").write_text(COURSE)
    (lesson / "lesson.md").write_text(LESSON)
    (lesson / "commit.yaml").write_text(QUEST)
    return path


def test_a_course_is_read_with_its_lessons_and_quests(course: Path) -> None:
    (loaded,) = load_courses(course.parents[1])
    (lesson,) = loaded.lessons
    assert (lesson.assignment, lesson.chapter, lesson.number) == ("git-01-first", "one", 1)
    assert lesson.body.startswith("# First")
    assert LESSON.splitlines()[lesson.body_line - 1] == "# First"
    assert list(loaded.quests) == ["commit"]


def test_a_digest_changes_with_any_word_and_survives_a_round_trip(course: Path) -> None:
    quest = load_quest(course / "one" / "01-first" / "commit.yaml")
    assert parse_quest(complete_json(quest), "copy") == quest
    assert digest(parse_quest(complete_json(quest), "copy")) == digest(quest)
    assert digest(quest.model_copy(update={"task": "Commit!"})) != digest(quest)
    assert digest(quest).startswith("sha256:")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("points: 4", "points: -4", 6, "'points' is -4"),
        ("points: 4", "point: 4", 6, "'point' is not a key that is known here"),
        ("title: Commit\n", "", 1, "'title' is missing"),
        ("kind: git", "kind: svn", 3, "'kind' is 'svn'"),
        ("kind: git\n", "", 1, "'kind' is missing"),
        ("type: tutorial", "type: lesson", 4, "'type' is 'lesson'"),
        ("    say: main holds one commit", "    says: x", 11, "'checks.0.says' is not a key"),
        ("{name: main, commits: 1}", "{name: main, commit: 1}", 10, "checks.0.branch.commit"),
        ("branch: {name: main, commits: 1}", "clean: true\n    operation: none", 10, "exactly one thing"),
        ("title: Commit", "title: [Commit", 3, "this is not YAML"),
        ("title: Commit", "title: Commit\ntitle: Again", 3, "stands twice"),
        ("id: commit", "id: other", 1, "the file is called commit.yaml"),
        ("id: commit", "id: Commit!", 1, "'id' is 'Commit!'"),
    ],
)
def test_a_mistake_names_file_line_and_key(course: Path, old: str, new: str, line: int, words: str) -> None:
    file = course / "one" / "01-first" / "commit.yaml"
    assert old in QUEST
    file.write_text(QUEST.replace(old, new, 1))
    with pytest.raises(CourseError) as caught:
        load_course(course)
    assert words in str(caught.value)
    assert caught.value.where == f"{file}:{line}"
    assert caught.value.remedy


def second_lesson(course: Path, quest: str) -> None:
    (course / "course.yaml").write_text(COURSE.replace("[01-first]", "[01-first, 02-second]"))
    lesson = course / "one" / "02-second"
    lesson.mkdir()
    (lesson / "lesson.md").write_text(LESSON)
    name = quest.split("\n", 1)[0].removeprefix("id: ")
    (lesson / f"{name}.yaml").write_text(quest)


def test_the_same_id_twice_names_both_files(course: Path) -> None:
    second_lesson(course, QUEST)
    with pytest.raises(CourseError, match=r"02-second/commit.yaml:1.*01-first/commit.yaml"):
        load_course(course)


def test_an_unknown_prerequisite_is_named(course: Path) -> None:
    second_lesson(course, QUEST.replace("id: commit", "id: next") + "requires: [gone]\n")
    with pytest.raises(CourseError, match="'next' requires 'gone'"):
        load_course(course)


def test_prerequisites_in_a_circle_are_shown(course: Path) -> None:
    (course / "one" / "01-first" / "commit.yaml").write_text(QUEST + "requires: [next]\n")
    second_lesson(course, QUEST.replace("id: commit", "id: next") + "requires: [commit]\n")
    with pytest.raises(CourseError, match="commit -> next -> commit"):
        load_course(course)


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("course.yaml", "id: git\n", "missing"),
        ("course.yaml", "- a\n", "holds no keys"),
        ("course.yaml", COURSE.replace("01-first", "09-gone"), "does not exist"),
        ("course.yaml", COURSE.replace("id: git", "id: sql"), "the folder is called 'git'"),
        ("one/01-first/lesson.md", "# no front matter\n", "no front matter"),
        ("one/01-first/lesson.md", "---\ntitle: x\n---\n", "'minutes' is missing"),
        ("one/01-first/commit.yaml", "", "holds no keys"),
    ],
)
def test_a_course_that_does_not_hang_together_says_where(course: Path, file: str, text: str, words: str) -> None:
    (course / file).write_text(text)
    with pytest.raises(CourseError, match=words):
        load_course(course)


def test_a_file_that_is_not_text_says_so(course: Path) -> None:
    (course / "one" / "01-first" / "commit.yaml").write_bytes(b"id: \xff")
    with pytest.raises(CourseError, match="not UTF-8"):
        load_course(course)


def test_an_empty_root_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="gitquest init"):
        load_courses(tmp_path)
