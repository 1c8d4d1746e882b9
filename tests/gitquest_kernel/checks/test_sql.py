"""SQL answers are judged by their results, on the visible database and on the witnesses."""

from __future__ import annotations

from typing import Any

import pytest

from gitquest_kernel.answers import Answer
from gitquest_kernel.checks import Outcome, Verdict, judge
from gitquest_kernel.checks.sql import compare, query_text
from gitquest_kernel.errors import CourseError
from gitquest_kernel.quest import parse_quest, public
from gitquest_kernel.quest.sql import Dataset, SqlQuest

CREW = "name,pay,joined\nAda,3,2024-01-01\nBo,5,2024-02-01\nCy,,2024-03-01\n"
QUEST: dict[str, Any] = {
    "id": "well-paid",
    "title": "Well paid",
    "kind": "sql",
    "type": "practice",
    "difficulty": "beginner",
    "points": 4,
    "xp": 10,
    "task": "Who earns more than two?",
    "setup": {"seeds": {"crew": CREW}},
    "reference": "select name, pay from crew where pay > 2 order by pay desc",
    "datasets": [
        {"say": "also when pay changes", "name": "pay-day", "sql": "update crew set pay = 1 where name = 'Bo'"}
    ],
}


def quest(**changes: Any) -> SqlQuest:
    made = parse_quest(QUEST | changes, "test")
    assert isinstance(made, SqlQuest)
    return made


def verdict(query: str, **changes: Any) -> Verdict:
    return judge(quest(**changes), Answer("well-paid", query, source="cell"))


def failed(verdict: Verdict) -> set[str]:
    return {check.name for check in verdict.checks if not check.passed}


def test_the_reference_scores_everything() -> None:
    assert (verdict(QUEST["reference"]).points, verdict(QUEST["reference"]).outcome) == (4.0, Outcome.PASSED)


def test_another_route_to_the_same_rows_scores_everything() -> None:
    assert verdict("from crew select NAME, pay::double as pay where not pay <= 2").points == 4.0


def test_comments_of_the_cell_are_no_part_of_the_query() -> None:
    assert verdict("# my first\nselect name, pay\n  # and my second\nfrom crew where pay > 2").points == 4.0
    assert query_text("# one\nselect 1\n#two") == "\nselect 1\n"


def test_wrong_rows_earn_nothing() -> None:
    wrong = verdict("select name, pay from crew")
    assert (wrong.points, wrong.outcome) == (0.0, Outcome.FAILED)
    assert wrong.checks[0].message == "1 row should not be there: (Cy, NULL)."


def test_a_wrong_column_name_costs_a_fifth() -> None:
    assert verdict("select name, pay as wage from crew where pay > 2").points == 3.2
    assert verdict("select name, pay as wage from crew where pay > 2", column_names="ignore").points == 4.0


def test_without_the_right_order_the_quest_is_not_passed() -> None:
    unsorted = verdict("select name, pay from crew where pay > 2", ordered=True)
    assert failed(unsorted) == {"order"}
    assert unsorted.outcome is Outcome.PARTIAL
    assert verdict(QUEST["reference"], ordered=True).points == 4.0


def test_copying_the_visible_result_is_capped_by_a_witness() -> None:
    copied = verdict("values ('Bo', 5), ('Ada', 3)", column_names="ignore")
    assert failed(copied) == {"pay-day"}
    assert copied.points == 2.0
    (witness,) = (check for check in copied.checks if check.hidden)
    assert (witness.message, witness.cap, witness.weight) == ("also when pay changes", 0.5, 0)


def test_a_query_that_fails_only_on_a_witness_fails_the_witness() -> None:
    query = "select name, pay from crew where pay > 2 and (select 1 from crew where pay = 5) = 1"
    assert failed(verdict(query)) == {"pay-day"}
    breaks = "select name, pay from crew where pay > 2 and (select min(if(pay = 1, 'x', '1')::int) from crew) = 1"
    assert failed(verdict(breaks)) == {"pay-day"}


def test_a_witness_begins_as_the_visible_database_with_its_own_seeds() -> None:
    other = {"say": "others", "seeds": {"crew": "name,pay\nZoe,9\n"}, "sql": "insert into crew values ('Yan', 8)"}
    assert verdict("select name, pay from crew where pay > 2", datasets=[other]).points == 4.0
    assert failed(verdict("select name, pay from crew where pay between 2 and 8", datasets=[other])) == {"others"}


