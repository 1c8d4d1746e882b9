"""The instructor's notebook of a lesson."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nbformat.notebooknode import NotebookNode

from courses.notebook import instructor_notebook, notebook_text
from gitquest_kernel.answers import quest_cell
from gitquest_kernel.errors import BuildError
from gitquest_kernel.quest import digest, load_course


def made(root: Path) -> NotebookNode:
    return instructor_notebook(load_course(root / "courses" / "tiny").lessons[0], "tiny")


def cell(notebook: NotebookNode, cell_id: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == cell_id)


def test_it_opens_with_title_and_extension(root: Path) -> None:
    notebook = made(root)
    assert notebook.metadata.kernelspec.name == "gitquest"
    assert notebook.metadata.kernelspec.language == "python"
    assert notebook.cells[0].source.startswith("# Start\n")
    for fact in ("5 minutes", "save a file", "`git init`"):
        assert fact in notebook.cells[0].source
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert code[0] == "%load_ext gitquest_kernel"
    assert "[Git](https://git-scm.com)" in notebook.cells[-1].source


def test_a_heading_of_the_text_is_not_repeated_below_the_title(root: Path, lesson_folder: Path) -> None:
    file = lesson_folder / "lesson.md"
    file.write_text(file.read_text().replace("\nSome words.\n", "\n# Start\n\nSome words.\n"))
    sources = [cell.source for cell in made(root).cells]
    assert sum(source.startswith("# Start") for source in sources) == 1
    assert "Some words." in sources


def test_a_quest_becomes_task_answer_and_grade(root: Path) -> None:
    notebook = made(root)
    quest = load_course(root / "courses" / "tiny").quests["save"]
    names = [cell.id for cell in notebook.cells]
    assert names[names.index("save-task") :][:3] == ["save-task", "save-answer", "save-grade"]
    task, answer, grade = (cell(notebook, f"save-{role}") for role in ("task", "answer", "grade"))
    for fact in ("Save a file", "`save`", "Robin's plan", "Commit `plan.txt`", "2 points", "20 XP"):
        assert fact in task.source
    assert task.metadata.editable is False
    assert "nbgrader" not in task.metadata
    found = quest_cell(answer.source)
    assert found is not None
    assert found[0] == "save"
    assert found[1].startswith("### BEGIN SOLUTION\ngit init\n")
    assert found[1].endswith("\n### END SOLUTION")
    common = {"schema_version": 3, "task": False}
    solution = {"grade_id": "save-answer", "grade": False, "solution": True, "locked": False}
    assert answer.metadata.nbgrader == common | solution
    assert grade.source == 'grade("save")'
    graded = {"grade_id": "save-grade", "grade": True, "solution": False, "locked": True, "points": 2}
    assert grade.metadata.nbgrader == common | graded
    for role, made_cell in (("answer", answer), ("grade", grade)):
        assert made_cell.metadata.gitquest == {"quest": "save", "digest": digest(quest), "role": role}


def test_a_quiz_shows_its_questions_and_no_key(root: Path) -> None:
    source = cell(made(root), "what-is-head-task").source
    assert "What does HEAD name?" in source
    assert "- **b** the commit you stand on" in source
    assert "follows you about" not in source


def test_rebuilding_gives_the_same_bytes(root: Path) -> None:
    assert notebook_text(made(root)) == notebook_text(made(root))


def test_cell_ids_are_valid_and_unique(root: Path) -> None:
    names = [cell.id for cell in made(root).cells]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in names)


def test_a_cell_added_to_one_section_leaves_other_ids_alone(root: Path, lesson_folder: Path) -> None:
    before = [cell.id for cell in made(root).cells]
    file = lesson_folder / "lesson.md"
    file.write_text(file.read_text().replace("## Do it", "```{code-cell}\ngit status\n```\n\n## Do it"))
    after = [cell.id for cell in made(root).cells]
    assert [name for name in after if name in before] == before
    assert len(after) == len(before) + 1


def test_no_cell_has_outputs(root: Path) -> None:
    assert all(not cell.get("outputs") for cell in made(root).cells)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('solutions: ["head: b"]', "solutions: []", "has no solution"),
        ('solutions: ["head: b"]', 'solutions: ["head: b # END SOLUTION"]', "solution marks"),
    ],
)
def test_a_quest_that_makes_no_answer_cell_is_refused(
    root: Path, lesson_folder: Path, old: str, new: str, problem: str
) -> None:
    file = lesson_folder / "what-is-head.yaml"
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(BuildError, match=problem) as error:
        made(root)
    assert str(file) in error.value.where
    assert error.value.remedy
