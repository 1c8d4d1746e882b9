"""Mutants of a solution: the answers of somebody who forgot, repeated, swapped or mistyped one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import sqlglot
from sqlglot import expressions as exp

from gitquest_kernel.answers import has_commands
from gitquest_kernel.errors import AnswerSyntaxError
from gitquest_kernel.quest import GitQuest, Quest, QuizQuest, SqlQuest
from gitquest_kernel.sandbox import parse

__all__ = ["Mutant", "mutants"]

_PIECE = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|\S+""")
_GENERATIONS = re.compile(r"([~^])(\d*)$")
_OPERATORS = {"|", "&&", "||", ";", ">", ">>", "<"}
_OTHER_WAY: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.And: exp.Or,
    exp.Or: exp.And,
    exp.Min: exp.Max,
    exp.Max: exp.Min,
    exp.Sum: exp.Avg,
    exp.Avg: exp.Sum,
}


@dataclass(frozen=True)
class Mutant:
    """A changed solution.

    Parameters
    ----------
    what
        How it was made: ``solution 1 without line 2``.
    """

    what: str
    answer: str


def mutants(quest: Quest) -> Iterator[Mutant]:
    """Yield each different mutant of each solution, those that are solutions themselves left out.

    A git solution loses, repeats, swaps and mistypes each of its lines; a query has each comparison, connective,
    clause, direction and literal changed in turn; a quiz loses each answer. dbt solutions have none: each would cost
    a whole build.
    """
    seen = {_plain(solution) for solution in quest.solutions}
    for number, solution in enumerate(quest.solutions, 1):
        for what, answer in _of(quest, solution):
            if _plain(answer) not in seen:
                seen.add(_plain(answer))
                yield Mutant(f"solution {number} {what}", answer)


def _plain(answer: str) -> str:
    return "\n".join(line.strip() for line in answer.splitlines() if line.strip())


def _of(quest: Quest, solution: str) -> Iterator[tuple[str, str]]:
    if isinstance(quest, GitQuest):
        try:
            lines = [line.source for line in parse(solution)]
        except AnswerSyntaxError:
            return
        yield from _of_lines(lines)
    elif isinstance(quest, QuizQuest):
        lines = [line for line in solution.splitlines() if has_commands(line)]
        for number, _ in enumerate(lines, 1):
            yield f"without line {number}", "\n".join(_without(lines, number))
    elif isinstance(quest, SqlQuest):
        yield from _of_query(solution)


def _of_lines(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines, 1):
        if len(lines) > 1:
            yield f"without line {number}", "\n".join(_without(lines, number))
        yield f"with line {number} twice", "\n".join([*lines[:number], line, *lines[number:]])
        for changed in _mistyped(line):
            answer = "\n".join([*lines[: number - 1], changed, *lines[number:]])
            yield f"with line {number} as “{changed.splitlines()[0]}”", answer
    for number, (first, second) in enumerate(pairwise(lines), 1):
        swapped = [*lines[: number - 1], second, first, *lines[number + 1 :]]
        yield f"with lines {number} and {number + 1} swapped", "\n".join(swapped)


def _without(lines: Sequence[str], number: int) -> list[str]:
    return [*lines[: number - 1], *lines[number:]]


def _mistyped(line: str) -> Iterator[str]:
    """Yield the line with one word left out, one text changed, or one generation too far back."""
    head, newline, documents = line.partition("\n")
    pieces = list(_PIECE.finditer(head))
    for piece in pieces[2:]:
        word = piece.group()
        before, after = head[: piece.start()], head[piece.end() :]
        if word in _OPERATORS or word.startswith("<<"):
            continue
        if not before.rstrip().endswith(tuple(_OPERATORS)) and "|" not in before:
            yield f"{before.rstrip()}{after}{newline}{documents}"
        if word[0] in "'\"":
            yield f"{before}{word[:-1]} x{word[-1]}{after}{newline}{documents}"
        elif match := _GENERATIONS.search(word):
            further = f"{word[: match.start()]}{match[1]}{int(match[2] or 1) + 1}"
            yield f"{before}{further}{after}{newline}{documents}"


def _of_query(query: str) -> Iterator[tuple[str, str]]:
    try:
        tree = sqlglot.parse_one(query, dialect="duckdb")
    except sqlglot.errors.SqlglotError:
        return
    for position, node in enumerate(tree.walk()):
        for what, replacement in _changed(node):
            copy = tree.copy()
            target = next(other for number, other in enumerate(copy.walk()) if number == position)
            if target is copy:
                continue
            if replacement is None:
                target.pop()
            else:
                target.replace(replacement)
            yield f"with {what}", copy.sql(dialect="duckdb")
    for name in ("where", "distinct", "having", "limit", "offset", "order", "group"):
        if tree.args.get(name) is not None:
            copy = tree.copy()
            copy.set(name, None)
            yield f"without its {name}", copy.sql(dialect="duckdb")


def _changed(node: exp.Expr) -> Iterator[tuple[str, exp.Expr | None]]:
    other = _OTHER_WAY.get(type(node))
    if other is not None:
        changed = node.copy()
        yield f"{type(node).__name__} as {other.__name__}", other(**changed.args)
    if isinstance(node, exp.And | exp.Or):
        yield "one condition less", node.this.copy()
        yield "the other condition less", node.expression.copy()
    if isinstance(node, exp.Not):
        yield "one NOT less", node.this.copy()
    if isinstance(node, exp.Ordered):
        changed = node.copy()
        changed.set("desc", not node.args.get("desc"))
        yield "one order turned round", changed
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        yield f"{node.name} one larger", exp.Literal.number(int(node.name) + 1)
    if isinstance(node, exp.Join) and node.side:
        changed = node.copy()
        changed.set("side", None)
        yield "an inner join", changed
