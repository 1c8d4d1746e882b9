"""Write a project, its profile and its seeds into a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

__all__ = ["PROFILE", "WAREHOUSE", "write_project", "write_seeds"]

WAREHOUSE = "warehouse.duckdb"
PROFILE = f"""\
gitquest:
  target: quest
  outputs:
    quest:
      type: duckdb
      path: {WAREHOUSE}
      schema: main
      threads: 1
      config_options:
        memory_limit: 1GB
        autoinstall_known_extensions: false
        autoload_known_extensions: false
      plugins:
        - module: gitquest_kernel.dbt_project.lock
"""
"""The profile of every project; an answer never brings its own. The path is relative, so that a parse can be reused."""


def write_project(folder: Path, files: Mapping[str, str]) -> None:
    """Write a project's files and its profile into ``folder``."""
    for path, text in {**files, "profiles.yml": PROFILE}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for name in ("models", "seeds"):
        (folder / name).mkdir(exist_ok=True)


def write_seeds(folder: Path, seeds: Mapping[str, str]) -> None:
    """Write seeds, CSV text by name, into the project; those that are not named stay as they are."""
    for name, text in seeds.items():
        (folder / "seeds" / f"{name}.csv").write_text(text, encoding="utf-8")
