"""A small course root with quests of its own, its notebooks, and students who hand in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograders.config import course_config
from autograders.grade import Graded, Grading
from gitquest_kernel.quest import Quest, complete_json, digest, load_quest

COMMIT: dict[str, Any] = {
    "id": "first-commit",
    "title": "The first commit",
    "kind": "git",
    "type": "tutorial",
    "difficulty": "beginner",
    "points": 4,
    "xp": 40,
    "task": "Commit one file.",
    "checks": [
        {"branch": {"name": "main", "commits": 1}, "say": "main holds exactly one commit", "weight": 3},
        {"file": {"path": "notes.txt"}, "say": "notes.txt is there"},
    ],
    "hidden": [{"clean": True, "say": "leave nothing uncommitted", "cap": 0.5}],
    "solutions": ["git init\necho hello > notes.txt\ngit add notes.txt\ngit commit -m first"],
}
RIGHT = COMMIT["solutions"][0]
HALF = RIGHT + "\necho more > draft.txt"
"""Fails the hidden check only."""

SEAS: dict[str, Any] = {
    "id": "deep-seas",
    "title": "The deep seas",
    "kind": "sql",
    "type": "practice",
    "difficulty": "beginner",
    "points": 2,
    "xp": 20,
    "task": "Name the seas deeper than 3000 m.",
    "setup": {
        "sql": "create table sea (name text, depth int); insert into sea values ('Coral', 9140), ('North', 725);"
    },
    "reference": "select name from sea where depth > 3000",
    "solutions": ["select name from sea where depth > 3000"],
}

HEAD: dict[str, Any] = {
    "id": "what-head-is",
    "title": "What HEAD is",
    "kind": "quiz",
    "type": "quiz",
    "difficulty": "beginner",
    "points": 1,
    "xp": 5,
    "task": "Choose.",
    "questions": [{"id": "head", "ask": "HEAD is", "choices": {"a": "a pointer", "b": "a commit"}, "answer": ["a"]}],
    "solutions": ["head: a"],
}

CAFE: dict[str, Any] = {
    "id": "cheap-drinks",
    "title": "Cheap drinks",
    "kind": "dbt",
    "type": "practice",
    "difficulty": "beginner",
    "points": 2,
    "xp": 20,
    "task": "Make `cheap` hold the drinks below 3.",
    "seeds": {"menu": "menu.csv"},
    "project": {
        "dbt_project.yml": 'name: cafe\nversion: "1.0"\nprofile: gitquest\nmodel-paths: [models]\n',
        "models/cheap.sql": "select name from {{ ref('menu') }}\n",
    },
    "editable": ["models/cheap.sql"],
    "validate": [{"query": "select name from cheap", "expect": [["Tea"]], "say": "cheap holds Tea alone"}],
    "solutions": ["cat > models/cheap.sql <<'SQL'\nselect name from {{ ref('menu') }} where price < 3\nSQL"],
}

ASSIGNMENT = "git-01-start"


class Classroom:
    """A course root in a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.config: Config = course_config(root)

    def write_quest(self, data: Mapping[str, Any], lesson: str = "01-start", course: str = "git") -> Quest:
        """Put a quest into a lesson folder and return it, complete."""
        folder = self.root / "courses" / course / "basics" / lesson
        folder.mkdir(parents=True, exist_ok=True)
        (folder.parents[1] / "course.yaml").write_text(
            yaml.safe_dump(
                {"id": course, "title": course, "chapters": [{"id": "basics", "title": "B", "lessons": [lesson]}]}
            )
        )
        path = folder / f"{data['id']}.yaml"
        path.write_text(yaml.safe_dump(dict(data), sort_keys=False))
        return load_quest(path)

    def freeze(self, quest: Quest, course: str = "git") -> None:
        """Keep a version of a quest, as releasing does."""
        path = self.root / "courses" / course / "released" / quest.id / f"{digest(quest).split(':')[1]}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(complete_json(quest)))

    def publish(self, *quests: Quest, assignment: str = ASSIGNMENT, extra: tuple[Any, ...] = ()) -> None:
        """Build the source notebook and have nbgrader generate the release."""
        cells = [new_code_cell("%load_ext gitquest_kernel", id="load"), new_markdown_cell("# Hello", id="hello")]
        for quest in quests:
            cells += quest_cells(quest)
        notebook = new_notebook(cells=[*cells, *extra], metadata={"kernelspec": KERNELSPEC})
        folder = self.root / "source" / assignment
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, folder / f"{assignment}.ipynb")
        for quest in quests:
            (folder / "quests").mkdir(exist_ok=True)
            (folder / "quests" / f"{quest.id}.json").write_text(json.dumps({"digest": digest(quest)}))
        course = CourseDirectory(config=self.config)
        course.assignment_id = assignment
        converter = GenerateAssignment(coursedir=course, config=self.config)
        converter.force = True
        converter.start()

    def notebook(self, assignment: str = ASSIGNMENT) -> Any:
        """Return the released notebook, to be answered."""
        return nbformat.read(self.root / "release" / assignment / f"{assignment}.ipynb", 4)

    def hand_in(
        self,
        student: str,
        answers: Mapping[str, str] | None = None,
        *,
        notebook: Any = None,
        assignment: str = ASSIGNMENT,
        saved: Mapping[str, str] | None = None,
    ) -> Path:
        """Submit the release with answers typed into cells, or saved by the panel, and return the notebook's path."""
        folder = self.root / "submitted" / student / assignment
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.root / "release" / assignment, folder)
        path = folder / f"{assignment}.ipynb"
        notebook = notebook if notebook is not None else self.notebook(assignment)
        for quest, text in (answers or {}).items():
            cell_of(notebook, f"{quest}-answer").source = f"%%quest {quest}\n{text}"
        nbformat.write(notebook, path)
        for quest, text in (saved or {}).items():
            (folder / "answers").mkdir(exist_ok=True)
            (folder / "answers" / f"{quest}.txt").write_text(text)
        return path

    def grade(self, *students: str, force: bool = False) -> dict[str, Graded]:
        """Grade, and return the results by student."""
        return {r.submission.student: r for r in Grading(self.config, (), students, force=force)}

    def scores(self, student: str, assignment: str = ASSIGNMENT) -> dict[str, tuple[float | None, bool]]:
        """Return each grade cell's automatic score, and whether it waits for a manual one."""
        with Gradebook(self.config.CourseDirectory.db_url) as gradebook:
            return {
                grade.name: (grade.auto_score, grade.needs_manual_grade)
                for notebook in gradebook.find_submission(assignment, student).notebooks
                for grade in notebook.grades
            }

    def autograded(self, student: str, assignment: str = ASSIGNMENT) -> Any:
        """Return the autograded notebook."""
        return nbformat.read(self.root / "autograded" / student / assignment / f"{assignment}.ipynb", 4)


KERNELSPEC = {"name": "gitquest", "display_name": "Git Quest", "language": "python"}


def quest_cells(quest: Quest) -> Iterator[Any]:
    """Make a quest's answer cell and grade cell as the builder does."""
    common = {"schema_version": 3, "task": False}
    for role, source, facts in (
        (
            "answer",
            f"%%quest {quest.id}\n### BEGIN SOLUTION\n{quest.solutions[0]}\n### END SOLUTION",
            {"grade": False, "solution": True, "locked": False},
        ),
        ("grade", f'grade("{quest.id}")', {"grade": True, "solution": False, "locked": True, "points": quest.points}),
    ):
        name = f"{quest.id}-{role}"
        ours = {"quest": quest.id, "digest": digest(quest), "role": role}
        yield new_code_cell(
            source, id=name, metadata={"nbgrader": {**common, **facts, "grade_id": name}, "gitquest": ours}
        )


def cell_of(notebook: Any, grade_id: str) -> Any:
    """Return the first cell with this grade id."""
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)
