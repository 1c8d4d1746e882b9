"""What ``%load_ext gitquest_kernel`` does to an IPython shell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gitquest_kernel.confinement import by_default
from gitquest_kernel.errors import GitQuestError
from gitquest_kernel.git_lines import GitLines, keep_bodiless, point_out_misplaced, quote_quests
from gitquest_kernel.magics import QuestMagics
from gitquest_kernel.room import Room

__all__ = ["load"]

_MARK = "gitquest_room"


def load(shell: Any) -> Room:
    """Open a room in this shell, once: a further call changes nothing.

    Parameters
    ----------
    shell
        The IPython shell; its current folder is taken to be the notebook's.

    Returns
    -------
    Room
        The shell's room.
    """
    room: Room | None = getattr(shell, _MARK, None)
    if room is not None:
        return room
    by_default(True)
    room = Room(Path.cwd())
    setattr(shell, _MARK, room)
    transforms = shell.input_transformer_manager
    transforms.cleanup_transforms += [keep_bodiless, point_out_misplaced, quote_quests]
    transforms.token_transformers.append(GitLines)
    magics = QuestMagics(shell, room)
    shell.register_magics(magics)
    shell.push({"grade": magics.grade}, interactive=False)
    shell.set_custom_exc((GitQuestError,), _in_one_message)
    shell.events.register("pre_run_cell", lambda *_: _welcome_again(shell))
    if room.quest_ids:
        room.events.write("lesson_opened")
    return room


def _in_one_message(shell: Any, kind: type[GitQuestError], error: GitQuestError, *_: Any, **__: Any) -> list[str]:
    """Show an error made for the student without the wall of a traceback."""
    lines = [str(error)]
    shell._showtraceback(kind, error, lines)
    return lines


def _welcome_again(shell: Any) -> None:
    """Forget that the extension is loaded, so that running ``%load_ext`` twice prints nothing."""
    shell.extension_manager.loaded.discard("gitquest_kernel")
