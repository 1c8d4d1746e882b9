"""The panel of a dbt quest: the project's files in tabs, a real ``dbt build``, and what it made."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from gitquest_kernel.checks import Verdict
from gitquest_kernel.checks.dbt_words import failing
from gitquest_kernel.checks.warehouse import query_warehouse
from gitquest_kernel.dbt_project import Build, Built, check_files, run_builds, write_project
from gitquest_kernel.earlier import Earlier
from gitquest_kernel.errors import AnswerError
from gitquest_kernel.quest.dbt import DbtQuest
from gitquest_kernel.room import Room
from gitquest_kernel.widgets.kept import Keeper
from gitquest_kernel.widgets.markup import plain, section, table
from gitquest_kernel.widgets.panel import Panel, html_box
from gitquest_kernel.widgets.rows import shown

__all__ = ["DbtPanel"]

_INSET = {"padding": "4px 14px 0"}
_ROWS = 5


class DbtPanel(Panel):
    """Play a dbt quest: edit files, build, look at the tables, check."""

    def __init__(self, room: Room, quest: DbtQuest) -> None:
        saved = room.saved(quest)
        self._dbt = quest
        self.files = {
            path: _editor(saved.files.get(path, quest.project.get(path, "")), path) for path in quest.editable
        }
        given = [(path, text) for path, text in sorted(quest.project.items()) if path not in self.files]
        given += [(f"seeds/{name}.csv", text) for name, text in sorted(quest.seeds.items())]
        read_only = [_editor(text, path, disabled=True) for path, text in given]
        tabs = widgets.Tab([*self.files.values(), *read_only])
        tabs.titles = [*self.files, *(f"{path} (read only)" for path, _ in given)]
        self._earlier = Earlier(quest, room.folder)
        self._keeper = Keeper(quest, room.folder, self._texts)
        self._log = html_box()
        super().__init__(room, quest, [widgets.VBox([tabs], layout=_INSET), widgets.VBox([self._log], layout=_INSET)])
        self.build = self.button("Build", self._build, "Run dbt build and show what it made")
        self.undo = self.button("Undo", self._undo, "Bring back the files that Start again took away")
        self.reset = self.button("Start again", self._reset, "Bring the quest's own files back; Undo brings yours")
        self.add_buttons(self.build, self.undo, self.reset)
        for editor in self.files.values():
            editor.observe(lambda _: self.later(self.keep), "value")
        if not saved.empty:
            self.say("Welcome back: your files were saved.")

    def keep(self) -> None:
        if self._keeper.save():
            self.stale()
            self.show_checks(None)

    def judged(self, verdict: Verdict, note: str = "") -> None:
        super().judged(verdict, note)
        self.show_checks(verdict.checks or None)

    def _texts(self) -> Mapping[str, str]:
        texts = {path: str(editor.value) for path, editor in self.files.items()}
        return {path: text for path, text in texts.items() if text.strip() or path in self._dbt.project}

    def _build(self) -> None:
        self.keep()
        self.say("Building …")
        check_files(self._texts(), self._dbt.editable)
        files = {**self._dbt.project, **self._texts()}
        with tempfile.TemporaryDirectory(prefix="gitquest-", ignore_cleanup_errors=True) as folder:
            place = Path(folder)
            write_project(place / "project", files)
            built = run_builds(place, [Build("visible", self._dbt.seeds, {})])["visible"]
            tables = _tables(built, place / "visible.duckdb")
        self.say("")
        self.room.events.write(
            "command_executed", self.quest.id, command="dbt build", returncode=int(not built.success)
        )
        trouble = f'<pre class="gq-said">{plain(failing(built, files))}</pre>' if not built.success else ""
        self._log.value = section("dbt build", _steps(built) + trouble) + section("Tables", tables)

    def _reset(self) -> None:
        self.keep()
        try:
            self._earlier.push()
        except OSError as error:
            raise AnswerError(f"your files could not be kept, so they stay: {error.strerror or error}") from error
        self._fill({})
        self.say("These are the quest's own files again. Undo brings yours back.")

    def _undo(self) -> None:
        self.keep()
        if not self.room.saved(self.quest).empty:
            self.say("Undo brings back what Start again took away; your changes since then stand in its way.")
            return
        before = self._earlier.pop()
        self._fill(before.files if before else {})
        self.say("Your files are back." if before else "There is nothing to undo.")

    def _fill(self, files: Mapping[str, str]) -> None:
        for path, editor in self.files.items():
            editor.value = files.get(path, self._dbt.project.get(path, ""))
        self.keep()


def _editor(text: str, path: str, *, disabled: bool = False) -> Any:
    editor = widgets.Textarea(
        value=text,
        rows=min(max(text.count("\n") + 2, 8), 20),
        disabled=disabled,
        tooltip=path,
        layout={"width": "auto", "height": "auto"},
    )
    editor.add_class("gq-code")
    return editor


def _steps(built: Built) -> str:
    rows = [(node.status, node.type.replace("_", " "), node.name) for node in built.results]
    return table(("status", "what", "name"), rows) if rows else ""


def _tables(built: Built, warehouse: Path) -> str:
    previews = []
    for node in built.results:
        if node.type == "model" and node.status == "success":
            quoted = '"' + node.name.replace('"', '""') + '"'
            found = query_warehouse(warehouse, f"select * from {quoted} limit {_ROWS}")
            if "error" in found:
                previews.append(f"<p><code>{plain(node.name)}</code>: {plain(found['error'])}</p>")
            else:
                rows = table(found["columns"], shown(found["rows"]), found["types"])
                previews.append(f"<details open><summary><code>{plain(node.name)}</code></summary>{rows}</details>")
    return "".join(previews)
