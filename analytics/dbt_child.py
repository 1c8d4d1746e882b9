"""The child process that runs dbt: ``python -m analytics.dbt_child PROJECT WAREHOUSE OUTCOME``."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

__all__ = ["main"]


def main(project: Path, warehouse: Path, report: Path) -> None:
    """Run ``dbt build`` and write how it went, as JSON, to ``report``.

    Whatever dbt writes (profiles, target, logs) goes below ``warehouse``, never into the project's folder.
    """
    profiles = warehouse / "build" / "profiles"
    profiles.mkdir(parents=True)
    shutil.copy(project / "profiles.yml", profiles)
    folders = {"project": project, "profiles": profiles}
    paths = {"target": warehouse / "target", "log": warehouse / "logs"}
    result = dbtRunner().invoke(
        [
            "build",
            *(part for name, folder in folders.items() for part in (f"--{name}-dir", str(folder))),
            *(part for name, folder in paths.items() for part in (f"--{name}-path", str(folder))),
            "--quiet",
            "--no-use-colors",
            "--no-send-anonymous-usage-stats",
            "--no-version-check",
        ]
    )
    results = list(getattr(result.result, "results", None) or [])
    kinds = Counter(str(one.node.resource_type) for one in results)
    outcome = {
        "success": bool(result.success),
        "message": str(result.exception or "").strip(),
        "models": kinds["model"],
        "tests": kinds["test"] + kinds["unit_test"],
        "failed": [_failed(one) for one in results if str(one.status) in {"error", "fail", "runtime error"}],
    }
    report.write_text(json.dumps(outcome))


def _failed(result: Any) -> dict[str, str]:
    node = result.node
    return {
        "type": str(node.resource_type).replace("_", " "),
        "name": node.name,
        "path": node.original_file_path,
        "message": str(result.message or result.status),
    }


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
