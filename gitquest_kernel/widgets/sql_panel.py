"""The panel of a SQL quest: the tables, a place to write the query, and its result."""

from __future__ import annotations

import time
from typing import Any

import ipywidgets as widgets

from gitquest_kernel.checks.sql import query_text
from gitquest_kernel.duck import Result, query
from gitquest_kernel.quest.sql import SqlQuest
from gitquest_kernel.quest.sql_result import layers
from gitquest_kernel.room import Room
from gitquest_kernel.sql_session import database_of
from gitquest_kernel.widgets.kept import Keeper
from gitquest_kernel.widgets.markup import plain, section, table
from gitquest_kernel.widgets.panel import Panel, html_box
from gitquest_kernel.widgets.rows import SHOWN_ROWS, shown

__all__ = ["SqlPanel"]

FIRST_ROWS = 5
_INSET = {"padding": "4px 14px 0"}


class SqlPanel(Panel):
    """Play a SQL quest: write a query, run it, check it."""

    def __init__(self, room: Room, quest: SqlQuest) -> None:
        saved = room.saved(quest)
        self.editor = widgets.Textarea(
            value=saved.text,
            placeholder="select …",
            rows=6,
            layout={"width": "auto", "height": "auto"},
            tooltip="Your query",
        )
        self.editor.add_class("gq-code")
        self._keeper = Keeper(quest, room.folder, lambda: str(self.editor.value))
        self._tables, self._result = html_box(), html_box()
        beside = widgets.VBox([self._tables], layout={"flex": "2 1 340px", "padding": "4px 14px", "min_width": "0"})
        middle = [widgets.VBox([self.editor], layout=_INSET), widgets.VBox([self._result], layout=_INSET)]
        super().__init__(room, quest, middle, beside=[beside])
        self._sql: SqlQuest = quest
        self.run = self.button("Run", self._run, "Run the query and show its result")
        self.restore = self.button("Restore tables", self._restore, "Bring the lesson's tables back as they were")
        self.add_buttons(self.run, self.restore)
        self.editor.observe(lambda _: self.later(self.keep), "value")
        if not saved.empty:
            self.say("Welcome back: your query was saved.")
        self.later(self._show_tables)

    def keep(self) -> None:
        if self._keeper.save():
            self.stale()

    def _run(self) -> None:
        self.keep()
        self.say("")
        self._result.value = ""
        begin = time.perf_counter()
        result = query(database_of(self.room).cursor(self._sql), query_text(self.editor.value))
        taken = (time.perf_counter() - begin) * 1000
        self.room.events.write("command_executed", self.quest.id, command=self.editor.value, returncode=0)
        self._result.value = section(
            "Result", table(result.columns, shown(result.rows[:SHOWN_ROWS])) + _counted(result, taken)
        )

    def _restore(self) -> None:
        database_of(self.room).restore()
        self._show_tables()
        self.say("The lesson's tables are as they were at first.")

    def _show_tables(self) -> None:
        cursor = database_of(self.room).cursor(self._sql)
        seeds, _ = layers(self._sql)
        names = [row[0] for row in query(cursor, _TABLES).rows]
        first = [name for name in names if name in seeds] + [name for name in names if name not in seeds]
        self._tables.value = section("Tables", "".join(_preview(cursor, str(name)) for name in first))


_TABLES = """
select table_name from information_schema.tables
where table_schema = 'main' and table_catalog = current_database()
order by table_name
"""


def _preview(cursor: Any, name: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    result = query(cursor, f"select * from {quoted} limit {FIRST_ROWS}")
    count = query(cursor, f"select count(*) from {quoted}").rows[0][0]
    size = f"{count} row" if count == 1 else f"{count:,} rows"
    opened = f"<summary><code>{plain(name)}</code> <span class='gq-chip'>{size}</span></summary>"
    return f"<details open>{opened}{table(result.columns, shown(result.rows), result.types)}</details>"


def _counted(result: Result, milliseconds: float) -> str:
    rows = len(result.rows)
    size = f"More than {rows:,} rows" if result.more else f"{rows:,} row{'' if rows == 1 else 's'}"
    first = f", the first {SHOWN_ROWS} shown" if rows > SHOWN_ROWS else ""
    return f'<p class="gq-aside">{size}{first}, {milliseconds:.0f} ms</p>'
