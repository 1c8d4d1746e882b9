"""Loading: nothing twice, nothing half, one at a time."""

from __future__ import annotations

import fcntl
import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from analytics.build import build_warehouse
from analytics.load import LoadSummary, load_warehouse
from analytics.warehouse import connect
from gitquest_kernel.errors import ReportError
from tests.analytics.classroom import HOSTILE, Classroom, event

OURS = Path(str(files("analytics") / "dbt"))
pytestmark = pytest.mark.slow


def raw_files(room: Classroom) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (room.root / "warehouse" / "raw").rglob("*.parquet")}


def quiet(line: str) -> None:
    """Keep progress out of the way."""


def test_a_first_load_stores_everything_and_builds(first_load: tuple[Classroom, LoadSummary]) -> None:
    room, summary = first_load
    assert summary.new == {"records": 4, "rewards": 3, "events": 9, "quests": 3, "submissions": 4}
    assert summary.models == 15
    with connect(room.database) as warehouse:
        assert warehouse.courses == {"git": "Git"}
        assert warehouse.rows("select student, xp from mart_student_progress order by student") == [
            (HOSTILE, 0),
            ("ada", 120),
            ("cleo", 0),
        ]
        assert warehouse.rows(
            """
            select sum(students_opened), sum(students_started), sum(students_attempted), sum(students_passed)
            from mart_lesson_funnel group by assignment order by assignment
            """
        ) == [(3, 2, 2, 1), (1, 1, 1, 1)]
        assert warehouse.rows("select count(*) from stg_events") == [(9,)]


def test_a_second_load_adds_nothing_but_what_is_new_and_readers_keep_what_they_opened(loaded: Classroom) -> None:
    log = loaded.root / "submitted" / "cleo" / "git-01-first-repository" / "events.jsonl"
    log.write_text(log.read_text() + "garbage\n")
    loaded.submit("dan", "git-02-branches", [event("undo")])
    before = raw_files(loaded)
    with connect(loaded.database) as reader:
        summary = load_warehouse(loaded.root, progress=quiet)
        assert reader.rows("select count(*) from dim_student") == [(3,)]
    assert summary.new == {"records": 0, "rewards": 0, "events": 1, "quests": 0, "submissions": 1}
    assert before.items() <= raw_files(loaded).items()
    assert [(one.lines, one.first) for one in summary.garbage] == [(1, 2)]
    with connect(loaded.database) as reader:
        assert reader.rows("select count(*) from dim_student") == [(4,)]


def test_a_class_without_students_can_be_built(empty_load: Classroom) -> None:
    with connect(empty_load.database) as warehouse:
        assert warehouse.rows("select count(*) from mart_quest_difficulty") == [(3,)]
        assert warehouse.rows("select count(*) from mart_lesson_funnel") == [(0,)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A dbt project of one model."""
    folder = tmp_path / "dbt"
    (folder / "models").mkdir(parents=True)
    (folder / "tests").mkdir()
    (folder / "dbt_project.yml").write_text((OURS / "dbt_project.yml").read_text().partition("models:")[0])
    shutil.copy(OURS / "profiles.yml", folder)
    (folder / "models" / "good.sql").write_text("select 1 as a")
    return folder


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        (
            "models/bad.sql",
            "select no_such_column from {{ ref('good') }}",
            r"models/bad.sql: the model bad failed: .*no_s",
        ),
        ("models/bad.sql", "select * from {{ ref('no_such_model') }}", "dbt could not run: .*no_such_model"),
        ("tests/no_rows.sql", "select a from {{ ref('good') }}", r"tests/no_rows.sql: the test no_rows failed"),
    ],
    ids=["a model that fails", "a project that does not parse", "a test that fails"],
)
def test_a_failing_build_names_the_culprit_and_keeps_the_old_warehouse(
    project: Path, tmp_path: Path, file: str, text: str, complaint: str
) -> None:
    (project / file).write_text(text)
    warehouse = tmp_path / "warehouse"
    warehouse.mkdir()
    (warehouse / "quest.duckdb").write_text("the old one")
    with pytest.raises(ReportError) as caught:
        build_warehouse(warehouse, project=project)
    assert re.search(complaint, str(caught.value), re.DOTALL)
    assert str(warehouse / "logs" / "dbt.log") in caught.value.remedy
    assert (warehouse / "logs" / "dbt.log").is_file()
    assert (warehouse / "quest.duckdb").read_text() == "the old one"


def test_a_second_load_at_the_same_time_is_refused(classroom: Classroom) -> None:
    lock = classroom.root / "warehouse" / ".lock"
    lock.parent.mkdir()
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ReportError, match="another load is running"):
            load_warehouse(classroom.root, progress=quiet)


def test_the_project_in_the_package_is_not_written_to(first_load: tuple[Classroom, LoadSummary]) -> None:
    there = {path.suffix for path in OURS.rglob("*") if path.is_file()}
    assert there == {".sql", ".yml"}
