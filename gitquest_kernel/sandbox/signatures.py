"""Judge the SSH signatures of commits and tags, executing nothing.

The format is OpenSSH's PROTOCOL.sshsig. Ed25519 keys, which is what workspaces have, are verified; a signature by
another kind of key, and one by GPG, is told apart as ``unknown``.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gitquest_kernel.sandbox.parts import Signature

__all__ = ["Judgement", "judge_signature"]

_MAGIC = b"SSHSIG"
_NAMESPACE = b"git"
_ED25519 = b"ssh-ed25519"


@dataclass(frozen=True)
class Judgement:
    """What a signature is worth.

    Parameters
    ----------
    state
        ``good`` (it is that of the object), ``bad`` (it is not), or ``unknown`` (it cannot be verified here).
    signer
        Whose key it is by the allowed signers, or None when they do not know the key.
    """

    state: Literal["good", "bad", "unknown"]
    signer: str | None = None


def judge_signature(signature: Signature, signers: Sequence[str]) -> Judgement:
    """Verify a signature.

    Parameters
    ----------
    signers
        Lines of an allowed-signers file: principals, options, a key's type and the key.
    """
    if signature.kind != "ssh":
        return Judgement("unknown")
    try:
        blob = base64.b64decode("".join(signature.text.strip().splitlines()[1:-1]), validate=True)
        key, algorithm, raw = _opened(blob)
    except (ValueError, binascii.Error, IndexError):
        return Judgement("bad")
    kind, public = _strings(key, 2)
    if kind != _ED25519:
        return Judgement("unknown")
    hashes = dict(zip((b"sha512", b"sha256"), signature.payload.split(":"), strict=False))
    if algorithm not in hashes:
        return Judgement("bad")
    signed = _MAGIC + b"".join(_packed(part) for part in (_NAMESPACE, b"", algorithm, bytes.fromhex(hashes[algorithm])))
    if not _verifies(public, signed, raw):
        return Judgement("bad")
    return Judgement("good", _signer(key, signers))


def _verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    # Imported here: few snapshots hold a signature, and every kernel would wait for it.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _opened(blob: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the public key, the hash algorithm and the signature itself."""
    if not blob.startswith(_MAGIC + b"\0\0\0\1"):
        raise ValueError("this is no SSH signature")
    key, namespace, _, algorithm, signature = _strings(blob[len(_MAGIC) + 4 :], 5)
    if namespace != _NAMESPACE:
        raise ValueError("this signature was not made for git")
    return key, algorithm, _strings(signature, 2)[1]


def _strings(data: bytes, count: int) -> list[bytes]:
    """Split what SSH packs: each string after its length in four bytes."""
    found = []
    for _ in range(count):
        size = int.from_bytes(data[:4], "big")
        if len(data) < 4 + size:
            raise ValueError("this signature is cut short")
        found.append(data[4 : 4 + size])
        data = data[4 + size :]
    return found


def _packed(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _signer(key: bytes, signers: Sequence[str]) -> str | None:
    encoded = base64.b64encode(key).decode()
    return next((line.split()[0] for line in signers if encoded in line.split()[1:]), None)
