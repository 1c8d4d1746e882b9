"""Real git, safely and repeatably: a workspace that runs answers, and snapshots of what they leave."""

from gitquest_kernel.confinement import Level, Limits, confine, level
from gitquest_kernel.sandbox.grammar import Incomplete, parse
from gitquest_kernel.sandbox.reader import read_snapshot
from gitquest_kernel.sandbox.snapshot import Commit, Head, Repository, Snapshot
from gitquest_kernel.sandbox.workspace import Checkpoint, CommandResult, Workspace

__all__ = [
    "Checkpoint",
    "CommandResult",
    "Commit",
    "Head",
    "Incomplete",
    "Level",
    "Limits",
    "Repository",
    "Snapshot",
    "Workspace",
    "confine",
    "level",
    "parse",
    "read_snapshot",
]
