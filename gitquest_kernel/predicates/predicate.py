"""A predicate as it stands in a quest file: one key that says what is asked, and its value."""

from __future__ import annotations

from typing import Self, cast

from pydantic import Field, model_validator

from gitquest_kernel.model import Model
from gitquest_kernel.predicates.base import Facts, Test, unreadable
from gitquest_kernel.predicates.beside import NoteIs, SignatureIs, SubmoduleIs, WorktreeIs
from gitquest_kernel.predicates.commits import CommitIs
from gitquest_kernel.predicates.content import TextIs
from gitquest_kernel.predicates.files import FileIs
from gitquest_kernel.predicates.history import AncestorIs, HistoryIs, MergeIs, PatchIs
from gitquest_kernel.predicates.refs import BranchIs, HeadIs, Reachable, RefIs, TagIs
from gitquest_kernel.predicates.remotes import DivergenceIs, RemoteIs, UpstreamIs
from gitquest_kernel.predicates.repository import CommandsAre, ConfigIs, RepositoryIs
from gitquest_kernel.predicates.rules import AttributeIs, HookIs, Ignores, IndexIs, RerereIs, SparseIs
from gitquest_kernel.predicates.same import SameAs
from gitquest_kernel.predicates.status import Clean, Conflicts, Ignored, Staged, Unstaged, Untracked
from gitquest_kernel.predicates.working import Operation, ReflogIs, StashIs

__all__ = ["Predicate"]


class Predicate(Model):
    """Exactly one of the keys below."""

    ancestor: AncestorIs | None = None
    attribute: AttributeIs | None = None
    branch: BranchIs | None = None
    clean: Clean | None = None
    commands: CommandsAre | None = None
    commit: CommitIs | None = None
    config: ConfigIs | None = None
    conflicts: Conflicts | None = None
    divergence: DivergenceIs | None = None
    file: FileIs | None = None
    head: HeadIs | None = None
    history: HistoryIs | None = None
    hook: HookIs | None = None
    ignored: Ignored | None = None
    ignores: Ignores | None = None
    index: IndexIs | None = None
    merge: MergeIs | None = None
    note: NoteIs | None = None
    operation: Operation | None = None
    patch: PatchIs | None = None
    reachable: Reachable | None = None
    ref: RefIs | None = None
    reflog: ReflogIs | None = None
    remote: RemoteIs | None = None
    repository: RepositoryIs | None = None
    rerere: RerereIs | None = None
    same_as: SameAs | None = None
    signature: SignatureIs | None = None
    sparse: SparseIs | None = None
    staged: Staged | None = None
    stash: StashIs | None = None
    submodule: SubmoduleIs | None = None
    tag: TagIs | None = None
    text: TextIs | None = None
    unstaged: Unstaged | None = None
    untracked: Untracked | None = None
    upstream: UpstreamIs | None = None
    worktree: WorktreeIs | None = None
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
            for repository in facts.snapshot.repositories.values():
                if why := unreadable(repository):
                    return why
            return None if self.negated.test(facts) else "this should not be so, but it is"
        return cast(Test, getattr(self, self._given[0])).test(facts)
