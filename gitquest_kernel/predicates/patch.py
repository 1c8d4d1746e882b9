"""What a commit changes, as a value that is the same wherever the change is made again."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator, Mapping

from gitquest_kernel.sandbox.snapshot import Repository, Tree

__all__ = ["patch_id", "patch_of"]

_SPACE = re.compile(r"\s+")
_LONGEST = 3_000
"""A file of more lines is taken as a whole."""


def patch_of(repository: Repository, commit: str, blobs: Mapping[str, str | None]) -> str:
    """Return the patch id of a commit against its first parent."""
    parents = repository.commits[commit].parents
    return patch_id(repository.tree_of(parents[0] if parents else None), repository.tree_of(commit), blobs)


def patch_id(old: Tree, new: Tree, blobs: Mapping[str, str | None]) -> str:
    """Return a hash of the difference between two trees; blanks and line numbers do not count.

    Like ``git patch-id``, it covers three lines of context. No difference gives the empty string.
    """
    changed = sorted(path for path in {*old, *new} if old.get(path) != new.get(path))
    if not changed:
        return ""
    digest = hashlib.sha256()
    for path in changed:
        for line in (path, *_change(old.get(path), new.get(path), blobs)):
            digest.update(_SPACE.sub("", line).encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()


def _change(old: tuple[int, str] | None, new: tuple[int, str] | None, blobs: Mapping[str, str | None]) -> Iterator[str]:
    modes = [entry[0] if entry else 0 for entry in (old, new)]
    if modes[0] != modes[1]:
        yield f"mode {modes[0]:o} {modes[1]:o}"
    before, after = ((blobs.get(entry[1]) if entry else "") for entry in (old, new))
    if before is None or after is None or max(before.count("\n"), after.count("\n")) > _LONGEST:
        yield f"{old and old[1]} {new and new[1]}"
        return
    diff = difflib.unified_diff(before.splitlines(), after.splitlines(), n=3, lineterm="")
    yield from (line for number, line in enumerate(diff) if number > 1 and not line.startswith("@@"))
