"""Colours and type of a drawn graph: JupyterLab's or VS Code's where there are any, light and dark besides.

Lanes follow Okabe and Ito (2008), "Color Universal Design", without black and yellow; three are darkened so
that each keeps a contrast of 3:1 on white and on black. What colour says is also said by shape or by a word.
"""

from __future__ import annotations

__all__ = ["LANES", "STYLE"]

LANES = ("#0072b2", "#d55e00", "#009e73", "#c46e9d", "#b98000", "#3b97ce")

_MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace'

_LANE_RULES = "".join(
    f".gq-commits .s{number}{{stroke:{colour}}}.gq-commits .f{number}{{fill:{colour}}}"
    for number, colour in enumerate(LANES)
)

_DARK = """
--gq-ink:var(--jp-content-font-color1,var(--vscode-editor-foreground,#e6edf3));
--gq-soft:var(--jp-content-font-color2,var(--vscode-descriptionForeground,#9da7b3));
--gq-paper:var(--jp-layout-color0,var(--vscode-editor-background,#0d1117));
"""

STYLE = f"""
.gq-commits{{
--gq-ink:var(--jp-content-font-color1,var(--vscode-editor-foreground,#1f2328));
--gq-soft:var(--jp-content-font-color2,var(--vscode-descriptionForeground,#59636e));
--gq-paper:var(--jp-layout-color0,var(--vscode-editor-background,#ffffff));
font:13px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--gq-ink);max-width:100%;height:auto}}
@media (prefers-color-scheme:dark){{.gq-commits{{{_DARK}}}}}
{_LANE_RULES}
.gq-commits .e{{fill:none;stroke-width:2;stroke-linecap:round}}
.gq-commits .d{{stroke-dasharray:2 4}}
.gq-commits .m{{fill:var(--gq-paper);stroke-width:2.5}}
.gq-commits .h{{fill:var(--gq-paper);stroke:var(--gq-ink);stroke-width:1.5}}
.gq-commits .i{{font:12px {_MONO};fill:var(--gq-soft)}}
.gq-commits .l{{font:600 11px {_MONO};text-anchor:middle}}
.gq-commits .u{{opacity:.6}}
.gq-commits .t{{fill:var(--gq-soft);font-style:italic}}
.gq-commits .k-head{{fill:var(--gq-ink);stroke:var(--gq-ink)}}.gq-commits .k-head+.l{{fill:var(--gq-paper)}}
.gq-commits .k-detached{{fill:#b34d00;stroke:#b34d00}}.gq-commits .k-detached+.l{{fill:#fff}}
.gq-commits .k-branch{{fill:#00629b;stroke:#00629b}}.gq-commits .k-branch+.l{{fill:#fff}}
.gq-commits .k-remote{{fill:none;stroke:#3b97ce}}.gq-commits .k-remote+.l{{fill:var(--gq-ink)}}
.gq-commits .k-tag{{fill:#f0c24b;stroke:#b98000}}.gq-commits .k-tag+.l{{fill:#1f2328}}
.gq-commits .k-stash{{fill:#e3b5cf;stroke:#c46e9d}}.gq-commits .k-stash+.l{{fill:#1f2328}}
.gq-commits .k-other,.gq-commits .k-more{{fill:none;stroke:var(--gq-soft)}}
.gq-commits .k-reflog,.gq-commits .k-unborn{{fill:none;stroke:var(--gq-soft);stroke-dasharray:3 2}}
"""
