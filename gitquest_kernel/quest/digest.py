"""A quest's digest: the name of one version of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from gitquest_kernel.quest.load import Quest, complete_json

__all__ = ["digest", "digest_of_json"]


def digest(quest: Quest) -> str:
    """Return ``sha256:`` and the hash of the complete quest's canonical JSON.

    Two quests have the same digest exactly when they read the same, seeds included.
    """
    return digest_of_json(complete_json(quest))


def digest_of_json(data: Mapping[str, Any]) -> str:
    """Return the digest of a quest that is given as `complete_json` writes it."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
