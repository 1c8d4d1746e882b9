"""dbt answers are built by real dbt and judged by the warehouse that they leave."""

from __future__ import annotations

from typing import Any

import pytest

from gitquest_kernel.answers import from_cell
from gitquest_kernel.checks import Outcome, Verdict, judge
from gitquest_kernel.quest import DbtQuest, parse_quest, public

pytestmark = pytest.mark.slow

PROJECT = "name: cafe\nversion: '1.0'\nprofile: gitquest\nmodels:\n  cafe:\n    +materialized: table\n"
DRINKS = "id,name,price,since\n1,tea,2.5,2024-01-01\n2,coffee,3,2024-02-01\n"
STARTING = "select id, name from {{ ref('drinks') }}\n"
MODEL = "select id, name, price, since from {{ ref('drinks') }}"
TESTS = "models:\n  - name: menu\n    columns:\n      - name: id\n        data_tests: [unique]"
QUEST: dict[str, Any] = {
    "id": "menu",
    "title": "The menu",
    "kind": "dbt",
    "type": "practice",
    "difficulty": "beginner",
    "points": 4,
    "xp": 10,
    "task": "Finish menu, and test its id.",
    "project": {"dbt_project.yml": PROJECT, "models/menu.sql": STARTING},
    "seeds": {"drinks": DRINKS},
    "editable": ["models/menu.sql", "models/menu.yml"],
    "validate": [
        {
            "say": "menu has both drinks",
            "name": "drinks",
            "query": "select * from menu",
            "expect": [[2, "coffee", 3, "2024-02-01"], [1, "tea", 2.5, "2024-01-01"]],
        }
    ],
    "must_catch": [
        {"say": "an id that stands twice", "name": "twice", "seeds": {"drinks": DRINKS + "1,tea,2.5,2024-01-01\n"}}
    ],
    "hidden_seeds": [
        {
            "say": "the menu follows the seed",
            "name": "follows",
            "seeds": {"drinks": "id,name,price,since\n7,cocoa,4,2024-03-01\n"},
            "query": "select id, name from menu",
            "expect": [[7, "cocoa"]],
        }
    ],
    "unit_tests": [
        {
            "say": "menu reads drinks",
            "name": "reads",
            "cap": 0.25,
            "properties": (
                "unit_tests:\n  - name: reads\n    model: menu\n    given:\n      - input: ref('drinks')\n"
                "        rows: [{id: 3, name: x}]\n    expect:\n      rows: [{id: 3, name: x}]\n"
            ),
        }
    ],
}


def quest() -> DbtQuest:
    made = parse_quest(QUEST, "test")
    assert isinstance(made, DbtQuest)
    return made


def cell(model: str | None = None, tests: str | None = None) -> str:
    files = {"models/menu.sql": model, "models/menu.yml": tests}
    return "\n".join(f"cat > {path} <<'EOF'\n{text}\nEOF" for path, text in files.items() if text is not None)


def verdict(model: str | None = None, tests: str | None = None) -> Verdict:
    return judge(quest(), from_cell(quest(), cell(model, tests)))


def failed(verdict: Verdict) -> set[str]:
    return {check.name for check in verdict.checks if not check.passed}


def message(verdict: Verdict, name: str) -> str:
    return next(check.message for check in verdict.checks if check.name == name)


def test_a_right_answer_scores_everything_in_both_copies() -> None:
    assert verdict(MODEL, TESTS).points == 4.0
    student = parse_quest(public(quest()), "copy")
    assert isinstance(student, DbtQuest)
    assert (student.hidden_seeds, student.unit_tests) == ((), ())
    assert judge(student, from_cell(student, cell(MODEL, TESTS))).points == 4.0


def test_the_files_that_a_quest_begins_with_are_no_answer() -> None:
    assert verdict(STARTING).outcome is Outcome.NOT_ATTEMPTED
    assert verdict(STARTING.strip()).outcome is Outcome.NOT_ATTEMPTED


def test_bad_data_that_no_test_catches_costs_its_share() -> None:
    ended = verdict(MODEL)
    assert (failed(ended), ended.points) == ({"twice"}, 2.0)
    assert message(ended, "twice") == "an id that stands twice: every test passes on that data"


def test_rows_that_differ_are_told() -> None:
    told = message(verdict(f"{MODEL} where id = 1"), "drinks")
    assert told == "menu has both drinks: 1 row is missing: (2, coffee, 3, 2024-02-01)."


def test_rows_written_by_hand_are_caught_by_hidden_data() -> None:
    rows = "values (1, 'tea', 2.5, '2024-01-01'), (2, 'coffee', 3, '2024-02-01')"
    ended = verdict(f"select * from ({rows}) as t (id, name, price, since)", TESTS)
    assert failed(ended) == {"twice", "follows", "reads"}
    assert ended.points == 1.0


def test_a_failing_test_is_named() -> None:
    ended = verdict("select 1 as id from {{ ref('drinks') }}", TESTS)
    assert message(ended, "build").startswith("The test unique_menu_id fails (models/menu.yml): Got 1 result")
    assert message(ended, "twice").endswith("judged once dbt build succeeds")


def test_a_model_that_the_database_refuses_is_named_with_its_own_line() -> None:
    ended = verdict("-- the menu\nslect id\nfrom {{ ref('drinks') }}")
    told = message(ended, "build")
    assert told.startswith("The model menu cannot be built (models/menu.sql). dbt says:")
    assert 'syntax error at or near "slect"' in told
    assert "LINE 2: " in told
    assert message(ended, "drinks").endswith("judged once dbt build succeeds")


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("select id\nfrom {{ ref('drinks') }", ["model menu (models/menu.sql)", "line 2"]),
        ("select id from {{ ref('drink') }}", ["(models/menu.sql) depends on a node named 'drink'"]),
        ("select id from {{ ref('menu') }}", ["Found a cycle"]),
    ],
)
def test_a_project_that_does_not_compile_shows_dbts_own_words(model: str, words: list[str]) -> None:
    ended = verdict(model)
    assert (ended.outcome, ended.points) == (Outcome.FAILED, 0.0)
    assert all(word in ended.message for word in words), ended.message


def test_no_model_reads_a_file_outside_its_project() -> None:
    ended = verdict("select * from read_csv('/etc/passwd')")
    assert "disabled by configuration" in message(ended, "build")


def test_no_model_can_undo_that() -> None:
    ended = verdict("select 1 as id; set enable_external_access = true")
    assert ended.points == 0.0
    assert not ended.checks[0].passed


@pytest.mark.parametrize(
    ("model", "tests", "outcome"),
    [
        ("{{ config(pre_hook='select 1') }} select 1", None, Outcome.REFUSED),
        ("select '{{ env_var('HOME') }}'", None, Outcome.REFUSED),
        (MODEL, "models: [", Outcome.FAILED),
    ],
)
def test_what_an_answer_may_not_hold_is_never_built(model: str, tests: str | None, outcome: Outcome) -> None:
    assert verdict(model, tests).outcome is outcome


def test_a_file_that_is_not_asked_for_is_refused() -> None:
    answer = from_cell(quest(), "cat > profiles.yml <<'EOF'\nx: 1\nEOF")
    assert judge(quest(), answer).outcome is Outcome.REFUSED
