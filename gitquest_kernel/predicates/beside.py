"""Predicates over what belongs to a repository and lies beside it: worktrees, submodules, notes, signatures."""

from __future__ import annotations

from gitquest_kernel.predicates.base import Facts, InRepository, same_commit
from gitquest_kernel.predicates.revision import resolve
from gitquest_kernel.sandbox.signatures import judge_signature
from gitquest_kernel.sandbox.snapshot import Repository, Signature

__all__ = ["NoteIs", "SignatureIs", "SubmoduleIs", "WorktreeIs"]


class WorktreeIs(InRepository):
    """A linked worktree exists, on a branch or detached, at a commit, locked or not.

    Parameters
    ----------
    path
        Its folder relative to the workspace.
    """

    path: str
    exists: bool = True
    branch: str | None = None
    detached: bool | None = None
    at: str | None = None
    locked: bool | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Look the worktree up and compare."""
        found = next((worktree for worktree in repository.worktrees if worktree.path == self.path), None)
        if not self.exists:
            return f"the worktree {self.path} is still known" if found else None
        if found is None:
            return f"there is no worktree in {self.path}"
        on = found.head.branch.removeprefix("refs/heads/") if found.head.branch else None
        if self.branch is not None and on != self.branch:
            return f"the worktree {self.path} is {f'on {on}' if on else 'detached'}, not on {self.branch}"
        if self.detached is not None and self.detached != (on is None):
            return f"the worktree {self.path} is {f'on the branch {on}' if on else 'detached'}"
        if self.at is not None and not same_commit(repository, found.head.commit, self.at):
            return f"the worktree {self.path} is not at {self.at}"
        if self.locked is not None and self.locked != (found.locked is not None):
            return f"the worktree {self.path} is {'not ' if self.locked else ''}locked"
        return None


class SubmoduleIs(InRepository):
    """A submodule is recorded, with a URL and a commit, and is checked out.

    Parameters
    ----------
    path
        Its folder relative to the repository's.
    url
        Relative to the workspace where it lies inside.
    commit
        What the index records: a revision of the submodule's own repository.
    checked_out
        Whether its folder holds a repository.
    in_step
        Whether what is checked out is what is recorded.
    clean
        Whether nothing is changed in its folder.
    """

    path: str
    exists: bool = True
    url: str | None = None
    commit: str | None = None
    checked_out: bool | None = None
    in_step: bool | None = None
    clean: bool | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Look the submodule up and compare."""
        found, name = repository.submodules.get(self.path), f"the submodule {self.path}"
        if not self.exists:
            return f"{name} still exists" if found else None
        if found is None or found.commit is None:
            return f"{name} is not recorded" if found else f"there is no submodule in {self.path}"
        if self.url is not None and found.url.removeprefix("./").rstrip("/") != self.url.removeprefix("./").rstrip("/"):
            return f"{name} comes from {found.url or 'nowhere'}, not from {self.url}"
        if self.checked_out is not None and self.checked_out != (found.checked_out is not None):
            return f"{name} is {'not ' if self.checked_out else ''}checked out"
        if self.in_step is not None and self.in_step != (found.checked_out == found.commit):
            return f"{name} is {'not at' if self.in_step else 'at'} the commit that is recorded"
        return self._inside(repository, found.commit, facts)

    def _inside(self, repository: Repository, recorded: str, facts: Facts) -> str | None:
        where = self.path if repository.path == "." else f"{repository.path}/{self.path}"
        inner = facts.snapshot.repositories.get(where)
        if self.commit is not None and recorded != self.commit:
            if inner is None:
                return f"the submodule {self.path} is not checked out"
            if not same_commit(inner, recorded, self.commit):
                return f"the commit recorded of the submodule {self.path} is not its {self.commit}"
        if self.clean is not None and (inner is None or inner.clean != self.clean):
            return f"the submodule {self.path} is {'not ' if self.clean else ''}clean"
        return None


class NoteIs(InRepository):
    """A commit has a note, which contains a text.

    Parameters
    ----------
    ref
        Which notes: ``commits`` for ``refs/notes/commits``.
    """

    at: str = "HEAD"
    exists: bool = True
    contains: str | None = None
    ref: str = "commits"

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Read the note."""
        oid = resolve(repository, self.at)
        if oid is None:
            return f"{self.at} names no commit"
        text = repository.notes.get(f"refs/notes/{self.ref.removeprefix('refs/notes/')}", {}).get(oid)
        if not self.exists:
            return f"{self.at} still has a note" if text is not None else None
        if text is None:
            return f"{self.at} has no note" + ("" if self.ref == "commits" else f" in {self.ref}")
        if self.contains is not None and self.contains not in text:
            return f"the note on {self.at} does not contain “{self.contains}”"
        return None


class SignatureIs(InRepository):
    """A commit or tag is signed, and the signature is good.

    Parameters
    ----------
    at
        A commit; or the name of an annotated tag, with ``tag: true``.
    kind
        ``ssh`` or ``gpg``.
    valid
        Whether it is a good signature, by a key that the workspace's allowed signers know.
    """

    at: str = "HEAD"
    tag: bool = False
    exists: bool = True
    kind: str | None = None
    valid: bool | None = None

    def holds(self, repository: Repository, facts: Facts) -> str | None:
        """Find the signature and verify it."""
        found = self._find(repository)
        if isinstance(found, str):
            return found
        what = f"the tag {self.at}" if self.tag else self.at
        if not self.exists:
            return f"{what} is signed" if found else None
        if found is None:
            return f"{what} is not signed"
        if self.kind is not None and found.kind != self.kind:
            return f"{what} is signed by {found.kind}, not by {self.kind}"
        if self.valid is None:
            return None
        judgement = judge_signature(found, facts.snapshot.signers)
        good = judgement.state == "good" and judgement.signer is not None
        if good == self.valid:
            return None
        worth = "is good" if good else _WORTH.get(judgement.state, _STRANGE)
        return f"the signature of {what} {worth}"

    def _find(self, repository: Repository) -> Signature | str | None:
        if self.tag:
            oid = repository.refs.get(f"refs/tags/{self.at}", "")
            return repository.tags[oid].signature if oid in repository.tags else f"no annotated tag is called {self.at}"
        commit = resolve(repository, self.at)
        return repository.commits[commit].signature if commit else f"{self.at} names no commit"


_WORTH = {"bad": "is not one of this content", "unknown": "cannot be verified here"}
_STRANGE = "is by a key that the allowed signers do not know"
