"""dbt stays warm in a process of its own, and its failures are told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gitquest_kernel.dbt_project import Build, run_builds, server, write_project
from gitquest_kernel.errors import LimitReached, SandboxError

pytestmark = pytest.mark.slow
PROJECT = "name: cafe\nversion: '1.0'\nprofile: gitquest\nmodels:\n  cafe:\n    +materialized: table\n"
ENDLESS = "with recursive r as (select 1 as n union all select n + 1 from r) select count(*) as n from r"


def built(place: Path, model: str) -> bool:
    write_project(place / "project", {"dbt_project.yml": PROJECT, "models/a.sql": model})
    return run_builds(place, [Build("visible", {}, {})])["visible"].success


def test_a_build_leaves_its_warehouse_under_its_key(tmp_path: Path) -> None:
    assert built(tmp_path, "select 1 as n")
    assert (tmp_path / "visible.duckdb").is_file()


def test_an_endless_model_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert built(tmp_path / "good", "select 1 as n")
    monkeypatch.setattr(server, "TIME_LIMIT", 3)
    with pytest.raises(LimitReached, match="stopped after 3 seconds"):
        built(tmp_path / "endless", ENDLESS)


def test_a_process_that_has_ended_is_started_again(tmp_path: Path) -> None:
    assert built(tmp_path / "one", "select 1 as n")
    server.close()
    assert built(tmp_path / "two", "select 2 as n")


def test_a_process_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.close()
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(SandboxError, match="could not be started"):
        built(tmp_path, "select 1 as n")


def test_a_forked_process_starts_one_of_its_own(tmp_path: Path) -> None:
    assert built(tmp_path / "parent", "select 1 as n")
    pid = os.fork()
    if pid == 0:
        os._exit(0 if built(tmp_path / "child", "select 2 as n") else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert built(tmp_path / "again", "select 3 as n")