def test_a_forbidden_construct_leaves_half() -> None:
    forbid = [{"uses": "limit", "say": "no limit"}]
    limited = verdict("select name, pay from crew where pay > 2 limit 2", forbid=forbid, datasets=[])
    assert failed(limited) == {"forbid-limit"}
    assert limited.points == 2.0
    assert verdict(QUEST["reference"], forbid=forbid).points == 4.0


def test_a_required_construct_earns_only_with_the_right_rows() -> None:
    require = [{"uses": "where", "say": "with where"}]
    assert verdict(QUEST["reference"], require=require).points == 4.0
    assert verdict("select name, pay from crew where pay > 4", require=require).points == 0.0


@pytest.mark.parametrize(
    ("query", "outcome", "words"),
    [
        ("selec name", Outcome.FAILED, "syntax error"),
        ("select nam from crew", Outcome.FAILED, '"nam" not found'),
        ("select 1; select 2", Outcome.REFUSED, "2 statements"),
        ("attach 'x.db'", Outcome.REFUSED, "type ATTACH"),
        ("select list(range) from range(1000000000)", Outcome.OUT_OF_MEMORY, "memory"),
        ("# only a comment", Outcome.NOT_ATTEMPTED, "no answer yet"),
    ],
)
def test_what_cannot_be_judged_says_why(query: str, outcome: Outcome, words: str) -> None:
    ended = verdict(query)
    assert (ended.outcome, ended.points) == (outcome, 0.0)
    assert words in ended.message


def test_an_endless_query_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gitquest_kernel.checks.sql.TIME_LIMIT", 0.2)
    ended = verdict("select count(*) from range(10000000000) a, range(1000000) b")
    assert ended.outcome is Outcome.TIMEOUT


def test_more_rows_than_anybody_reads_are_wrong() -> None:
    assert "more than 10,000 rows" in verdict("from range(20000)").checks[0].message


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reference": "select nam from crew"}, "reference of the quest 'well-paid' fails"),
        ({"setup": {"seeds": {"crew": "a,b\n1\n2,3,4\n"}}}, "seed of table 'crew'"),
        ({"ordered": ["salary"]}, "'ordered' names salary"),
        ({"forbid": [{"uses": "loop", "say": "no loops"}]}, "'loop' is not a construct"),
    ],
)
def test_a_mistake_of_the_author_is_never_the_students_zero(changes: dict[str, Any], words: str) -> None:
    ended = verdict("select name, pay from crew where pay > 2", **changes)
    assert ended.outcome is Outcome.ERROR_IN_QUEST
    assert words in ended.message


def test_the_students_copy_judges_by_the_expected_table() -> None:
    student = parse_quest(public(quest(ordered=["pay"])), "copy")
    assert isinstance(student, SqlQuest)
    assert (student.reference, student.datasets) == (None, ())
    right = judge(student, Answer("well-paid", QUEST["reference"]))
    assert right.points == 4.0
    assert not any(check.hidden for check in right.checks)
    assert judge(student, Answer("well-paid", "select name, pay from crew")).points == 0.0


def test_a_result_that_was_tampered_with_is_wrong_and_nothing_worse() -> None:
    def forged(state: dict[str, Any]) -> float:
        return judge(quest(), Answer("well-paid", "select 1"), replay=lambda *_: (ran, state)).points

    from gitquest_kernel.checks import RunReport

    ran = RunReport()
    good = {"columns": ["name", "pay"], "types": ["", ""], "rows": [["Bo"], ["Ada"]]}
    for state in ({}, {"results": []}, {"results": [{}]}, {"results": [good]}, {"results": [{**good, "rows": 3}]}):
        assert forged(state) == 0.0


def test_compare_judges_two_queries_on_several_databases() -> None:
    one, other = Dataset(seeds={"crew": CREW}), Dataset(seeds={"crew": "name,pay\nAda,1\n"})
    assert compare("select max(pay) as m from crew", "select 5 as m", [one]).points == 1.0
    differs = compare("select max(pay) as m from crew", "select 5 as m", [one, other])
    assert differs.outcome is Outcome.FAILED
    assert differs.checks[0].message == "On database 2: 1 row is missing: (1). 1 row should not be there: (5)."
    assert compare("select 1 as n", "selec", [one]).outcome is Outcome.FAILED
    assert compare("select 1 as n", "drop table crew", [one]).outcome is Outcome.REFUSED
    with pytest.raises(CourseError):
        compare("selec", "select 1", [one])
