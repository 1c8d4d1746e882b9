"""What a cell can call: ``%%quest``, ``grade``, ``%git``, ``%%playground``, ``%%sql`` and ``%%dbt``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, cell_magic, line_cell_magic, line_magic, magics_class, no_var_expand
from IPython.display import display

from gitquest_kernel.errors import AnswerError
from gitquest_kernel.playground import Playground
from gitquest_kernel.room import Room

if TYPE_CHECKING:
    from gitquest_kernel.dbt_project import DbtPlayground
    from gitquest_kernel.sql_session import JupySql

__all__ = ["QuestMagics"]

# Models, checks and widgets are imported by the first quest, not with the kernel: its start is a student's first wait.


@magics_class
class QuestMagics(Magics):  # type: ignore[misc]
    """The magics of one room."""

    def __init__(self, shell: Any, room: Room) -> None:
        super().__init__(shell)
        self.room = room
        self._lesson = Playground(room.events)
        self._jupysql: JupySql | None = None
        self._dbt: DbtPlayground | None = None

    @line_cell_magic  # type: ignore[untyped-decorator]
    @no_var_expand  # type: ignore[untyped-decorator]
    def quest(self, line: str, cell: str | None = None) -> None:
        """Open a quest, or replay the commands below it as its answer.

        ::

            %%quest first-commit

        An empty body opens the quest's panel. Commands, a query or choices in the body are the answer.
        """
        quest_id, _, rest = line.strip().partition(" ")
        if cell is None:
            raise AnswerError(
                f"'{f'%%quest {line}'.strip()}' has two % and is the first line of its cell",
                remedy="Move everything above it to another cell, comments included.",
            )
        if not quest_id or rest.strip():
            raise AnswerError(
                f"'%%quest {line.strip()}' does not name one quest".replace(" '", "'"),
                remedy=f"Write %%quest and one of: {', '.join(self.room.quest_ids) or 'the quest’s id'}.",
            )
        quest = self.room.quest(quest_id)
        self.room.bodies[quest_id] = cell
        from gitquest_kernel.widgets import open_quest

        open_quest(self.room, quest, cell)

    def grade(self, quest_id: str = "", *others: object) -> float:
        """Judge the answer to a quest and show each check.

        Parameters
        ----------
        quest_id
            The quest, as in ``%%quest``.
        others
            Nothing: it is there so that a mistake is answered in a sentence.

        Returns
        -------
        float
            The points so far. Hidden checks are judged when grading.

        Examples
        --------
        >>> grade("first-commit")  # doctest: +SKIP
        4.0
        """
        if not isinstance(quest_id, str) or not quest_id or others:
            first = next(iter(self.room.quest_ids), "the quest’s id")
            raise AnswerError(
                "grade() takes the id of one quest, in quotes", remedy=f'Write it so, for example: grade("{first}")'
            )
        quest = self.room.quest(quest_id)
        from gitquest_kernel.checks import judge
        from gitquest_kernel.widgets.verdict import VerdictView

        answer = self.room.answer(quest)
        verdict = judge(quest, answer)
        note = self.room.overruled(quest)
        if answer.empty:
            note = f"Run the cell '%%quest {quest_id}' and solve the quest, then run this cell again."
        else:
            self.room.judged(verdict)
        display(VerdictView(quest, verdict, note))
        return float(verdict.points)

    @line_magic  # type: ignore[untyped-decorator]
    @no_var_expand  # type: ignore[untyped-decorator]
    def git(self, line: str) -> None:
        """Run one git command in the lesson's playground; a plain line ``git status`` does the same."""
        self._lesson.show(f"git {line}")

    @cell_magic  # type: ignore[untyped-decorator]
    @no_var_expand  # type: ignore[untyped-decorator]
    def playground(self, line: str, cell: str) -> None:
        """Run commands in the lesson's playground: git, files, pipes and here-documents.

        ``%%playground --fresh`` begins in an empty folder.
        """
        option = line.strip()
        if option not in {"", "--fresh"}:
            raise AnswerError(f"%%playground does not know '{option}'", remedy="Its only option is --fresh.")
        if option:
            self._lesson.fresh()
        self._lesson.show(cell)

    @line_cell_magic  # type: ignore[untyped-decorator]
    @no_var_expand  # type: ignore[untyped-decorator]
    def sql(self, line: str, cell: str | None = None) -> Any:
        """Run SQL on the lesson's tables, through JupySQL: all of its options work."""
        if self._jupysql is None:
            from gitquest_kernel.sql_session import JupySql

            self._jupysql = JupySql(self.shell, self.room)
        return self._jupysql.run(line, cell or "", self.shell.user_ns)

    @cell_magic  # type: ignore[untyped-decorator]
    @no_var_expand  # type: ignore[untyped-decorator]
    def dbt(self, line: str, cell: str) -> None:
        """Run dbt in the lesson's own project, which begins as that of the lesson's first dbt quest.

        ::

            %%dbt
            cat > models/hello.sql <<'SQL'
            select 'hello' as greeting
            SQL
            dbt run --select hello
            dbt show --select hello
        """
        if self._dbt is None:
            from gitquest_kernel.dbt_project import DbtPlayground
            from gitquest_kernel.quest import DbtQuest

            quests = [quest for quest in self.room.quests() if isinstance(quest, DbtQuest)]
            first = min(quests, key=lambda quest: len(quest.requires), default=None)
            if first is None:
                raise AnswerError(
                    "this lesson has no dbt project", remedy="Use %%dbt in a lesson that has a dbt quest."
                )
            self._dbt = DbtPlayground(first.project, first.seeds)
        for command, output in self._dbt.run(cell):
            print(f"$ {command}", *([output] if output else []), sep="\n")
