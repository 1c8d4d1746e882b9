"""Who stands where, as a table and as JSON."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from autograders.leaderboard import as_json, as_table, leaderboard, printable, ranked
from autograders.records import Records
from autograders.rewards_commands import leaderboard as command
from gitquest_kernel.errors import GradingError
from gitquest_kernel.game import HeldBadge, Standing, built_in_badges, rewards
from tests.gitquest_kernel.game.records import RULEBOOK, record

HOSTILE = "[bold red]eve[/] [link=https://example.org]x\x1b[2J\u202e"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root where ada leads, bob and cyd share a rank, dan has nothing, and eve has a hostile name."""
    monkeypatch.delenv("GITQUEST_RECORDS", raising=False)
    class_records = [
        record("init", 4, student="ada"),
        record("merge", 4, student="ada"),
        record("init", 4, student="bob"),
        record("init", 4, student="cyd"),
        record("init", 0, student="dan"),
        record("select", 1, student=HOSTILE, course="sql"),
    ]
    Records(f"sqlite:///{tmp_path / 'records.db'}").award(class_records, lambda known: rewards(known, RULEBOOK))
    return tmp_path


def rows(root: Path, *options: str) -> list[tuple[int, str, int]]:
    result = CliRunner().invoke(command, ["--root", str(root), "--json", *options])
    assert result.exit_code == 0, result.output
    return [(row["rank"], row["student"], row["xp"]) for row in json.loads(result.stdout)]


def test_students_are_ranked_by_xp_and_ties_share_a_rank(root: Path) -> None:
    assert rows(root) == [(1, "ada", 190), (2, "bob", 40), (2, "cyd", 40), (4, HOSTILE, 25), (5, "dan", 0)]


def test_top_keeps_everybody_who_shares_the_last_rank(root: Path) -> None:
    assert [student for _, student, _ in rows(root, "--top", "2")] == ["ada", "bob", "cyd"]


def test_a_course_counts_for_itself(root: Path) -> None:
    assert rows(root, "--course", "sql") == [(1, HOSTILE, 25)]


def test_the_table_names_level_xp_quests_and_badges(root: Path) -> None:
    result = CliRunner().invoke(command, ["--root", str(root)])
    (ada,) = [line for line in result.stdout.splitlines() if "ada" in line]
    assert [cell.strip() for cell in ada.strip("│┃").split("│")] == ["1", "ada", "2", "190", "2", "🌱 🪙 🔖 ✍️"]


def test_a_hostile_name_is_shown_as_it_is_and_steers_nothing(root: Path) -> None:
    screen = io.StringIO()
    places = leaderboard(Records(f"sqlite:///{root / 'records.db'}"))
    Console(file=screen, width=140, force_terminal=True).print(as_table(places, "[red]Title"))
    assert "[bold red]eve[/] [link=https://example.org]x" in screen.getvalue()
    assert "[red]Title" in screen.getvalue()
    assert "\x1b[2J" not in screen.getvalue()
    assert "\u202e" not in screen.getvalue()


def test_printable_text_stays_as_it_is() -> None:
    assert printable("Zoë 山田 👩\u200d🚀 ✍\ufe0f") == "Zoë 山田 👩\u200d🚀 ✍\ufe0f"


def test_ranks_after_a_tie_leave_a_gap() -> None:
    equal = [Standing(name, xp) for name, xp in (("b", 10), ("a", 10), ("c", 5), ("d", 30))]
    assert [(p.rank, p.standing.student) for p in ranked(equal)] == [(1, "d"), (2, "a"), (2, "b"), (4, "c")]


def test_a_root_without_records_is_told_how_to_make_them(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    result = CliRunner().invoke(command, ["--records", url])
    assert result.exit_code == 1
    assert "gitquest award" in str(result.exception)
    assert not (tmp_path / "records.db").exists()


def test_a_course_that_does_not_exist_is_an_error_that_names_those_there_are(root: Path) -> None:
    result = CliRunner().invoke(command, ["--root", str(root), "--course", "nope"])
    assert isinstance(result.exception, GradingError)
    assert "there is no course 'nope'" in str(result.exception)
    assert "There are: git, sql." in str(result.exception)


def test_badges_are_in_the_order_of_their_list_whenever_they_were_awarded(tmp_path: Path) -> None:
    listed = [badge.id for badge in built_in_badges()]
    held = [
        HeldBadge(name, name, "*", "", False, f"2026-03-{n:02}") for n, name in enumerate(["zz-own", *listed[::-1]])
    ]
    (row,) = as_json(ranked([Standing("ada", 10, tuple(held))]))
    assert row["badges"] == [*listed, "zz-own"]


def test_a_course_nobody_has_started_is_no_error(root: Path) -> None:
    (root / "courses" / "dbt").mkdir(parents=True)
    (root / "courses" / "dbt" / "course.yaml").touch()
    result = CliRunner().invoke(command, ["--root", str(root), "--course", "dbt"])
    assert (result.exit_code, result.stdout) == (0, "Nobody has a record in the course dbt yet.\n")


def test_the_environment_names_another_database(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = f"sqlite:///{tmp_path / 'other.db'}"
    Records(other).award([replace(record("init", 4), student="zoe")], lambda known: rewards(known, RULEBOOK))
    monkeypatch.setenv("GITQUEST_RECORDS", other)
    assert rows(root) == [(1, "zoe", 40)]
