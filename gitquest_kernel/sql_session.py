"""The lesson's tables: one DuckDB database that SQL panels and ``%%sql`` share, each through its own cursor."""

from __future__ import annotations

import atexit
from collections.abc import Iterable
from typing import Any

import duckdb
from IPython.core.error import UsageError

from gitquest_kernel.duck import open_database
from gitquest_kernel.errors import GitQuestError
from gitquest_kernel.quest.sql import Dataset, SqlQuest
from gitquest_kernel.quest.sql_result import layers
from gitquest_kernel.room import Room

__all__ = ["JupySql", "LessonDatabase", "database_of"]


class LessonDatabase:
    """Tables of every SQL quest of a lesson, in memory.

    A quest whose tables contradict those of an earlier quest (another table of the same name, other SQL) has a database
    of its own.

    Parameters
    ----------
    quests
        The lesson's SQL quests, in order.
    """

    def __init__(self, quests: Iterable[SqlQuest]) -> None:
        self._shared: dict[str, str] = {}
        self._scripts: tuple[str, ...] = ()
        self._own: dict[str, duckdb.DuckDBPyConnection] = {}
        self._sharing: set[str] = set()
        for quest in quests:
            self._take(quest)
        self.age = 0
        self._lesson = self._fresh()

    def cursor(self, quest: SqlQuest | None = None) -> duckdb.DuckDBPyConnection:
        """Return a connection for one thread: to a quest's tables, or to the lesson's."""
        if quest is None or quest.id in self._sharing:
            return self._lesson.cursor()
        if quest.id not in self._own:
            seeds, scripts = layers(quest)
            self._own[quest.id] = open_database(seeds, *scripts, locked=False)
        return self._own[quest.id].cursor()

    def restore(self) -> None:
        """Bring every table back as it was at first; what the student made besides is gone."""
        self._own.clear()
        self._lesson = self._fresh()
        self.age += 1

    def _fresh(self) -> duckdb.DuckDBPyConnection:
        # The student's own database, on the student's machine: it may read files, as a lesson on CSV and Parquet does.
        return open_database(self._shared, *self._scripts, locked=False)

    def _take(self, quest: SqlQuest) -> None:
        setup: Dataset = quest.setup
        clash = any(self._shared.get(name, text) != text for name, text in setup.seeds.items())
        script = setup.sql.strip()
        if clash or (script and self._scripts and script not in self._scripts):
            return
        self._shared.update(setup.seeds)
        if script and script not in self._scripts:
            self._scripts = (*self._scripts, script)
        self._sharing.add(quest.id)


def database_of(room: Room) -> LessonDatabase:
    """Return the room's database, made the first time it is asked for."""
    if room.database is None:
        room.database = LessonDatabase(quest for quest in room.quests() if isinstance(quest, SqlQuest))
    database: LessonDatabase = room.database
    return database


class JupySql:
    """Run SQL through JupySQL, connected to the lesson's tables.

    Raises
    ------
    GitQuestError
        JupySQL cannot be imported.
    """

    def __init__(self, shell: Any, room: Room) -> None:
        try:
            import sql.connection
            import sql.magic
        except ImportError as error:
            raise GitQuestError(
                f"%%sql needs JupySQL, which cannot be imported: {error}", remedy="Install it: pip install jupysql"
            ) from error
        self._connections = sql.connection.ConnectionManager
        # It would print "Closing …" when the kernel ends.
        atexit.unregister(self._connections.close_all)
        ours = dict(shell.magics_manager.magics["line"]), dict(shell.magics_manager.magics["cell"])
        sql.magic.load_ipython_extension(shell)
        for kind, magics in zip(("line", "cell"), ours, strict=True):
            shell.magics_manager.magics[kind]["sql"] = magics["sql"]
        self._magic = shell.magics_manager.registry["SqlMagic"]
        # The connection's name and "Running query …" above each result only distract.
        self._magic.feedback, self._magic.displaycon = 0, False
        # Its own HTML would run what a value in a table says.
        html = shell.display_formatter.formatters["text/html"]
        html.for_type_by_name("sql.run.resultset", "ResultSet", result_html)
        self._room = room
        self._connected: int | None = None

    def run(self, line: str, cell: str, variables: dict[str, Any]) -> Any:
        """Run one line or cell as ``%sql`` and ``%%sql`` do.

        Raises
        ------
        GitQuestError
            DuckDB reports an error: its message alone, without a traceback.
        """
        database = database_of(self._room)
        if self._connected != database.age:
            self._connections.set(database.cursor(), displaycon=False, alias="lesson", config=self._magic)
            self._connected = database.age
        try:
            return self._magic.execute(line=line, cell=cell, local_ns=variables)
        except duckdb.Error as error:
            raise GitQuestError(str(error)) from None
        except UsageError as error:
            if isinstance(error.__cause__, duckdb.Error):
                raise GitQuestError(str(error.__cause__)) from None
            raise


def result_html(result: Any) -> str:
    """Return JupySQL's result as an HTML table in which every value is text."""
    from gitquest_kernel.widgets.markup import plain, table
    from gitquest_kernel.widgets.style import STYLE

    text = str(result)
    grid = result._pretty_table
    note = text.removeprefix(str(grid)).strip()
    below = f'<p class="gq-aside">{plain(note)}</p>' if note else ""
    return f'{STYLE}<div class="gq">{table(grid.field_names, grid.rows)}{below}</div>'
