"""Where a repository's parts lie: its own git folder, the common one, its worktree."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gitquest_kernel.sandbox.inside import Inside, Unreadable
from gitquest_kernel.sandbox.settings import Settings, parse_settings

__all__ = ["Location", "find_repositories", "locate"]

_EXTENSIONS = {"noop", "partialclone", "preciousobjects", "worktreeconfig", "relativeworktrees", "noop-v1"}


@dataclass(frozen=True)
class Location:
    """A repository's folders, as real paths inside the workspace.

    Parameters
    ----------
    git
        Holds HEAD and the index.
    common
        Holds refs, objects and config: ``git`` itself but for a linked worktree.
    top
        The worktree's folder, or that of a bare repository.
    settings
        Its configuration, that of this worktree alone last.
    """

    git: str
    common: str
    top: str
    settings: Settings

    @property
    def config(self) -> Mapping[str, str]:
        """The last value by key."""
        return dict(self.settings)

    def is_on(self, key: str) -> bool:
        """Tell whether a setting is true."""
        found = [value for name, value in self.settings if name == key]
        return bool(found) and found[-1].lower() in {"true", "yes", "on", "1", ""}


def find_repositories(root: str) -> Iterator[tuple[str, bool]]:
    """Yield each repository's path relative to ``root``, and whether it is bare; links are not followed."""
    waiting = [("", root)]
    while waiting:
        prefix, folder = waiting.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        folders = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)}
        names = {entry.name for entry in entries}
        if ".git" in names:
            yield prefix.removesuffix("/") or ".", False
        elif {"objects", "refs"} <= folders and "HEAD" in names:
            yield prefix.removesuffix("/") or ".", True
            continue
        waiting += [(f"{prefix}{name}/", f"{folder}/{name}") for name in sorted(folders - {".git"}, reverse=True)]


def locate(inside: Inside, top: str, *, bare: bool) -> Location:
    """Return where the parts of the repository in the folder ``top`` lie.

    Neither ``core.worktree`` nor an ``include`` of its configuration is followed.

    Raises
    ------
    Unreadable
        A part is missing, lies outside the workspace, or is kept in a way that only git itself reads.
    """
    git = top if bare else _git_folder(inside, f"{top}/.git")
    common = git
    if (link := inside.text(f"{git}/commondir", 4096)) is not None:
        common = _existing(inside, os.path.join(git, link.strip()))  # noqa: PTH118 (the text of a file)
    settings = _settings(inside, f"{common}/config")
    location = Location(git, common, top, settings)
    if location.is_on("extensions.worktreeconfig"):
        location = Location(git, common, top, (*settings, *_settings(inside, f"{git}/config.worktree")))
    _check_format(location.config)
    return location


def _git_folder(inside: Inside, path: str) -> str:
    if inside.is_folder(path):
        return _existing(inside, path)
    text = inside.text(path, 4096)
    if text is None or not text.startswith("gitdir:"):
        raise Unreadable("its .git is neither a folder nor a file that names one inside this quest's folder")
    return _existing(inside, os.path.join(Path(path).parent, text[7:].strip()))  # noqa: PTH118 (the text of a file)


def _existing(inside: Inside, path: str) -> str:
    real = inside.real(os.path.normpath(path))
    if real is None:
        raise Unreadable("it lies outside this quest's folder")
    if not inside.is_folder(real):
        raise Unreadable("the repository that its .git names is not there")
    return real


def _settings(inside: Inside, path: str) -> Settings:
    try:
        return parse_settings(inside.text(path) or "")
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _check_format(config: Mapping[str, str]) -> None:
    if config.get("core.repositoryformatversion", "0") not in {"0", "1", ""}:
        raise Unreadable("it has a format that is not known")
    for key, value in config.items():
        section, _, name = key.partition(".")
        if section != "extensions":
            continue
        if (name == "objectformat" and value == "sha1") or (name == "refstorage" and value == "files"):
            continue
        if name == "objectformat":
            raise Unreadable("its object ids are SHA-256, which only git itself reads here")
        if name not in _EXTENSIONS and config.get("core.repositoryformatversion") == "1":
            raise Unreadable(f"it is kept in a way that only git itself reads ({name} {value})")
