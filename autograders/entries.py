"""What a gradebook holds, asked without opening it the long way."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from nbgrader.api import Assignment, SubmittedAssignment
from sqlalchemy import Engine, NullPool, create_engine, make_url, select
from sqlalchemy.exc import SQLAlchemyError

__all__ = ["has_entry"]


def has_entry(db_url: str, assignment: str, student: str) -> bool:
    """Tell whether a gradebook knows a student's submission of an assignment; one that is gone knows nothing."""
    address = make_url(db_url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return False
    query = (
        select(SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .where(Assignment.name == assignment, SubmittedAssignment.student_id == student)
    )
    try:
        with _engine(db_url).connect() as connection:
            return connection.execute(query).first() is not None
    except SQLAlchemyError:
        return False


@lru_cache(maxsize=8)
def _engine(db_url: str) -> Engine:
    # Without a pool: a gradebook file that is deleted and made anew must not be asked through an old connection.
    return create_engine(db_url, poolclass=NullPool)
