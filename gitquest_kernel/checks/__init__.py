"""Judging: an answer and a quest give a verdict."""

from gitquest_kernel.checks.judge import judge, kind_of, replay_here
from gitquest_kernel.checks.verdict import CheckResult, Kind, Outcome, Replay, RunReport, Step, Verdict

__all__ = [
    "CheckResult",
    "Kind",
    "Outcome",
    "Replay",
    "RunReport",
    "Step",
    "Verdict",
    "judge",
    "kind_of",
    "replay_here",
]
