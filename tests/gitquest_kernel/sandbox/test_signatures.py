"""Signatures are judged without running anything."""

from __future__ import annotations

import pytest

from gitquest_kernel.sandbox.parts import Signature
from gitquest_kernel.sandbox.signatures import judge_signature


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
