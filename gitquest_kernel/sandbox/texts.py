"""The texts of the blobs that a snapshot names, read once and bounded."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field

from gitquest_kernel.sandbox.store import ObjectStore
from gitquest_kernel.sandbox.worktree import as_text

__all__ = ["LARGEST_TEXTS", "TextCache", "Texts", "add_reached", "add_texts", "bounded"]

LARGEST_TEXTS = 33_554_432
"""How many characters of text a snapshot keeps; beyond that, the largest are left out."""
Texts = dict[str, str | None]
"""Text by blob id; None for binary or large ones."""


@dataclass
class TextCache:
    """The texts of the blobs that a repository's commits lead to, as of the last reading.

    ``present`` are the blobs that were found in this repository, by whatever way.
    """

    blobs: frozenset[str] = frozenset()
    texts: Texts = field(default_factory=dict)
    missing: bool = False
    present: set[str] = field(default_factory=set)


def add_reached(store: ObjectStore, reached: frozenset[str], cache: TextCache, shared: Texts, texts: Texts) -> set[str]:
    """Add the texts of the blobs that commits lead to; return those that are not there.

    Parameters
    ----------
    shared
        The texts of all blobs that were ever read in the workspace.
    """
    new = reached - cache.blobs
    if cache.missing or len(reached) != len(cache.blobs) + len(new):
        cache.texts, new = {}, reached
    missing = add_texts(store, new, cache, shared, cache.texts)
    cache.blobs, cache.missing = reached, bool(missing)
    texts |= cache.texts
    return missing


def add_texts(store: ObjectStore, wanted: Set[str], cache: TextCache, shared: Texts, texts: Texts) -> set[str]:
    """Add the texts of blobs; return those that are not there."""
    missing = set()
    for oid in wanted:
        if oid in cache.present:
            texts[oid] = shared[oid]
            continue
        kind, data = store.read(oid) or ("", b"")
        if kind == "blob":
            cache.present.add(oid)
            texts[oid] = shared.setdefault(oid, as_text(data))
        else:
            missing.add(oid)
    return missing


def bounded(texts: Texts) -> Texts:
    """Return the texts, without the largest where they are too much to keep."""
    if sum(map(len, filter(None, texts.values()))) <= LARGEST_TEXTS:
        return texts
    room = LARGEST_TEXTS
    for blob, text in sorted(texts.items(), key=lambda item: (len(item[1] or ""), item[0])):
        room -= len(text or "")
        texts[blob] = text if room >= 0 else None
    return texts
