"""The style sheet of everything that is shown as HTML, in JupyterLab's own colours."""

from __future__ import annotations

from pathlib import Path

__all__ = ["STYLE"]

STYLE = f"<style>{(Path(__file__).parent / 'static' / 'panel.css').read_text(encoding='utf-8')}</style>"
