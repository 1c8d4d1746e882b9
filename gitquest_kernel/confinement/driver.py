"""The driver: confine yourself to a folder, then run programs there, one a line of JSON.

``python -m gitquest_kernel.confinement.driver PLACE`` is started by `ConfinedExecutor`.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path
from typing import Any

from gitquest_kernel.confinement.confine import confine
from gitquest_kernel.confinement.descendants import kill_descendants, own_descendants
from gitquest_kernel.confinement.process import Limits, run_program
from gitquest_kernel.errors import GitQuestError

__all__ = ["main"]


def main(place: str) -> None:
    """Answer requests from standard input until it is closed."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nothing, descriptor)
    own_descendants()
    problem = None
    try:
        confine(Path(place), seconds=3600)
    except (GitQuestError, OSError) as error:
        problem = str(error)
    for line in requests:
        reply = {"problem": problem} if problem else _run(json.loads(line))
        kill_descendants()
        replies.write(json.dumps(reply).encode() + b"\n")


def _run(request: dict[str, Any]) -> dict[str, Any]:
    arguments = [base64.b64decode(argument).decode("utf-8", "surrogateescape") for argument in request["arguments"]]
    try:
        ended = run_program(
            arguments,
            cwd=Path(request["cwd"]),
            env=request["env"],
            stdin=base64.b64decode(request["stdin"]),
            limits=Limits(request["seconds"], request["output"]),
        )
    except FileNotFoundError:
        return {"missing": arguments[0]}
    except OSError as error:
        return {"problem": f"{arguments[0]} cannot be started: {error.strerror}"}
    return {
        "stdout": base64.b64encode(ended.stdout).decode(),
        "stderr": base64.b64encode(ended.stderr).decode(),
        "returncode": ended.returncode,
        "why": ended.why,
    }


if __name__ == "__main__":
    main(sys.argv[1])
