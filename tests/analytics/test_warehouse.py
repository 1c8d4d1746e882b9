"""Opening the warehouse."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from analytics import connect
from gitquest_kernel.errors import ReportError


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "quest.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select 1 as a")
    return path


def test_two_readers_may_read_at_once_and_none_may_write(database: Path) -> None:
    with connect(database) as one, connect(str(database)) as two:
        assert one.rows("select a from t where a = $a", a=1) == two.rows("select a from t") == [(1,)]
        assert one.frame("select a from t").to_dict("list") == {"a": [1]}
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            one.rows("insert into t values (2)")


def test_no_warehouse_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="gitquest load"):
        connect(tmp_path / "quest.duckdb")
    assert not any(tmp_path.iterdir())


def test_a_file_that_is_no_warehouse_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "quest.duckdb").write_text("no database " * 1000)
    with pytest.raises(ReportError, match="cannot be opened"):
        connect(tmp_path / "quest.duckdb")
