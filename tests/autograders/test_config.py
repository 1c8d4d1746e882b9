"""nbgrader's settings: from our defaults, from a root's JSON, and through nbgrader's own loader."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.apps.baseapp import NbGrader
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from autograders.config import configure, course_config, settings
from gitquest_kernel.errors import GradingError

REPOSITORY = Path(__file__).parents[2]


def test_every_class_that_is_named_exists() -> None:
    names = [n for traits in settings().values() for v in traits.values() if isinstance(v, list) for n in v]
    assert names
    assert all(isinstance(import_item(name), type) for name in names)


def test_the_lists_are_nbgraders_own_with_ours_in_their_place() -> None:
    from nbgrader.converters import Autograde, GenerateAssignment

    ours = {"RestoreQuestCells": None, "QuestClearSolutions": "ClearSolutions"}
    ours |= {"QuestExecute": "Execute", "QuestSaveAutoGrades": "SaveAutoGrades"}
    for converter, trait in (
        (GenerateAssignment, "preprocessors"),
        (Autograde, "sanitize_preprocessors"),
        (Autograde, "autograde_preprocessors"),
    ):
        names = [name.rsplit(".", 1)[1] for name in settings()[converter.__name__][trait]]
        stock = [cls.__name__ for cls in getattr(converter, trait).default_args[0]]
        assert [n for n in (ours.get(name, name) for name in names) if n] == stock


def test_paths_are_the_roots_own(tmp_path: Path) -> None:
    config = course_config(tmp_path)
    assert config.CourseDirectory.root == str(tmp_path)
    assert config.CourseDirectory.db_url == f"sqlite:///{tmp_path}/gradebook.db"
    assert config.Exchange.root == str(tmp_path / "exchange")


def test_a_json_file_of_the_root_overrides(tmp_path: Path) -> None:
    local = {"CourseDirectory": {"course_id": "git-101"}, "Exchange": {"root": "/srv/exchange"}}
    (tmp_path / "nbgrader_config.json").write_text(json.dumps(local))
    config = course_config(tmp_path)
    assert (config.CourseDirectory.course_id, config.Exchange.root) == ("git-101", "/srv/exchange")


def test_python_of_the_root_is_never_run(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text("raise SystemExit('ran')")
    assert course_config(tmp_path).CourseDirectory.course_id == "gitquest"


@pytest.mark.parametrize(("text", "place"), [("{\n  'a'", "nbgrader_config.json:2"), ("[1]", "nbgrader_config.json")])
def test_json_that_cannot_be_used_is_named(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "nbgrader_config.json").write_text(text)
    with pytest.raises(GradingError, match=place):
        course_config(tmp_path)


def test_what_was_set_before_stays() -> None:
    config = Config()
    config.CourseDirectory.course_id = "mine"
    configure(config)
    assert config.CourseDirectory.course_id == "mine"


def test_nbgrader_itself_loads_the_settings_from_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nbgrader_config.json").write_text(json.dumps(settings()))
    monkeypatch.chdir(tmp_path)
    app = NbGrader()
    app.initialize([])
    assert app.config.Autograde.autograde_preprocessors == settings()["Autograde"]["autograde_preprocessors"]


def test_the_repositorys_own_configuration_works_from_any_folder(tmp_path: Path) -> None:
    script = (
        "from nbgrader.apps.baseapp import NbGrader; import sys; app = NbGrader()\n"
        f"app.initialize(['--course-dir', {str(REPOSITORY)!r}])\n"
        "print(app.config.Exchange.root)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, env=os.environ)
    assert done.stdout.strip() == str(REPOSITORY / "exchange"), done.stderr
