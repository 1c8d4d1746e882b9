"""Every example of the grammar's guide does what the guide says."""

from __future__ import annotations

import re
from pathlib import Path

from gitquest_kernel.sandbox import Workspace
from gitquest_kernel.sandbox.policy import FILE_COMMANDS

GUIDE = (Path(__file__).parents[3] / "gitquest_kernel" / "sandbox" / "README.md").read_text()


def examples() -> list[tuple[str, str]]:
    """Return what is typed and what is printed, in order."""
    found: list[tuple[str, str]] = []
    for block in re.findall(r"^```\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            rows = step.splitlines()
            more = next((n for n, row in enumerate(rows[1:], 1) if not re.match(r">( |$)", row)), len(rows))
            typed = [rows[0], *(row[2:] for row in rows[1:more])]
            found.append(("\n".join(typed), "".join(f"{row}\n" for row in rows[more:])))
    return found


def test_the_guides_examples_print_what_it_says() -> None:
    with Workspace() as workspace:
        for typed, printed in examples():
            result = workspace.run(typed)
            assert (typed, result.stdout + result.stderr) == (typed, printed)


def test_the_guide_lists_every_command() -> None:
    listed = re.search(r"git, and `(\[ [^`]*)`", GUIDE)
    assert listed is not None
    assert set(listed[1].split()) == FILE_COMMANDS
