"""Quiz answers are read leniently and judged exactly."""

from __future__ import annotations

from typing import Any

import pytest

from gitquest_kernel.answers import Answer
from gitquest_kernel.checks import Outcome, Verdict, judge
from gitquest_kernel.checks.quiz import choices_of
from gitquest_kernel.errors import AnswerError, CourseError
from gitquest_kernel.quest import QuizQuest, parse_quest, public
from gitquest_kernel.quest.keys import answer_key

QUIZ: dict[str, Any] = {
    "id": "heads",
    "title": "Heads",
    "kind": "quiz",
    "type": "quiz",
    "difficulty": "beginner",
    "points": 4,
    "xp": 20,
    "task": "Answer.",
    "questions": [
        {"id": "one", "ask": "Which?", "choices": {"a": "no", "b": "yes"}, "answer": ["b"], "explain": "Because."},
        {"id": "many", "ask": "Which?", "choices": {"A": "x", "B": "y", "C": "z"}, "answer": ["A", "C"], "weight": 2},
        {"id": "text", "ask": "What?", "answer": ["refs/heads/main"]},
    ],
}
RIGHT = "one: b\nmany: A, C\ntext: refs/heads/main\n"


def quiz(**changes: Any) -> QuizQuest:
    made = parse_quest(QUIZ | changes, "test")
    assert isinstance(made, QuizQuest)
    return made


def verdict(text: str, **changes: Any) -> Verdict:
    return judge(quiz(**changes), Answer("heads", text, source="cell"))


@pytest.mark.parametrize(
    "text",
    [
        RIGHT,
        "# all at once\n\ntext:   `REFS/heads/main` \nmany: c a\none:B",
        "many: C, A, a\none: b)\ntext: Refs/Heads/Main",
    ],
)
def test_case_order_and_space_are_free(text: str) -> None:
    assert verdict(text).points == 4.0


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("one: b", 1.0),
        ("one: a\nmany: A, C", 2.0),
        ("many: A", 0.0),
        ("many: A, B, C", 0.0),
        ("text: main", 0.0),
        ("text:\none: b", 1.0),
    ],
)
def test_each_question_earns_its_share_or_nothing(text: str, points: float) -> None:
    assert verdict(text).points == points


def test_a_question_says_whether_it_was_right_and_why() -> None:
    messages = {check.name: check.message for check in verdict("one: a\nmany: a c").checks}
    assert messages == {"one": "Not right. Because.", "many": "Right.", "text": "There is no answer yet."}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("b", "answers no question"),
        ("two: b", "no question 'two'"),
        ("one: b\none: a", "answered twice"),
        ("one: x", "no choice 'x'"),
    ],
)
def test_an_answer_that_cannot_be_read_names_the_line_and_the_questions(text: str, words: str) -> None:
    with pytest.raises(AnswerError, match=words) as error:
        choices_of(quiz(), text)
    assert error.value.where.startswith("line ")
    ended = verdict(text)
    assert (ended.outcome, ended.points) == (Outcome.FAILED, 0.0)
    assert words in ended.message


def test_the_students_copy_checks_hashes_and_holds_no_key() -> None:
    data = public(quiz())
    assert "refs/heads/main" not in str(data)
    student = parse_quest(data, "copy")
    assert judge(student, Answer("heads", RIGHT)).points == 4.0
    assert judge(student, Answer("heads", "one: a\nmany: A\ntext: master")).points == 0.0


def test_a_copy_without_key_saves_answers_and_says_so() -> None:
    student = parse_quest(public(quiz(reveal="after_grading")), "copy")
    ended = judge(student, Answer("heads", "one: b"))
    assert ended.points == 0.0
    assert ended.checks[0].message == "Your answer is saved; it is judged when your work is graded."
    assert ended.checks[1].message == "There is no answer yet."
    assert verdict(RIGHT, reveal="after_grading").points == 4.0


def test_a_computed_answer_comes_from_git() -> None:
    questions = [
        {"id": "branch", "ask": "Where?", "compute": "git switch -q -c topic\ngit branch --show-current"},
        {
            "id": "count",
            "ask": "How many?",
            "choices": {"a": "one", "b": "`1`"},
            "compute": "git rev-list --count HEAD",
        },
        {"id": "still", "ask": "And here?", "compute": "git branch --show-current"},
    ]
    setup = "git init -q\ngit commit -q --allow-empty -m First"
    assert answer_key(quiz(questions=questions, setup=setup)) == {
        "branch": ("topic",),
        "count": ("b",),
        "still": ("main",),
    }


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"compute": "git rev-parse nowhere"}, "'compute' fails at: git rev-parse nowhere"),
        ({"compute": "git init -q"}, "prints nothing"),
        ({"compute": "git --version", "choices": {"a": "x"}}, "no choice equals"),
        ({}, "has no answer"),
    ],
)
def test_a_key_that_cannot_be_computed_is_the_authors_mistake(question: dict[str, Any], words: str) -> None:
    with pytest.raises(CourseError, match=words):
        answer_key(quiz(questions=[{"id": "it", "ask": "What?", **question}]))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"choices": {"a": "x"}, "answer": ["b"]}, "'answer' names b"),
        ({"answer": ["x", "y"]}, "one 'answer'"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(question: dict[str, Any], words: str) -> None:
    with pytest.raises(CourseError, match=words):
        quiz(questions=[{"id": "it", "ask": "What?", **question}])
