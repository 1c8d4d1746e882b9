"""A commit graph as a web page of its own: one file, no scripts, light and dark."""

from __future__ import annotations

from html import escape

from gitquest_kernel.graph.history import History, history
from gitquest_kernel.graph.plain import fit
from gitquest_kernel.graph.svg import picture
from gitquest_kernel.sandbox.snapshot import Repository

__all__ = ["page"]

_WIDTH = 1040

_STYLE = """
:root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--paper:#ffffff;--line:#d1d9e0;--card:#f6f8fa}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b3;--paper:#0d1117;--line:#30363d;--card:#151b23}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
header{padding:24px 32px 16px;border-bottom:1px solid var(--line);background:var(--card)}
h1{margin:0;font-size:22px;line-height:1.3;overflow-wrap:anywhere}
p{margin:4px 0 0;color:var(--soft)}
ul{display:flex;flex-wrap:wrap;gap:6px 20px;margin:14px 0 0;padding:0;list-style:none;font-size:13px;color:var(--soft)}
li{display:flex;align-items:center;gap:7px}
li svg{flex:none}
main{padding:16px 20px 40px;overflow-x:auto}
main svg{max-width:none}
"""

_COMMIT = '<circle class="f0" cx="10" cy="9" r="5"/>'
_MERGE = '<circle class="m s0" cx="10" cy="9" r="4.5"/>'
_HEAD = '<circle class="h" cx="10" cy="9" r="8"/><circle class="f0" cx="10" cy="9" r="5"/>'
_STASH = '<rect class="f1" x="5" y="4" width="10" height="10"/>'
_FADED = '<circle class="f0 u" cx="10" cy="9" r="5"/>'


def page(repository: Repository, *, title: str = "", max_commits: int | None = None, more: bool = False) -> str:
    """Return an HTML document with the repository's name, its counts, a legend and the graph.

    Parameters
    ----------
    title
        The heading; by default the repository's name.
    max_commits
        Draw the newest only; None draws all.
    more
        Whether the repository has older commits than those that were read.
    """
    heading = title or repository.path
    name = escape(fit(heading, 120))
    shown = history(repository, max_commits=max_commits)
    graph = picture(repository, shown, title=f"Commit graph of {heading}", width=_WIDTH)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{name}: commit graph</title>'
        f"<style>{_STYLE}</style></head>\n<body><header><h1>{name}</h1>"
        f"<p>{_counts(repository, shown, more)}</p>{_legend(shown)}</header>\n<main>{graph}</main></body></html>\n"
    )


def _counts(repository: Repository, shown: History, more: bool) -> str:
    def count(prefix: str, one: str, many: str) -> str:
        number = sum(ref.startswith(prefix) and not ref.endswith("/HEAD") for ref in repository.refs)
        return f"{number:,} {one if number == 1 else many}" if number else ""

    commits = len(shown.commits.keys() - shown.faded - shown.stashed)
    newest = "the newest " if more or shown.older else ""
    counts = (
        f"{newest}{commits:,} commit{'' if commits == 1 else 's'}",
        count("refs/heads/", "branch", "branches"),
        count("refs/remotes/", "remote branch", "remote branches"),
        count("refs/tags/", "tag", "tags"),
    )
    return " · ".join(filter(None, counts))


def _legend(shown: History) -> str:
    """Explain the marks that this graph uses; the names say themselves what they are."""
    marks = [(_COMMIT, "commit")]
    if any(len(commit.parents) > 1 and oid not in shown.stashed for oid, commit in shown.commits.items()):
        marks.append((_MERGE, "merge"))
    if any(label.current for labels in shown.labels.values() for label in labels):
        marks.append((_HEAD, "where HEAD is"))
    if shown.stashed:
        marks.append((_STASH, "stash"))
    if shown.faded:
        marks.append((_FADED, "only the reflog still knows it"))
    items = "".join(
        f'<li><svg class="gq-commits" width="20" height="18" aria-hidden="true">{mark}</svg>{meaning}</li>'
        for mark, meaning in marks
    )
    return f"<ul>{items}</ul>"
