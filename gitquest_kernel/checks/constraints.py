"""Which constructs a query uses, for quests that forbid or require one."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from gitquest_kernel.errors import CourseError

__all__ = ["uses"]


def uses(query: str, construct: str) -> bool:
    """Whether a query uses a construct, named as a sqlglot expression class in lower case.

    A query that DuckDB reads and sqlglot does not is searched for the word itself, outside of texts and
    comments.

    Raises
    ------
    CourseError
        No construct has this name.

    Examples
    --------
    >>> uses("select * from crew limit 3", "limit"), uses("select 'limit'", "limit")
    (True, False)
    """
    kind = _KINDS.get(construct)
    if kind is None:
        raise CourseError(
            f"'{construct}' is not a construct that is known here",
            remedy="Name a sqlglot expression class in lower case, such as join, window, limit or having.",
        )
    try:
        tree = sqlglot.parse_one(query, read="duckdb")
    except (SqlglotError, RecursionError):
        return _holds_word(query, construct)
    return any(isinstance(node, kind) for node in tree.walk())


def _holds_word(query: str, word: str) -> bool:
    try:
        tokens = sqlglot.tokenize(query, read="duckdb")
    except SqlglotError:
        return False
    return any(token.token_type is not sqlglot.TokenType.STRING and token.text.lower() == word for token in tokens)


def _subclasses(kind: type) -> dict[str, type]:
    found = {kind.__name__.lower(): kind}
    for inner in kind.__subclasses__():
        found |= _subclasses(inner)
    return found


_KINDS = _subclasses(exp.Expression)
