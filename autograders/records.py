"""records.db: what was judged, for good, and the rewards that follow from it.

Records are only ever added. The rewards beside them are a view: `Records.award` writes both in one transaction,
so a reader finds the one that fits the other, whenever a writer was killed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from autograders.record_tables import RECORDS, REWARDS, is_missing, make_tables, open_engine, unusable, writing
from gitquest_kernel.errors import GradingError
from gitquest_kernel.game import Record, Reward, RewardType

__all__ = ["ENVIRONMENT", "Records", "Written", "records_url"]

ENVIRONMENT = "GITQUEST_RECORDS"
"""The environment variable that names the database when no option does."""

_ONE_AWARD_AT_A_TIME = sa.text("select pg_advisory_xact_lock(7147833)")
_SUBMISSION = ("student", "course", "quest", "submission")
_CONTENT = (*_SUBMISSION, "assignment", "digest", "points", "max_points", "outcome", "commands", "hints", "manual")


@dataclass(frozen=True, slots=True)
class Written:
    """What `Records.award` did.

    Parameters
    ----------
    new
        The records that were added.
    kept
        Records of points given by hand that stay, although the gradebook no longer has such points.
    """

    new: tuple[Record, ...]
    kept: tuple[Record, ...]


def records_url(root: Path, given: str | None = None) -> str:
    """Return the database that holds a course root's records.

    The option comes first, then ``GITQUEST_RECORDS``, then ``records.db`` in the root.
    """
    return given or os.environ.get(ENVIRONMENT) or f"sqlite:///{root.resolve() / 'records.db'}"


class Records:
    """The records and rewards of a course root.

    Parameters
    ----------
    url
        An SQLAlchemy URL: SQLite, or PostgreSQL where one machine is not enough.
    """

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)

    @property
    def exist(self) -> bool:
        """Whether anything has been awarded here; asking creates nothing."""
        if is_missing(self._engine.url):
            return False
        with self._reading() as connection:
            return sa.inspect(connection).has_table(REWARDS.name)

    def records(self, *, course: str | None = None, student: str | None = None) -> list[Record]:
        """Return records in the order in which they were judged."""
        with self._reading() as connection:
            return _records(connection, course, student)

    def rewards(self, *, course: str | None = None, student: str | None = None) -> list[Reward]:
        """Return rewards in the order in which they were earned."""
        with self._reading() as connection:
            return _rewards(connection, course, student)

    def courses(self) -> list[str]:
        """Return the courses with records, in alphabetical order."""
        with self._reading() as connection:
            return list(connection.scalars(sa.select(RECORDS.c.course).distinct().order_by(RECORDS.c.course)))

    def award(
        self,
        judged: Iterable[Record],
        retell: Callable[[Sequence[Record]], Iterable[Reward]],
        *,
        rebuild: bool = False,
        forget_manual: bool = False,
    ) -> Written:
        """Add what is new among verdicts and tell the rewards again, in one transaction.

        A verdict that says the same as the last record of its submission is not new. Nor is one without points
        given by hand, where the record that counts has them for the same version of the quest: only the gradebook
        knew of them, and a gradebook can be lost. Ids and revisions are given here; whatever the verdicts carry in
        their place is ignored.

        Parameters
        ----------
        judged
            Verdicts as they stand now.
        retell
            Gives the rewards of all records: `gitquest_kernel.game.rewards` with its rulebook.
        rebuild
            Make the table of rewards anew, whatever it holds.
        forget_manual
            Let the gradebook win where it no longer has points given by hand.
        """
        with self._writing() as connection:
            if rebuild:
                REWARDS.drop(connection, checkfirst=True)
            make_tables(connection)
            known = _records(connection)
            written = _written(known, judged, forget_manual)
            if written.new:
                connection.execute(RECORDS.insert(), [asdict(record) for record in written.new])
            told = sorted((_row(reward) for reward in retell([*known, *written.new])), key=_told_order)
            if told != [_row(reward) for reward in _rewards(connection)]:
                connection.execute(REWARDS.delete())
                if told:
                    connection.execute(REWARDS.insert(), told)
        return written

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        if is_missing(self._engine.url):
            raise GradingError(
                "there are no records yet",
                where=str(self._engine.url.database),
                remedy="Make them from the gradebook with: gitquest award",
            )
        try:
            with self._engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise unusable(self._engine.url, error) from error

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection, writing(connection).begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(_ONE_AWARD_AT_A_TIME)
                yield connection
        except DBAPIError as error:
            raise unusable(self._engine.url, error) from error


def _written(known: Iterable[Record], judged: Iterable[Record], forget_manual: bool) -> Written:
    story = sorted(known, key=lambda record: record.revision)
    last = {_of(record, _SUBMISSION): record for record in story}
    counts = {_of(record, _SUBMISSION): record for record in story if not record.held}
    new: list[Record] = []
    kept: list[Record] = []
    for verdict in judged:
        submission, content = _of(verdict, _SUBMISSION), _of(verdict, _CONTENT)
        before = last.get(submission)
        if before and _of(before, _CONTENT) == content:
            continue
        by_hand = counts.get(submission)
        if by_hand and by_hand.manual and not (verdict.manual or forget_manual) and by_hand.digest == verdict.digest:
            kept.append(by_hand)
            continue
        # The revision is part of the id: marks that go up and down again are three records, not two.
        revision = before.revision + 1 if before else 0
        name = hashlib.sha256(json.dumps([*content, revision]).encode()).hexdigest()
        last[submission] = replace(verdict, id=name, revision=revision)
        new.append(last[submission])
    return Written(tuple(new), tuple(kept))


def _of(record: Record, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(record, name) for name in names)


def _records(connection: sa.Connection, course: str | None = None, student: str | None = None) -> list[Record]:
    # Records of an earlier version lack the last column until the next award, and reading changes nothing.
    there = {column["name"] for column in sa.inspect(connection).get_columns(RECORDS.name)}
    query = sa.select(*(RECORDS.c[field.name] for field in fields(Record) if field.name in there))
    query = _only(query, course, student).order_by(RECORDS.c.judged_at, RECORDS.c.id)
    return [Record(**row) for row in connection.execute(query).mappings()]


def _rewards(connection: sa.Connection, course: str | None = None, student: str | None = None) -> list[Reward]:
    query = sa.select(*(REWARDS.c[field.name] for field in fields(Reward)))
    rows = connection.execute(_only(query, course, student)).mappings().all()
    return [
        Reward(**{**row, "type": RewardType(row["type"]), "detail": json.loads(row["detail"])})
        for row in sorted(rows, key=_told_order)
    ]


def _told_order(row: Any) -> tuple[str, str]:
    return row["at"], row["idempotency_key"]


def _only(query: sa.Select[Any], course: str | None, student: str | None) -> sa.Select[Any]:
    wanted = {"course": course, "student": student}
    return query.filter_by(**{name: value for name, value in wanted.items() if value is not None})


def _row(reward: Reward) -> dict[str, Any]:
    row = {field.name: getattr(reward, field.name) for field in fields(Reward)}
    detail = json.dumps(dict(reward.detail), ensure_ascii=False, sort_keys=True)
    return row | {"type": reward.type.value, "detail": detail}
