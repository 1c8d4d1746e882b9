"""A quest's digest: the name of one version of it."""

from __future__ import annotations

import hashlib
import json

from gitquest_kernel.quest.load import Quest, complete_json

__all__ = ["digest"]


def digest(quest: Quest) -> str:
    """Return ``sha256:`` and the hash of the complete quest's canonical JSON.

    Two quests have the same digest exactly when they read the same, seeds included.
    """
    text = json.dumps(complete_json(quest), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
