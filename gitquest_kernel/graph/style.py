"""Colours and type of a drawn graph: JupyterLab's or VS Code's where there are any, light and dark besides.

Lanes follow Okabe and Ito (2008), "Color Universal Design", without black and yellow; three are darkened so
that each keeps a contrast of 3:1 on white and on black. What colour says is also said by shape or by a word.
"""

from __future__ import annotations

__all__ = ["LANES", "STYLE"]

LANES = ("#0072b2", "#d55e00", "#009e73", "#c46e9d", "#b98000", "#3b97ce")

_MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace'

_LANE_RULES = "".join(
    f".gq-graph .s{number}{{stroke:{colour}}}.gq-graph .f{number}{{fill:{colour}}}"
    for number, colour in enumerate(LANES)
)

_DARK = """
--gq-ink:var(--jp-content-font-color1,var(--vscode-editor-foreground,#e6edf3));
--gq-soft:var(--jp-content-font-color2,var(--vscode-descriptionForeground,#9da7b3));
--gq-paper:var(--jp-layout-color0,var(--vscode-editor-background,#0d1117));
"""

STYLE = f"""
.gq-graph{{
--gq-ink:var(--jp-content-font-color1,var(--vscode-editor-foreground,#1f2328));
--gq-soft:var(--jp-content-font-color2,var(--vscode-descriptionForeground,#59636e));
--gq-paper:var(--jp-layout-color0,var(--vscode-editor-background,#ffffff));
font:13px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--gq-ink);max-width:100%;height:auto}}
@media (prefers-color-scheme:dark){{.gq-graph{{{_DARK}}}}}
{_LANE_RULES}
.gq-graph .e{{fill:none;stroke-width:2;stroke-linecap:round}}
.gq-graph .d{{stroke-dasharray:2 4}}
.gq-graph .o{{stroke:var(--gq-paper);stroke-width:2}}
.gq-graph .m{{fill:var(--gq-paper);stroke-width:2.5}}
.gq-graph .h{{fill:none;stroke:var(--gq-ink);stroke-width:1.5}}
.gq-graph .i{{font:12px {_MONO};fill:var(--gq-soft)}}
.gq-graph .l{{font:600 11px {_MONO};text-anchor:middle}}
.gq-graph .u{{opacity:.5}}
.gq-graph .t{{fill:var(--gq-soft);font-style:italic}}
.gq-graph .k-head{{fill:var(--gq-ink);stroke:var(--gq-ink)}}.gq-graph .k-head+.l{{fill:var(--gq-paper)}}
.gq-graph .k-detached{{fill:#b34d00;stroke:#b34d00}}.gq-graph .k-detached+.l{{fill:#fff}}
.gq-graph .k-branch{{fill:#00629b;stroke:#00629b}}.gq-graph .k-branch+.l{{fill:#fff}}
.gq-graph .k-remote{{fill:none;stroke:#3b97ce}}.gq-graph .k-remote+.l{{fill:var(--gq-ink)}}
.gq-graph .k-tag{{fill:#f0c24b;stroke:#b98000}}.gq-graph .k-tag+.l{{fill:#1f2328}}
.gq-graph .k-stash{{fill:#e3b5cf;stroke:#c46e9d}}.gq-graph .k-stash+.l{{fill:#1f2328}}
.gq-graph .k-other,.gq-graph .k-more{{fill:none;stroke:var(--gq-soft)}}
.gq-graph .k-reflog,.gq-graph .k-unborn{{fill:none;stroke:var(--gq-soft);stroke-dasharray:3 2}}
"""
