"""Records are added once, kept for good, and never half written."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from autograders.record_tables import METADATA
from autograders.records import Records, records_url
from gitquest_kernel.errors import GradingError
from gitquest_kernel.game import QuestFacts, Record, Reward, Rulebook, built_in_badges, rewards

BOOK = Rulebook({("git", "init"): QuestFacts("git", "init", 40, "Begin", "start")}, built_in_badges())
INIT = Record(
    id="",
    course="git",
    student="ada",
    assignment="git-01-start",
    quest="init",
    digest="sha256:1",
    submission="2026-03-02T10:00:00Z",
    revision=0,
    run="run-1",
    points=4.0,
    max_points=4.0,
    outcome="passed",
    commands=3,
    hints=None,
    submitted_at="2026-03-02T10:00:00Z",
    judged_at="2026-03-05T08:00:00.000Z",
)
spawn = multiprocessing.get_context("spawn")


def retell(records: Sequence[Record]) -> tuple[Reward, ...]:
    return rewards(records, BOOK)


def regraded(points: float, day: int) -> Record:
    return replace(INIT, points=points, outcome="partial", judged_at=f"2026-03-0{day}T08:00:00.000Z", run=f"run-{day}")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'records.db'}"


def test_a_record_and_its_rewards_are_read_back_as_they_were_written(url: str) -> None:
    (added,) = Records(url).award([INIT], retell).new
    assert Records(url).records() == [added]
    assert added == replace(INIT, id=added.id)
    assert sorted(Records(url).rewards(), key=str) == sorted(retell([added]), key=str)


def test_the_same_verdict_again_adds_nothing_whatever_run_it_comes_from(url: str) -> None:
    records = Records(url)
    records.award([INIT], retell)
    before = records.records(), records.rewards()
    assert records.award([replace(INIT, run="run-2", judged_at="2026-04-01T00:00:00.000Z")], retell).new == ()
    assert (records.records(), records.rewards()) == before


def test_marks_that_go_down_and_up_again_are_three_records(url: str) -> None:
    """The third says the same as the first, and must not be taken for it."""
    records = Records(url)
    for verdict in (INIT, regraded(1, 6), replace(INIT, judged_at="2026-03-07T08:00:00.000Z")):
        records.award([verdict], retell)
    assert [(r.revision, r.points) for r in records.records()] == [(0, 4.0), (1, 1.0), (2, 4.0)]
    assert sum(r.amount for r in records.rewards() if r.type.startswith("XP")) == 40


def test_rewards_are_the_same_when_they_are_rebuilt_from_zero(url: str, tmp_path: Path) -> None:
    records = Records(url)
    for verdict in (INIT, regraded(1, 6), regraded(2, 7)):
        records.award([verdict], retell)
    before = records.rewards()
    with sqlite3.connect(tmp_path / "records.db") as connection:
        connection.execute("update rewards set amount = amount + 1000")
    connection.close()
    records.award([], retell, rebuild=True)
    assert records.rewards() == before


def test_new_rules_are_applied_to_old_records(url: str) -> None:
    records = Records(url)
    records.award([INIT], retell)
    dearer = replace(BOOK, quests={("git", "init"): QuestFacts("git", "init", 90)})
    records.award([], lambda known: rewards(known, dearer))
    assert sum(r.amount for r in records.rewards() if r.type.startswith("XP")) == 90


@pytest.mark.parametrize("statement", ["update records set points = 0", "delete from records"])
def test_records_can_be_neither_changed_nor_deleted(url: str, tmp_path: Path, statement: str) -> None:
    Records(url).award([INIT], retell)
    connection = sqlite3.connect(tmp_path / "records.db")
    with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
        connection.execute(statement)
    connection.close()


def test_one_course_or_one_student_can_be_asked_for(url: str) -> None:
    records = Records(url)
    records.award([INIT, replace(INIT, student="bob"), replace(INIT, course="sql")], retell)
    assert {r.student for r in records.records(student="bob")} == {"bob"}
    assert {r.course for r in records.rewards(course="git")} == {"git"}


def _award_and_die(url: str) -> None:
    def die(_: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    Records(url).award([INIT, replace(INIT, student="bob")], die)


def test_a_run_that_is_killed_leaves_nothing_and_the_next_one_does_all(url: str) -> None:
    """It dies after the records were inserted and before the transaction ends."""
    Records(url).award([], retell)
    process = spawn.Process(target=_award_and_die, args=(url,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert Records(url).records() == []
    assert len(Records(url).award([INIT, replace(INIT, student="bob")], retell).new) == 2
    assert {r.student for r in Records(url).rewards()} == {"ada", "bob"}


def _award_class(url: str) -> None:
    Records(url).award([replace(INIT, student=f"student-{n}") for n in range(50)], retell)


def test_runs_at_the_same_time_add_each_record_once(url: str) -> None:
    processes = [spawn.Process(target=_award_class, args=(url,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(Records(url).records()) == 50
    assert len({r.correlation_id for r in Records(url).rewards()}) == 50


def test_asking_whether_there_are_records_creates_no_file(url: str, tmp_path: Path) -> None:
    assert not Records(url).exist
    with pytest.raises(GradingError, match="no records yet"):
        Records(url).records()
    assert list(tmp_path.iterdir()) == []
    Records(url).award([], retell)
    assert Records(url).exist


@pytest.mark.parametrize("given", ["records.db", "oracle-9i://x", "mysql://u:secret@h/x"])
def test_a_url_that_no_driver_takes_is_named_without_its_password(given: str) -> None:
    with pytest.raises(GradingError, match="not a database") as caught:
        Records(given)
    assert "secret" not in str(caught.value)


def test_a_folder_that_does_not_exist_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(GradingError, match=r"gone/records\.db"):
        Records(f"sqlite:///{tmp_path / 'gone' / 'records.db'}").award([INIT], retell)


def test_a_file_that_is_no_database_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "records.db").write_text("these are not the bytes you are looking for " * 40)
    with pytest.raises(GradingError, match=r"records\.db: cannot use this database"):
        Records(f"sqlite:///{tmp_path / 'records.db'}").records()


def test_the_option_comes_before_the_environment_and_that_before_the_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITQUEST_RECORDS", raising=False)
    assert records_url(tmp_path) == f"sqlite:///{tmp_path / 'records.db'}"
    monkeypatch.setenv("GITQUEST_RECORDS", "sqlite:////srv/records.db")
    assert records_url(tmp_path) == "sqlite:////srv/records.db"
    assert records_url(tmp_path, "sqlite:////option.db") == "sqlite:////option.db"


def test_the_tables_can_be_made_in_postgresql() -> None:
    made = [str(CreateTable(table).compile(dialect=postgresql.dialect())) for table in METADATA.sorted_tables]
    assert "CREATE TABLE records" in made[0]
    assert "DOUBLE PRECISION" in made[0]


BY_HAND = replace(INIT, points=1.0, outcome="partial", manual=True)


def test_points_given_by_hand_stay_when_a_regrade_of_the_same_version_knows_nothing_of_them(url: str) -> None:
    (given,) = Records(url).award([BY_HAND], retell).new
    again = Records(url).award([INIT], retell)
    assert (again.new, again.kept) == ((), (given,))
    assert Records(url).records() == [given]


@pytest.mark.parametrize(
    "verdict",
    [
        replace(INIT, digest="sha256:2"),
        replace(INIT, submission="2026-03-03T10:00:00Z"),
        replace(BY_HAND, points=2.0),
    ],
    ids=["another version", "another submission", "other points by hand"],
)
def test_points_given_by_hand_give_way_to_what_is_really_new(url: str, verdict: Record) -> None:
    Records(url).award([BY_HAND], retell)
    written = Records(url).award([verdict], retell)
    assert (len(written.new), written.kept) == (1, ())


def test_points_given_by_hand_are_forgotten_on_request(url: str) -> None:
    Records(url).award([BY_HAND], retell)
    written = Records(url).award([INIT], retell, forget_manual=True)
    assert ([record.points for record in written.new], written.kept) == ([4.0], ())


def test_points_given_by_hand_outlive_a_verdict_that_was_held_in_between(url: str) -> None:
    (given,) = Records(url).award([BY_HAND], retell).new
    Records(url).award([replace(INIT, digest="", points=0.0, outcome="error_in_quest")], retell)
    assert Records(url).award([INIT], retell).kept == (given,)


def test_records_of_an_earlier_version_are_read_and_added_to(url: str, tmp_path: Path) -> None:
    Records(url).award([INIT], retell)
    with sqlite3.connect(tmp_path / "records.db") as database:
        database.execute("alter table records drop column manual")
    assert [record.manual for record in Records(url).records()] == [False]
    Records(url).award([BY_HAND], retell)
    assert [record.manual for record in Records(url).records()] == [False, True]
