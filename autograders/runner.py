"""The runner: a process of its own that replays answers in confined children, one request a line of JSON.

``python -m autograders.runner`` is started by `autograders.replay`, once a grading run. It never judges: it holds no
points and no gradebook. Each answer takes two forks, so that what reads a folder never ran the answer that made it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import tempfile
import traceback
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

from autograders.child import Ended, in_child
from gitquest_kernel.answers import Answer
from gitquest_kernel.checks import Kind, Outcome, RunReport, kind_of
from gitquest_kernel.confinement import confine, level
from gitquest_kernel.confinement.descendants import own_descendants
from gitquest_kernel.quest import Quest
from gitquest_kernel.quest.load import parse_quest

__all__ = ["main", "replay"]

_MESSAGES = {
    Outcome.TIMEOUT: "The answer was stopped after {seconds:g} seconds.",
    Outcome.OUT_OF_MEMORY: "The answer needed more memory than it may have.",
    Outcome.CRASHED: "The process that ran the answer ended unexpectedly.",
}


def main() -> None:
    """Answer requests from standard input until it is closed."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    # Nothing a library prints may reach the replies.
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    own_descendants()
    with contextlib.suppress(SystemExit):
        for line in requests:
            reply = _reply(json.loads(line), requests.fileno())
            replies.write(json.dumps(reply).encode() + b"\n")
    # Not a return: DuckDB's bindings complain of every frozen object at an ordinary exit.
    os._exit(0)


def _reply(request: dict[str, Any], parent: int) -> dict[str, Any]:
    limits = {"seconds": request["seconds"], "confined": request["confined"]}
    try:
        return replay(parse_quest(request["quest"], "runner"), Answer(**request["answer"]), **limits, parent=parent)
    except Exception:
        return {"error": {"type": "Fault", "problem": traceback.format_exc(limit=-6)}}


def replay(quest: Quest, answer: Answer, *, seconds: float, confined: bool, parent: int) -> dict[str, Any]:
    """Run an answer in one child and read what it left in another.

    Parameters
    ----------
    parent
        A descriptor that becomes readable at end of file when the grading process has gone.

    Returns
    -------
    dict
        ``report`` and ``state``, or ``error`` for what the judge must raise.
    """
    kind = kind_of(quest)
    _prepare(kind, quest)
    if confined and (missing := _not_confinable()):
        return {"error": missing}
    with tempfile.TemporaryDirectory(prefix="gitquest-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)

        def run() -> dict[str, Any]:
            if confined:
                confine(place, seconds=ceil(seconds))
            return kind.run(quest, answer, place).to_json()

        def read() -> dict[str, Any]:
            # It may write there as well: libgit2 makes a reflog that is missing when it is asked for it.
            if confined:
                confine(place, seconds=ceil(seconds))
            return kind.read(quest, place)

        ran = in_child(run, place=place, seconds=seconds, parent=parent)
        if ran.error is not None or ran.outcome is not None:
            return _ended(ran, seconds)
        report = RunReport.from_json(ran.value)
        if report.outcome is not None:
            return {"report": ran.value, "state": {}}
        state = in_child(read, place=place, seconds=seconds, parent=parent)
        if state.error is not None or state.outcome is not None:
            return _ended(state, seconds)
        return {"report": ran.value, "state": state.value}


@cache
def _not_confinable() -> dict[str, str] | None:
    """Return the error to raise on a machine that cannot confine answers, or None."""
    if level().enough_to_grade:
        return None
    return {
        "type": "SandboxError",
        "problem": "this machine cannot confine answers, so it does not run them",
        "where": "",
        "remedy": "'gitquest doctor' says what is missing. 'gitquest grade --unconfined' runs them with your rights.",
    }


def _ended(ended: Ended, seconds: float) -> dict[str, Any]:
    if ended.error is not None:
        return {"error": ended.error}
    assert ended.outcome is not None
    message = _MESSAGES[ended.outcome].format(seconds=seconds)
    return {"report": RunReport(ended.outcome, message).to_json(), "state": {}}


def _prepare(kind: Kind, quest: Quest) -> None:
    """Let a kind of quest that is slow to begin do so once, here, so that its children need not."""
    prepare = getattr(kind, "prepare", None)
    if prepare is not None:
        prepare(quest)
        gc.collect()
        gc.freeze()


if __name__ == "__main__":
    main()
