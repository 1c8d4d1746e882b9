"""The student's side: kernel, sandbox, replay, checks, widgets and the rules of the game."""

from __future__ import annotations

from typing import Any

__all__ = ["load_ipython_extension"]


def load_ipython_extension(shell: Any) -> None:
    """Open the room in an IPython shell: what ``%load_ext gitquest_kernel`` calls."""
    # Imported here, so that tools which need only the models never wait for IPython.
    from gitquest_kernel.extension import load

    load(shell)
