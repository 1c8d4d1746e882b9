"""dbt answers, built by real dbt in the confined child."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograders.replay import Runner, replayer
from gitquest_kernel.answers import from_cell
from gitquest_kernel.checks import Outcome, Verdict, judge
from gitquest_kernel.quest import parse_quest
from tests.autograders.classroom import CAFE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as runner:
        yield runner


def _judge(runner: Runner, model: str) -> Verdict:
    quest = parse_quest(CAFE | {"seeds": {"menu": "name,price\nTea,2.5\nCoffee,3.2\n"}}, "test")
    answer = from_cell(quest, f"cat > models/cheap.sql <<'SQL'\n{model}\nSQL")
    return judge(quest, answer, replay=replayer(seconds=60.0, runner=runner))


def test_a_right_model_passes(runner: Runner) -> None:
    verdict = _judge(runner, "select name from {{ ref('menu') }} where price < 3")
    assert (verdict.outcome, verdict.points) == (Outcome.PASSED, 2.0)


def test_a_wrong_model_fails_its_check(runner: Runner) -> None:
    verdict = _judge(runner, "select name from {{ ref('menu') }} where price < 9")
    assert verdict.outcome is Outcome.FAILED
    assert [check.name for check in verdict.checks if not check.passed] == ["cheap-holds-tea-alone"]


@pytest.mark.parametrize(
    ("model", "said"), [("select name from {{ ref('meny') }}", "meny"), ("selekt name", "cheap"), ("{% if %}", "cheap")]
)
def test_a_model_that_does_not_compile_scores_zero_and_is_named(runner: Runner, model: str, said: str) -> None:
    verdict = _judge(runner, model)
    assert (verdict.outcome, verdict.points) == (Outcome.FAILED, 0.0)
    assert said in verdict.message + "".join(check.message for check in verdict.checks)
