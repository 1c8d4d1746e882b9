"""What a repository's configuration says of remotes and upstreams."""

from __future__ import annotations

from collections.abc import Mapping

from gitquest_kernel.sandbox.inside import Inside
from gitquest_kernel.sandbox.parts import Remote
from gitquest_kernel.sandbox.settings import Settings

__all__ = ["remotes_of", "upstreams_of", "without_root"]


def without_root(value: str, inside: Inside) -> str:
    """Return a value with the workspace's own folder, which differs each time, left out."""
    return value.replace(f"{inside.roots[0]}/", "")


def remotes_of(settings: Settings, inside: Inside) -> dict[str, Remote]:
    """Return the remotes that have a URL, by name."""
    found: dict[str, tuple[str, list[str]]] = {}
    for key, value in settings:
        if key.startswith("remote.") and key.endswith(".url"):
            name = key[len("remote.") : -len(".url")]
            found[name] = (without_root(value, inside), found.get(name, ("", []))[1])
        elif key.startswith("remote.") and key.endswith(".fetch"):
            found.setdefault(key[len("remote.") : -len(".fetch")], ("", []))[1].append(value)
    return {name: Remote(url, tuple(fetch)) for name, (url, fetch) in found.items() if url}


def upstreams_of(config: Mapping[str, str]) -> dict[str, str]:
    """Return the remote-tracking ref that each local branch follows, by the branch's name."""
    upstreams: dict[str, str] = {}
    for key, merge in config.items():
        if key.startswith("branch.") and key.endswith(".merge"):
            branch = key[7:-6]
            remote = config.get(f"branch.{branch}.remote", ".")
            short = merge.removeprefix("refs/heads/")
            upstreams[branch] = merge if remote == "." else f"refs/remotes/{remote}/{short}"
    return upstreams
