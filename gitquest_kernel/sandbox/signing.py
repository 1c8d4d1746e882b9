"""The key that signs practice commits: one for everybody, so that a signature is the same everywhere.

Ed25519 signatures are a function of key and text (RFC 8032, section 5.1.6). The key opens nothing.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["write_key"]

_PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKtKO+pe2AdTfeJ52c57sdnbBud5Jw+dV3iE1M/RM7D/ ada@example.com"
_PRIVATE = """\
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACCrSjvqXtgHU33iednOe7HZ2wbneScPnVd4hNTP0TOw/wAAAJi+WEdevlhH
XgAAAAtzc2gtZWQyNTUxOQAAACCrSjvqXtgHU33iednOe7HZ2wbneScPnVd4hNTP0TOw/w
AAAEA6tauMvz19m28BH0J3I1lSYn+5UbzBTn+XPdlebdVB16tKO+pe2AdTfeJ52c57sdnb
Bud5Jw+dV3iE1M/RM7D/AAAAD2FkYUBleGFtcGxlLmNvbQECAwQFBg==
-----END OPENSSH PRIVATE KEY-----
"""


def write_key(home: Path) -> None:
    """Put the key pair and the list of allowed signers where ssh-keygen and git look for them."""
    folder = home / ".ssh"
    folder.mkdir(mode=0o700, exist_ok=True)
    private = folder / "id_ed25519"
    private.write_text(_PRIVATE)
    private.chmod(0o600)
    (folder / "id_ed25519.pub").write_text(_PUBLIC + "\n")
    kind, key, name = _PUBLIC.split()
    (folder / "allowed_signers").write_text(f"{name} {kind} {key}\n")
