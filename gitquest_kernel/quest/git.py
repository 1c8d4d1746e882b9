"""A git quest: bring a repository into the state that the checks describe."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gitquest_kernel.predicates import Predicate
from gitquest_kernel.quest.base import Hidden, Model, QuestBase, Scored, Text

__all__ = ["GitCheck", "GitQuest", "HiddenGitCheck", "Teammate"]


class GitCheck(Predicate, Scored):
    """A predicate over the snapshot, worth its share of the points."""


class HiddenGitCheck(Predicate, Hidden):
    """A predicate over the snapshot that caps the score when it fails."""


class Teammate(Model):
    """A script that runs as somebody else, once, just before a command of the student's.

    Parameters
    ----------
    before
        How that command begins: ``git push``.
    script
        What the teammate does, in the answer grammar, starting in the workspace's top folder.
    """

    before: Text
    script: Text


class GitQuest(QuestBase):
    """Work in a real repository; the state that the answer leaves is judged.

    Parameters
    ----------
    setup
        A script in the answer grammar that makes the starting state.
    checks
        Public checks; they share the points by weight.
    hidden
        Private checks; they cap the score.
    par
        The fewest commands known to solve it.
    teammate
        What others do in the meantime.
    """

    kind: Literal["git"]
    setup: str = ""
    checks: tuple[GitCheck, ...] = Field(min_length=1)
    hidden: tuple[HiddenGitCheck, ...] = ()
    par: int | None = Field(default=None, ge=1)
    teammate: tuple[Teammate, ...] = ()
