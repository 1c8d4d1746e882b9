"""A dbt-duckdb plug-in that shuts the warehouse in: models read the project's seeds, and no other file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

__all__ = ["Plugin"]


class Plugin(BasePlugin):  # type: ignore[misc]
    """Named in the profile, so that dbt calls it for each connection it opens."""

    def configure_connection(self, conn: Any) -> None:
        """Allow the seeds' folder, forbid everything else, and forbid to change that."""
        seeds = str(Path.cwd() / "seeds").replace("'", "''")
        conn.execute(f"set allowed_directories = ['{seeds}']")
        conn.execute("set enable_external_access = false")
        conn.execute("set lock_configuration = true")
