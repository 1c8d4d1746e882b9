"""The repositories of a workspace as HTML: the commit graph, and what is not committed yet."""

from __future__ import annotations

from gitquest_kernel.graph import svg
from gitquest_kernel.sandbox import Repository, Snapshot
from gitquest_kernel.widgets.markup import plain

__all__ = ["drawing"]

_MOST = 8


def drawing(state: Snapshot, width: int = 640) -> str:
    """Return the current repository first, then every other one of the workspace.

    Parameters
    ----------
    width
        The room for a graph in pixels; in less, the whole picture shrinks.
    """
    current = state.repository
    if current is None:
        return (
            '<div class="gq"><div class="gq-section">Commits</div><p class="gq-empty">No repository here yet.</p></div>'
        )
    others = [repo for path, repo in sorted(state.repositories.items()) if repo is not current]
    several = bool(others)
    return "".join(_one(repository, width, several=several) for repository in (current, *others))


def _one(repository: Repository, width: int, *, several: bool) -> str:
    name = f" in {repository.path}" if several and repository.path != "." else ""
    title = f"Commits{name}"
    picture = svg(repository, title=title, width=width)
    return (
        f'<div class="gq"><div class="gq-section">{plain(title)}</div>'
        f'<div class="gq-graph" tabindex="0" role="group" aria-label="{plain(title)}">{picture}</div>'
        f"{_pending(repository)}</div>"
    )


def _pending(repository: Repository) -> str:
    if repository.bare:
        return ""
    groups = (
        ("In conflict", repository.conflicts),
        ("Staged", repository.staged),
        ("Changed, not staged", tuple(p for p in repository.unstaged if p not in repository.conflicts)),
        ("Untracked", repository.untracked),
    )
    lines = [f"<div><strong>{title}:</strong> {_paths(paths)}</div>" for title, paths in groups if paths]
    return f'<div class="gq-pending">{"".join(lines)}</div>' if lines else ""


def _paths(paths: tuple[str, ...]) -> str:
    shown = ", ".join(f"<code>{plain(path)}</code>" for path in paths[:_MOST])
    return shown + (f" and {len(paths) - _MOST} more" if len(paths) > _MOST else "")
