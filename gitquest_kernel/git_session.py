"""A git quest being played: its live workspace, and the commands that are the answer so far."""

from __future__ import annotations

from pathlib import Path

from gitquest_kernel.answer_lines import AnswerLines, commented, read_lines, without_prompt
from gitquest_kernel.answers import Answer, load_answer, save_answer
from gitquest_kernel.checks import CheckResult
from gitquest_kernel.checks.git import Mark, Replayer, check
from gitquest_kernel.earlier import Earlier
from gitquest_kernel.errors import AnswerError, AnswerSyntaxError, SandboxError
from gitquest_kernel.quest.git import GitQuest
from gitquest_kernel.sandbox import CommandResult, Incomplete, Snapshot, Workspace, parse
from gitquest_kernel.sandbox.grammar import Line

__all__ = ["GitSession"]


class GitSession:
    """Play a quest command by command; every command that ran is saved at once.

    A session belongs to one thread. Its state is always what a replay of `commands` gives: a command that was refused
    or stopped leaves no trace. One that came in with a whole answer stays in its text as a remark.

    Parameters
    ----------
    folder
        The notebook's folder; the answer is kept in ``folder/answers``.
    """

    def __init__(self, quest: GitQuest, folder: Path) -> None:
        self.quest, self.folder = quest, folder
        self.commands: list[str] = []
        self.pending = self.waits_for = ""
        self.left_out = 0
        self._remarks: list[tuple[str, ...]] = [()]
        self._earlier = Earlier(quest, folder)
        self._workspace: Workspace | None = None
        self._replayer: Replayer | None = None
        self._marks: list[Mark] = []
        self._results: list[CommandResult] = []

    def open(self) -> list[CommandResult]:
        """Bring back the saved answer and return what each of its commands did, none when there is no answer.

        Raises
        ------
        AnswerError
            The saved answer cannot be read at all; it is kept under another name, and the quest begins afresh.
        """
        try:
            saved = load_answer(self.quest, self.folder)
        except AnswerError as error:
            self._rebuild()
            raise self._set_aside(error) from None
        return self._take(saved.text)

    def feed(self, line: str) -> list[CommandResult] | None:
        """Take one typed line.

        Returns
        -------
        list of CommandResult or None
            What was done, or None while a quote or a here-document is still open.
        """
        text = self.pending + (line if self.pending else without_prompt(line))
        try:
            lines = parse(text)
        except Incomplete as error:
            self.pending, self.waits_for = text + "\n", error.problem
            return None
        except AnswerSyntaxError as error:
            self.pending = ""
            return [CommandResult(text, "", f"{error}\n", 2, "syntax")]
        self.pending = ""
        results: list[CommandResult] = []
        for parsed in lines:
            results.append(self._step(parsed))
            if results[-1].outcome != "ran":
                self._go_back()
                break
            self.commands.append(parsed.source)
            self._remarks.append(())
        if lines:
            self.save()
        return results

    def undo(self) -> tuple[str, list[CommandResult]] | None:
        """Take the last command back; where there is none, the last `reset` or `replace`.

        Returns
        -------
        tuple of str and list of CommandResult, or None
            The command, and what those before it did; None when there is nothing to take back. For a whole answer that
            came back, the command is empty.
        """
        self.pending = ""
        self._replay  # noqa: B018 (a session that has not been opened begins)
        if not self.commands:
            before = self._earlier.pop()
            if before is None:
                return None
            results = self._take(before.text)
            self.save()
            return "", results
        undone = self.commands.pop()
        after = self._remarks.pop()
        self._remarks[-1] += after
        results = self._go_back()
        self.save()
        return undone, results

    def reset(self) -> None:
        """Begin again from the quest's starting state; `undo` brings the answer back."""
        self._keep_earlier()
        self.commands, self._remarks, self.pending = [], [()], ""
        self._go_back()
        self.save()

    def replace(self, text: str) -> list[CommandResult]:
        """Make a whole answer the session's own; a line of it that does not run stays as a remark.

        Returns
        -------
        list of CommandResult
            What each line did, also those that were left out.
        """
        self._keep_earlier()
        results = self._take(text)
        self.save()
        return results

    @property
    def text(self) -> str:
        """The answer as it would be handed in."""
        return AnswerLines(tuple(self.commands), tuple(self._remarks)).text

    def save(self) -> None:
        """Keep the answer beside the notebook.

        Raises
        ------
        AnswerError
            The folder cannot be written.
        """
        try:
            save_answer(Answer(self.quest.id, self.text, digest=self.quest.digest, source="saved"), self.folder)
        except OSError as error:
            raise self._unsaved(error) from error

    def snapshot(self) -> Snapshot:
        """Return the state as it is now."""
        return self._replay.workspace.snapshot()

    def results(self, snapshot: Snapshot) -> list[CheckResult]:
        """Test the public checks on a state."""
        answer = Answer(self.quest.id, self.text, source="saved")
        return check(self.quest, answer, {"snapshot": snapshot.to_json()})

    def close(self) -> None:
        """Remove the workspace; the answer stays."""
        if self._workspace is not None:
            self._workspace.dispose()
        self._workspace = self._replayer = None

    @property
    def _replay(self) -> Replayer:
        if self._replayer is None:
            self._rebuild()
        assert self._replayer is not None
        return self._replayer

    def _step(self, line: Line) -> CommandResult:
        """Run one line; when it runs to its end, the state after it can be gone back to."""
        result = self._replay.step(line)
        if result.outcome == "ran":
            self._results.append(result)
            self._marks.append(self._replay.mark())
        return result

    def _go_back(self) -> list[CommandResult]:
        """Go to the state after `commands`, and return what each of them did."""
        kept = len(self.commands)
        if self._replayer is None or len(self._marks) <= kept:
            return self._rebuild()
        try:
            self._replayer.go_to(self._marks[kept])
        except SandboxError:
            return self._rebuild()
        del self._marks[kept + 1 :], self._results[kept:]
        return list(self._results)

    def _take(self, text: str) -> list[CommandResult]:
        """Make a text the answer and do it; what is not in the grammar is answered first."""
        read = read_lines(text)
        self.commands, self._remarks, self.pending = list(read.commands), list(read.remarks), ""
        unread = [CommandResult(source, "", f"{error}\n", 2, "syntax") for source, error in read.refused]
        done = self._rebuild()
        self.left_out = len(unread) + sum(result.outcome != "ran" for result in done)
        return unread + done

    def _rebuild(self) -> list[CommandResult]:
        """Do the commands again from the quest's starting state; one that does not run becomes a remark."""
        self.close()
        self._workspace = Workspace()
        self._replayer = Replayer(self.quest, self._workspace)
        self._marks, self._results = [self._replayer.mark()], []
        results: list[CommandResult] = []
        commands: list[str] = []
        remarks: list[tuple[str, ...]] = [()]
        for before, line in zip(self._remarks, parse(self.text), strict=False):
            remarks[-1] += before
            results.append(self._step(line))
            if results[-1].outcome == "ran":
                commands.append(line.source)
                remarks.append(())
            else:
                remarks[-1] += commented(line.source)
                self._replayer.go_to(self._marks[-1])
        remarks[-1] += self._remarks[-1]
        self.commands, self._remarks = commands, remarks
        return results

    def _keep_earlier(self) -> None:
        try:
            self._earlier.push()
        except AnswerError as error:
            self._set_aside(error)
        except OSError as error:
            raise self._unsaved(error) from error

    def _unsaved(self, error: OSError) -> AnswerError:
        return AnswerError(
            f"your answer could not be saved: {error.strerror or error}",
            where=str(self.folder / "answers"),
            remedy="Make the folder writable, or copy your commands into the answer cell.",
        )

    def _set_aside(self, error: AnswerError) -> AnswerError:
        kept = self.folder / "answers" / f"{self.quest.id}.unreadable.txt"
        (self.folder / "answers" / f"{self.quest.id}.txt").replace(kept)
        return AnswerError(
            f"the saved answer cannot be read ({error.problem}), so the quest begins afresh",
            where=error.where,
            remedy=f"What was there is kept in answers/{kept.name}.",
        )
