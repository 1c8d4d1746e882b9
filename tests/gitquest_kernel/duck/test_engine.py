"""Queries run in a locked database, within limits, and say in plain words what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from gitquest_kernel.duck import MAX_ROWS, Result, open_database, query
from gitquest_kernel.errors import AnswerError, AnswerSyntaxError, CourseError, LimitReached, Refused

CREW = "name,pay,joined\nAda,3,2024-01-01\nBo,5,2024-02-01\nCy,,2024-03-01\n"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    con = open_database({"crew": CREW})
    yield con
    con.close()


def test_a_seed_becomes_a_typed_table(con: duckdb.DuckDBPyConnection) -> None:
    assert query(con, "select * from crew order by name limit 1") == Result(
        ("name", "pay", "joined"), ("VARCHAR", "BIGINT", "DATE"), (("Ada", 3, {"date": "2024-01-01"}),)
    )


def test_scripts_run_after_the_seeds_in_order() -> None:
    con = open_database(
        {"crew": CREW}, "create table paid as from crew where pay > 0", "delete from paid where pay = 3"
    )
    assert query(con, "select name from paid").rows == (("Bo",),)


def test_a_table_name_needs_no_care() -> None:
    con = open_database({'my "own" table': CREW})
    assert query(con, 'select count(*) from "my ""own"" table"').rows == ((3,),)


@pytest.mark.parametrize(
    "text",
    [
        "from crew",
        "values (1)",
        "with a as (select 1 as n) select n from a",
        "pivot crew on name using sum(pay)",
        "describe crew",
        "select 1;",
    ],
)
def test_every_form_of_query_runs(con: duckdb.DuckDBPyConnection, text: str) -> None:
    assert query(con, text).columns


@pytest.mark.parametrize(
    "text",
    [
        "select 1; select 2",
        "drop table crew",
        "insert into crew values ('Di', 1, '2024-01-01')",
        "attach 'other.db'",
        "copy crew to 'out.csv'",
        "install httpfs",
        "load httpfs",
        "set threads = 8",
        "pragma database_list",
        "call pragma_version()",
        "export database 'out'",
    ],
)
def test_anything_but_one_query_is_refused(con: duckdb.DuckDBPyConnection, text: str) -> None:
    with pytest.raises(Refused, match="this quest takes"):
        query(con, text)


@pytest.mark.parametrize(
    "text",
    [
        "from read_csv('/etc/passwd')",
        "from read_text('/etc/passwd')",
        "from glob('/*')",
        "select * from duckdb_secrets(), read_blob('/etc/hostname')",
    ],
)
def test_no_query_reads_a_file(con: duckdb.DuckDBPyConnection, text: str) -> None:
    with pytest.raises(AnswerError) as error:
        query(con, text)
    assert "disabled by configuration" in error.value.remedy


def test_a_query_that_does_not_parse_shows_duckdbs_own_words(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(AnswerSyntaxError, match="cannot read your query") as error:
        query(con, "selec name\nfrom crew")
    assert 'syntax error at or near "selec"' in error.value.remedy
    assert "LINE 1: selec name" in error.value.remedy


def test_a_query_that_fails_shows_duckdbs_own_words(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(AnswerError, match="could not run your query") as error:
        query(con, "select nam from crew")
    assert 'Referenced column "nam" not found' in error.value.remedy


@pytest.mark.parametrize("text", ["", "  \n", "-- nothing\n"])
def test_no_query_at_all_is_said_so(con: duckdb.DuckDBPyConnection, text: str) -> None:
    with pytest.raises(AnswerError, match="no query here"):
        query(con, text)


def test_an_endless_query_is_stopped_and_the_database_lives_on(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(LimitReached, match=r"stopped after 0\.2 seconds") as error:
        query(con, "select count(*) from range(10000000000) a, range(1000000) b", seconds=0.2)
    assert error.value.limit == "time"
    assert query(con, "select 1").rows == ((1,),)


def test_a_query_that_needs_too_much_memory_is_stopped(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(LimitReached) as error:
        query(con, "select list(range) from range(1000000000)")
    assert error.value.limit == "memory"


def test_a_long_result_is_cut(con: duckdb.DuckDBPyConnection) -> None:
    result = query(con, f"from range({MAX_ROWS + 1})")
    assert (len(result.rows), result.more) == (MAX_ROWS, True)
    assert not query(con, f"from range({MAX_ROWS})").more


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("select " + "[" * 60 + "1" + "]" * 60, "nested more than 50 deep"),
        ("select '\ud800'", "half a character"),
    ],
)
def test_what_json_cannot_hold_is_an_error(con: duckdb.DuckDBPyConnection, text: str, words: str) -> None:
    with pytest.raises(AnswerError, match=words):
        query(con, text)


def test_a_huge_result_is_an_error(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(AnswerError, match="larger than"):
        query(con, "select repeat('x', 3000000) from range(3)")


def test_a_seed_that_cannot_be_loaded_is_the_authors_mistake() -> None:
    with pytest.raises(CourseError, match="seed of table 'crew'"):
        open_database({"crew": "a,b\n1,2\n3,4,5\n"})


def test_sql_of_the_quest_that_fails_is_the_authors_mistake() -> None:
    with pytest.raises(CourseError, match="own SQL"):
        open_database({}, "create tabel x (n int)")


def test_the_quests_own_sql_reaches_no_file_either(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("n\n1\n")
    with pytest.raises(CourseError, match="own SQL"):
        open_database({}, f"create table x as from '{tmp_path / 'secret.csv'}'")


def test_seeds_leave_no_file_behind(tmp_path: Path) -> None:
    open_database({"crew": CREW}, place=tmp_path).close()
    assert list(tmp_path.iterdir()) == []
