"""Seal a quiz's explanations, so that only the right answer opens them."""

from __future__ import annotations

import base64
import binascii
import hashlib

from gitquest_kernel.quest.quiz import normal

__all__ = ["seal", "unseal"]

_NONCE = bytes(12)
"""Each key seals one text only, so the nonce may be the same, and a build the same each time."""


def seal(text: str, version: str, question: str, answer: tuple[str, ...]) -> str:
    """Encrypt a question's explanation with its right answer.

    Parameters
    ----------
    version
        The quest's digest, so that another version has another key.
    """
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    sealed = ChaCha20Poly1305(_key(version, question, answer)).encrypt(_NONCE, text.encode(), None)
    return base64.b64encode(sealed).decode()


def unseal(sealed: str, version: str, question: str, answer: tuple[str, ...]) -> str | None:
    """Return the explanation, or None when the answer does not open it."""
    # Imported here: a kernel without a quiz never waits for it.
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    try:
        text = ChaCha20Poly1305(_key(version, question, answer)).decrypt(_NONCE, base64.b64decode(sealed), None)
    except (InvalidTag, binascii.Error, ValueError):
        return None
    return text.decode()


def _key(version: str, question: str, answer: tuple[str, ...]) -> bytes:
    return hashlib.sha256("\0".join((version, question, *sorted({normal(part) for part in answer}))).encode()).digest()
