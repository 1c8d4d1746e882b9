"""Which notebooks our warm shell can stand for."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager, NoSuchKernel

from autograders.execute import QuestExecute

__all__ = ["is_plain", "is_python_here"]


def is_python_here(nb: Any, execute: QuestExecute) -> bool:
    """Whether a notebook's kernel is ipykernel under this very interpreter."""
    name = execute.kernel_name or nb.metadata.get("kernelspec", {}).get("name", "python3")
    return _is_python_here(name)


def is_plain(execute: QuestExecute) -> bool:
    """Whether notebooks are executed as nbgrader does by default, timeouts aside."""
    return (
        execute.timeout_func is None
        and execute.interrupt_on_timeout
        and execute.execute_retries == 0
        and not execute.extra_arguments
        and execute.allow_errors
        and not execute.force_raise_errors
        and not execute.coalesce_streams
    )


@cache
def _is_python_here(name: str) -> bool:
    try:
        # As jupyter_client's manager: "python" means the native kernel.
        spec = KernelSpecManager().get_kernel_spec(NATIVE_KERNEL_NAME if name == "python" else name)
    except NoSuchKernel:
        return False
    if spec.env or "-m" not in spec.argv:
        return False
    module = spec.argv[spec.argv.index("-m") + 1]
    program = spec.argv[0]
    here = program in {"python", "python3"} or Path(program).absolute() == Path(sys.executable).absolute()
    return here and (module == "ipykernel_launcher" or name == "gitquest")
