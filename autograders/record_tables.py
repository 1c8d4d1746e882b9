"""The tables of records.db, and how they are opened."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from gitquest_kernel.errors import GradingError

__all__ = ["METADATA", "RECORDS", "REWARDS", "is_missing", "make_tables", "open_engine", "unusable", "writing"]

METADATA = sa.MetaData()

RECORDS = sa.Table(
    "records",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("course", sa.Text, nullable=False),
    sa.Column("student", sa.Text, nullable=False),
    sa.Column("assignment", sa.Text, nullable=False),
    sa.Column("quest", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("submission", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("run", sa.Text, nullable=False),
    sa.Column("points", sa.Double, nullable=False),
    sa.Column("max_points", sa.Double, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("commands", sa.Integer),
    sa.Column("hints", sa.Integer),
    sa.Column("submitted_at", sa.Text),
    sa.Column("judged_at", sa.Text, nullable=False),
    sa.Column("manual", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("student", "course", "quest", "submission", "revision"),
)
"""One row for each verdict that changed something; see `gitquest_kernel.game.Record`."""

REWARDS = sa.Table(
    "rewards",
    METADATA,
    sa.Column("idempotency_key", sa.Text, primary_key=True),
    sa.Column("correlation_id", sa.Text, sa.ForeignKey("records.id"), nullable=False, index=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("course", sa.Text, nullable=False),
    sa.Column("student", sa.Text, nullable=False, index=True),
    sa.Column("quest", sa.Text),
    sa.Column("amount", sa.Integer, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)
"""One row for each `gitquest_kernel.game.Reward`: a view of the records, told again whenever they change."""

for _verb in ("update", "delete"):
    event.listen(
        RECORDS,
        "after_create",
        sa.DDL(  # type: ignore[no-untyped-call]
            f"create trigger records_no_{_verb} before {_verb} on records"
            " begin select raise(abort, 'records are only ever added'); end"
        ).execute_if(dialect="sqlite"),
    )


def make_tables(connection: sa.Connection) -> None:
    """Make the tables that are missing, and give records of an earlier version their new column."""
    METADATA.create_all(connection)
    if RECORDS.c.manual.name not in {column["name"] for column in sa.inspect(connection).get_columns(RECORDS.name)}:
        connection.execute(sa.text("alter table records add column manual boolean not null default false"))


def open_engine(url: str) -> sa.Engine:
    """Return an engine for SQLite or PostgreSQL; nothing is created or connected yet.

    Raises
    ------
    GradingError
        The URL is none, or its driver is not installed.
    """
    try:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise GradingError(
            f"this is not a database that can hold records ({error})",
            where=f"--records {url}" if "@" not in url else "--records",
            remedy="Give a URL like sqlite:////srv/course/records.db or postgresql+psycopg://user@host/name.",
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", _begin)
    return engine


def writing(connection: sa.Connection) -> sa.Connection:
    """Return the connection so that its next transaction waits for, and shuts out, every other writer."""
    return connection.execution_options(gitquest_writes=True)


def unusable(url: sa.URL, error: DBAPIError) -> GradingError:
    """Return the error for a database that is there but cannot be read or written."""
    where = url.database if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    return GradingError(
        f"cannot use this database for records ({error.orig})",
        where=str(where),
        remedy="Check that the folder is there and yours to write, and that no other program holds the file.",
    )


def is_missing(url: sa.URL) -> bool:
    """Whether this is an SQLite file that does not exist; asking creates nothing."""
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file()


def _leave_transactions_to_us(connection: object, _: object) -> None:
    # sqlite3 begins transactions late and only for some statements, so tables would be made outside of them.
    connection.isolation_level = None  # type: ignore[attr-defined]
    connection.execute("pragma busy_timeout = 60000")  # type: ignore[attr-defined]


def _begin(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("gitquest_writes"):
        connection.exec_driver_sql("pragma journal_mode = wal")
        connection.exec_driver_sql("begin immediate")
    else:
        connection.exec_driver_sql("begin")
