"""``same_as``: the state equals what a script leaves, object ids aside."""

from __future__ import annotations

from typing import Any, Self

from pydantic import model_validator

from gitquest_kernel.predicates.base import Facts
from gitquest_kernel.predicates.described import Described
from gitquest_kernel.sandbox.difference import unlike
from gitquest_kernel.sandbox.shape import Aspect, shape
from gitquest_kernel.sandbox.snapshot import Snapshot

__all__ = ["Aspect", "SameAs", "shape"]

_TOLD = 3
"""How many differences a message tells."""
_DEFAULT: tuple[Aspect, ...] = ("refs", "head", "index", "worktree", "operation")


class SameAs(Described):
    """The state equals a goal over the chosen aspects, object ids aside.

    Commits are equal when their trees, messages and authors are and their parents are equal in turn, so that
    ``refs`` compares the graph and every tree as well as the names.

    Parameters
    ----------
    script
        What leads from the setup to the goal; the student's copy holds ``goal`` instead.
    goal
        The goal's shape by repository and aspect.
    """

    script: str | None = None
    goal: dict[str, dict[str, Any]] | None = None
    aspects: tuple[Aspect, ...] = _DEFAULT

    @model_validator(mode="before")
    @classmethod
    def _script_alone(cls, value: Any) -> Any:
        return {"script": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if (self.script is None) == (self.goal is None):
            raise ValueError("same_as needs a 'script'")
        return self

    def compiled(self, goal: Snapshot) -> SameAs:
        """Return the predicate with its goal in the script's place."""
        return SameAs(goal=shape(goal, self.aspects), aspects=self.aspects)

    def test(self, facts: Facts) -> str | None:
        """Compare every repository, aspect by aspect."""
        if self.goal is None:
            raise ValueError("same_as has to be compiled before it is tested")
        sentences = list(unlike(self.goal, facts.snapshot, self.aspects))
        more = [f"and {len(sentences) - _TOLD} more"] if len(sentences) > _TOLD else []
        return "; ".join(sentences[:_TOLD] + more) or None
