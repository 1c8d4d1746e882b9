"""nbgrader's settings for Git Quest, as data.

`settings` is plain JSON data, so one declaration serves ``nbgrader_config.py`` of this repository, the
``nbgrader_config.json`` of a private course root (which nbgrader loads by itself), and our own commands.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from traitlets.config import Config

from gitquest_kernel.errors import GradingError

__all__ = ["configure", "course_config", "settings"]

_STOCK = "nbgrader.preprocessors."


def settings() -> dict[str, dict[str, Any]]:
    """Return the traits that make nbgrader build, grade and report quests, by class and trait.

    Every list is nbgrader's own with our classes in the place of, or beside, the stock ones, so ordinary
    assignments go through the same steps as ever.
    """
    return {
        "CourseDirectory": {"course_id": "gitquest"},
        "Exchange": {"root": "exchange"},
        "GenerateAssignment": {
            "preprocessors": [
                _STOCK + "IncludeHeaderFooter",
                _STOCK + "InstantiateTests",
                _STOCK + "LockCells",
                "autograders.clear.QuestClearSolutions",
                _STOCK + "ClearOutput",
                _STOCK + "CheckCellMetadata",
                _STOCK + "ComputeChecksums",
                _STOCK + "SaveCells",
                _STOCK + "ClearHiddenTests",
                _STOCK + "ClearMarkScheme",
                _STOCK + "ComputeChecksums",
                _STOCK + "CheckCellMetadata",
            ]
        },
        "Autograde": {
            "sanitize_preprocessors": [
                _STOCK + "ClearOutput",
                "autograders.restore.RestoreQuestCells",
                _STOCK + "DeduplicateIds",
                _STOCK + "OverwriteKernelspec",
                _STOCK + "OverwriteCells",
                _STOCK + "CheckCellMetadata",
            ],
            "autograde_preprocessors": [
                "autograders.execute.QuestExecute",
                _STOCK + "IgnorePattern",
                "nbconvert.preprocessors.ClearMetadataPreprocessor",
                _STOCK + "LimitOutput",
                "autograders.save.QuestSaveAutoGrades",
                _STOCK + "AssignLatePenalties",
                _STOCK + "CheckCellMetadata",
            ],
        },
        "GenerateFeedback": {
            "exporter_class": "autograders.feedback_page.QuestFeedback",
            "preprocessors": [
                _STOCK + "GetGrades",
                "autograders.feedback.ShowRewards",
                "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
            ],
        },
    }


def configure(c: Config, root: Path | None = None) -> None:
    """Set all of `settings` on a traitlets configuration; what was set before stays.

    Parameters
    ----------
    root
        The course root. Given, paths become absolute, and nbgrader works from any folder.

    Examples
    --------
    The whole of a ``nbgrader_config.py``::

        from pathlib import Path
        from autograders.config import configure

        c = get_config()
        configure(c, Path(__file__).parent)
    """
    _find_programs()
    for name, traits in settings().items():
        for trait, value in traits.items():
            if trait not in c[name]:
                setattr(c[name], trait, value)
    if root is not None:
        c.CourseDirectory.root = str(root.resolve())
        c.Exchange.root = os.path.join(root.resolve(), c.Exchange.root)  # noqa: PTH118 - keeps an absolute one


def course_config(root: Path) -> Config:
    """Return the configuration that our own commands use for a course root.

    Settings of ours, overridden by ``nbgrader_config.json`` where the root has one. Python files of the root are never
    imported: a course root may come from anybody.

    Parameters
    ----------
    root
        The folder that holds ``source``, ``release``, ``submitted``.

    Raises
    ------
    GradingError
        ``nbgrader_config.json`` is not a JSON object of objects.
    """
    root = root.resolve()
    config = Config()
    for name, traits in _local_settings(root / "nbgrader_config.json").items():
        for trait, value in traits.items():
            setattr(config[name], trait, value)
    configure(config, root)
    if "db_url" not in config.CourseDirectory:
        config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
    return config


def _find_programs() -> None:
    """Put this interpreter's programs on the path: nbgrader makes a gradebook by calling ``alembic`` by its name."""
    scripts = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", os.defpath)
    if scripts not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([scripts, path])


def _local_settings(path: Path) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        return {}
    remedy = 'Write it as {"CourseDirectory": {"course_id": "git-101"}}: traits by class.'
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        where = f"{path}:{error.lineno}" if isinstance(error, json.JSONDecodeError) else str(path)
        raise GradingError(f"not valid JSON ({error})", where=where, remedy=remedy) from error
    if not isinstance(data, dict) or not all(isinstance(v, dict) for k, v in data.items() if k != "version"):
        raise GradingError("not an object of objects", where=str(path), remedy=remedy)
    return {name: traits for name, traits in data.items() if name != "version"}
