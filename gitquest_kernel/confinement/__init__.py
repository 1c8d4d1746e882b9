"""Running programs within limits, and out of reach of everything but their own folder.

This package imports nothing that is slow to import: a driver process starts with it before every workspace.
"""

from gitquest_kernel.confinement.confine import Level, confine, level
from gitquest_kernel.confinement.executor import ConfinedExecutor, Executor, PlainExecutor, by_default, executor_for
from gitquest_kernel.confinement.process import Ended, Limits, Stop, Why, run_program

__all__ = [
    "ConfinedExecutor",
    "Ended",
    "Executor",
    "Level",
    "Limits",
    "PlainExecutor",
    "Stop",
    "Why",
    "by_default",
    "confine",
    "executor_for",
    "level",
    "run_program",
]
