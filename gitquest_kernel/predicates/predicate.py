"""A predicate as it stands in a quest file: one key that says what is asked, and its value."""

from __future__ import annotations

from typing import Self, cast

from pydantic import Field, model_validator

from gitquest_kernel.model import Model
from gitquest_kernel.predicates.base import Facts, Test
from gitquest_kernel.predicates.commits import CommitIs
from gitquest_kernel.predicates.files import Clean, FileIs, Staged, Unstaged, Untracked
from gitquest_kernel.predicates.refs import BranchIs, HeadIs, Reachable, TagIs
from gitquest_kernel.predicates.repository import CommandsAre, ConfigIs, Operation, RepositoryIs, StashIs
from gitquest_kernel.predicates.same import SameAs

__all__ = ["Predicate"]


class Predicate(Model):
    """Exactly one of the keys below."""

    branch: BranchIs | None = None
    clean: Clean | None = None
    commands: CommandsAre | None = None
    commit: CommitIs | None = None
    config: ConfigIs | None = None
    file: FileIs | None = None
    head: HeadIs | None = None
    operation: Operation | None = None
    reachable: Reachable | None = None
    repository: RepositoryIs | None = None
    same_as: SameAs | None = None
    staged: Staged | None = None
    stash: StashIs | None = None
    tag: TagIs | None = None
    unstaged: Unstaged | None = None
    untracked: Untracked | None = None
    all_of: tuple[Predicate, ...] | None = Field(default=None, alias="all", min_length=1)
    any_of: tuple[Predicate, ...] | None = Field(default=None, alias="any", min_length=1)
    negated: Predicate | None = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self._given) != 1:
            keys = sorted(field.alias or name for name, field in Predicate.model_fields.items())
            given = f"; this one has {' and '.join(self._given)}" if self._given else ""
            raise ValueError(f"a check asks for exactly one thing of {', '.join(keys)}{given}")
        return self

    @property
    def _given(self) -> list[str]:
        return [name for name in Predicate.model_fields if getattr(self, name) is not None]

    def test(self, facts: Facts) -> str | None:
        """Return None when it holds, else what is wrong, in the student's words."""
        if self.all_of is not None:
            return next((found for part in self.all_of if (found := part.test(facts))), None)
        if self.any_of is not None:
            wrong = [part.test(facts) for part in self.any_of]
            return None if None in wrong else wrong[0]
        if self.negated is not None:
            return None if self.negated.test(facts) else "this should not be so, but it is"
        return cast(Test, getattr(self, self._given[0])).test(facts)
