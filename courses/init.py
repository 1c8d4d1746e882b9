"""Make a private course root: courses and configuration, none of our code."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

from gitquest_kernel.errors import BuildError
from gitquest_kernel.quest import LoadedCourse, load_courses

__all__ = ["init"]

FOLDERS = ("courses", "source", "release", "submitted")
CONFIG = """\
from pathlib import Path

from autograders.config import configure

c = get_config()
c.CourseDirectory.course_id = "{name}"
configure(c, Path(__file__).parent)
"""
_NOT_COPIED = shutil.ignore_patterns("released", "__pycache__", ".ipynb_checkpoints", ".DS_Store", "*~")


def init(folder: Path, source: Path | None = None, courses: Sequence[str] = ()) -> str:
    """Make ``folder`` a course root and return one line that says what was done.

    Parameters
    ----------
    source
        A course root to copy courses from; without one, the starter course.
    courses
        The ids to copy; all of them when empty.

    Raises
    ------
    BuildError
        The folder holds something else, or a course to copy does not exist; nothing was written.
    CourseError
        A course to copy cannot be used.
    """
    folder = folder.resolve()
    if _is_root(folder):
        return f"{folder} is a course root already; nothing was changed"
    if folder.exists() and any(path.name != ".git" for path in folder.iterdir()):
        raise BuildError(
            "this folder is not empty, and it is not a course root",
            where=str(folder),
            remedy="Name a new folder, or empty this one.",
        )
    if courses and source is None:
        raise BuildError("--course needs the course root to copy from", remedy="Add --from ROOT.")
    chosen = _chosen(source, courses) if source else []
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", folder.name).strip("-.") or "course"
    _copy_courses(folder, chosen)
    loaded = load_courses(folder)
    _write_settings(folder, name, loaded[0].lessons[0].assignment)
    titles = ", ".join(course.course.id for course in loaded)
    return f"{folder} is a course root with: {titles}. Next: gitquest build --root {shlex.quote(str(folder))}"


def _is_root(folder: Path) -> bool:
    return (folder / "nbgrader_config.json").is_file() and (folder / "courses").is_dir()


def _chosen(source: Path, names: Sequence[str]) -> list[LoadedCourse]:
    courses = {course.course.id: course for course in load_courses(source)}
    if unknown := [name for name in names if name not in courses]:
        raise BuildError(
            f"there is no course '{unknown[0]}'",
            where=str(source / "courses"),
            remedy=f"Choose from: {', '.join(sorted(courses))}.",
        )
    return [course for name, course in courses.items() if not names or name in names]


def _copy_courses(folder: Path, chosen: Sequence[LoadedCourse]) -> None:
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for course in chosen:
        shutil.copytree(course.path, folder / "courses" / course.course.id, ignore=_NOT_COPIED)
    if not chosen:
        with as_file(files("courses") / "templates" / "starter") as starter:
            shutil.copytree(starter, folder / "courses" / "starter", ignore=_NOT_COPIED)


def _write_settings(folder: Path, name: str, assignment: str) -> None:
    templates = files("courses") / "templates"
    readme = (templates / "README.md").read_text(encoding="utf-8")
    (folder / "README.md").write_text(readme.format(name=name, assignment=assignment), encoding="utf-8")
    (folder / ".gitignore").write_text((templates / "gitignore").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(CONFIG.format(name=name), encoding="utf-8")
    settings = json.dumps({"CourseDirectory": {"course_id": name}}, indent=1)
    (folder / "nbgrader_config.json").write_text(settings + "\n", encoding="utf-8")
