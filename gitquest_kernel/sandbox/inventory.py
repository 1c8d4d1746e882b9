"""All objects that a repository has, reached or not, and what has been lost since the last reading."""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from dataclasses import dataclass, field

from gitquest_kernel.sandbox.inside import Inside, Stamp, is_settled, stamp_of
from gitquest_kernel.sandbox.objects import Objects
from gitquest_kernel.sandbox.store import ObjectStore

__all__ = ["Inventory"]

_TWO = re.compile(r"[0-9a-f]{2}")
_REST = re.compile(r"[0-9a-f]{38}")


@dataclass
class Inventory:
    """The ids of a repository's own objects, by the folder that holds them; kept from reading to reading."""

    loose: dict[str, tuple[Stamp | None, frozenset[str]]] = field(default_factory=dict)
    packs: tuple[str, ...] = ()
    packed: frozenset[str] = frozenset()
    kinds: dict[str, str] = field(default_factory=dict)
    _unreached: set[str] = field(default_factory=set)
    _walks: int = -1

    def update(self, store: ObjectStore) -> bool:
        """Look for what is new; return whether something that was there is gone."""
        before = self.loose
        self.loose = {}
        new: set[str] = set()
        lost: set[str] = set()
        for entry in store.inside.entries(store.folders[0]):
            if _TWO.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                stamp, old = before.get(entry.name, (None, frozenset()))
                now, status = time.time_ns(), stamp_of(entry.stat(follow_symlinks=False))
                if stamp == status:
                    self.loose[entry.name] = (stamp, old)
                    continue
                ids = _names(store.inside, entry.path, entry.name)
                self.loose[entry.name] = (status if is_settled(status, now) else None, ids)
                new |= ids - old
                lost |= old - ids
        lost |= {oid for name, (_, ids) in before.items() if name not in self.loose for oid in ids}
        if store.packs != self.packs:
            packed = store.packed_ids() if store.packs else frozenset()
            new |= packed - self.packed
            lost |= self.packed - packed
            self.packs, self.packed = store.packs, packed
        store.loose = {name: ids for name, (_, ids) in self.loose.items()}
        self._unreached |= new
        gone = {oid for oid in lost if not self._has(oid)}
        self._unreached -= gone
        return bool(gone)

    def unreached(self, store: ObjectStore, reached: Objects, walks: int, others: Collection[str]) -> dict[str, str]:
        """Return the type of every commit, tag and blob that is not reached, by id.

        Parameters
        ----------
        walks
            As long as it is the same, ``reached`` only grows.
        others
            Further ids that count as reached.
        """
        if walks != self._walks:
            self._unreached = {oid for _, ids in self.loose.values() for oid in ids} | self.packed
        known = (reached.commits, reached.trees, reached.tags, reached.blobs)
        self._unreached = {oid for oid in self._unreached if not any(oid in ids for ids in known)}
        self._walks = walks
        found: dict[str, str] = {}
        for oid in self._unreached:
            if oid not in self.kinds:
                self.kinds[oid] = (store.read(oid) or ("", b""))[0]
            if oid not in others and self.kinds[oid] in {"commit", "tag", "blob"}:
                found[oid] = self.kinds[oid]
        return dict(sorted(found.items()))

    def _has(self, oid: str) -> bool:
        return oid in self.packed or (oid[:2] in self.loose and oid in self.loose[oid[:2]][1])


def _names(inside: Inside, folder: str, prefix: str) -> frozenset[str]:
    return frozenset(prefix + entry.name for entry in inside.entries(folder) if _REST.fullmatch(entry.name))
