"""Signatures are judged by arithmetic alone."""

from __future__ import annotations

import pytest

from gitquest_kernel.sandbox.ed25519 import verify
from gitquest_kernel.sandbox.parts import Signature
from gitquest_kernel.sandbox.signatures import judge_signature

RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe2465"
        "5141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb0"
        "0d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc0"
        "27beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_the_examples_of_the_standard_are_verified(key: str, message: str, signature: str) -> None:
    parts = [bytes.fromhex(part) for part in (key, message, signature)]
    assert verify(*parts)
    assert not verify(parts[0], parts[1] + b"x", parts[2])
    for place in (0, 31, 32, 63):
        changed = bytearray(parts[2])
        changed[place] ^= 1
        assert not verify(parts[0], parts[1], bytes(changed))


@pytest.mark.parametrize("key", [b"", b"\xff" * 32, b"\0" * 31 + b"\x80", b"x" * 33])
def test_what_is_no_key_verifies_nothing(key: bytes) -> None:
    assert not verify(key, b"", b"\0" * 64)


def test_a_scalar_beyond_the_order_is_refused() -> None:
    key, message, signature = (bytes.fromhex(part) for part in RFC_8032[0])
    order = 2**252 + 27742317777372353535851937790883648493
    beyond = (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    assert not verify(key, message, signature[:32] + beyond)


@pytest.mark.parametrize(
    ("kind", "text", "state"),
    [
        ("gpg", "-----BEGIN PGP SIGNATURE-----", "unknown"),
        ("ssh", "", "bad"),
        ("ssh", "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----", "bad"),
        ("ssh", "-----BEGIN SSH SIGNATURE-----\n!!!!\n-----END SSH SIGNATURE-----", "bad"),
        ("ssh", "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAf////8=\n-----END SSH SIGNATURE-----", "bad"),
    ],
)
def test_what_cannot_be_read_is_told_apart(kind: str, text: str, state: str) -> None:
    assert judge_signature(Signature(kind, text, "00:00"), ()).state == state
